// Links that show this shipment to people without an account: made here, seen once, ended here.
import { get, post, RequestError } from "./api.js";
import { find, h } from "./dom.js";
import { dateTime, instant } from "./format.js";
import { t } from "./i18n.js";
import { may } from "./page.js";
import { noteError } from "./say.js";
import { table } from "./tables.js";
import { zone } from "./zone.js";

const HOURS = [24, 72, 168, 336];

/**
 * Fill the section; it is read when it is opened for the first time.
 * @param {Part} section
 * @param {string} shipmentId
 */
export function wireLinks(section, shipmentId) {
  if (!may("POST /shipments/{shipment_id}/links")) return;
  section.hidden = false;
  const path = `/shipments/${shipmentId}/links`;
  const list = h("div", {});
  const fresh = h("div", { role: "status" });
  const whom = h("input", { class: "field", required: true, maxlength: 100, autocomplete: "off", id: "link-for" });
  const hours = h(
    "select",
    { class: "field", id: "link-hours" },
    HOURS.map((n) => h("option", { value: n, selected: n === 72 }, t("shipments.link.days", { n: n / 24 }))),
  );

  /** @param {() => Promise<any>} act */
  async function tried(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      noteError(error);
    }
  }

  const read = async () => list.replaceChildren(rows((await get(path)).items));

  /** @param {Api.SharedLink[]} items */
  function rows(items) {
    if (!items.length) return h("p", { class: "sub" }, t("shipments.link.none"));
    /** @param {Api.SharedLink} one */
    const end = (one) =>
      h(
        "button",
        {
          class: "btn sm",
          type: "button",
          "data-writes": true,
          onclick: () =>
            tried(async () => {
              await post(`${path}/${one.id}/revoke`, { reason: t("shipments.link.reason") });
              await read();
            }),
        },
        t("shipments.link.end"),
      );
    return table(
      t("shipments.link.title"),
      [t("shipments.link.for"), t("shipments.link.until"), t("shipments.link.end")],
      items.map((one) => [
        one.made_for,
        one.holds ? dateTime(instant(one.ends_at), zone.name) : t("shipments.link.ended"),
        one.holds ? end(one) : "",
      ]),
      { end: true },
    );
  }

  /** @param {Event} event */
  const make = (event) => {
    event.preventDefault();
    tried(async () => {
      const link = await post(path, { made_for: whom.value.trim(), hours: Number(hours.value) });
      const address = new URL(link.path, location.origin).href;
      fresh.replaceChildren(
        h(
          "p",
          { class: "fresh-link" },
          t("shipments.link.once"),
          " ",
          h("a", { class: "mono", href: address }, address),
        ),
      );
      whom.value = "";
      await read();
    });
  };

  find(".body", section).append(
    fresh,
    list,
    h(
      "form",
      { class: "filter-row", onsubmit: make },
      h("label", {}, t("shipments.link.for"), whom),
      h("label", {}, t("shipments.link.holds"), hours),
      h("button", { class: "btn", type: "submit" }, t("shipments.link.make")),
    ),
  );
  section.addEventListener("toggle", () => tried(read), { once: true });
}
