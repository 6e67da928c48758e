// A live shipment that shall be judged by another version: one person asks, another confirms.
import { get, post, RequestError } from "./api.js";
import { find, h } from "./dom.js";
import { dateTime, instant } from "./format.js";
import { t } from "./i18n.js";
import { may, viewer } from "./page.js";
import { note, noteError } from "./say.js";
import { signedLine } from "./signatures.js";
import { table } from "./tables.js";
import { zone } from "./zone.js";

/**
 * Wire the section: find a shipment, see its moves, ask for one, confirm another's.
 * @param {HTMLElement} section
 * @param {() => Api.Profile[]} versions
 */
export function wireMoves(section, versions) {
  section.hidden = !may("GET /shipments/{shipment_id}/profile-moves");
  const search = find("form", section);
  const body = find(".body", section);

  /** @param {() => Promise<any>} act */
  async function tried(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      noteError(error);
    }
  }

  /** @param {string} reference */
  async function show(reference) {
    /** @type {Api.Page_Shipment_} */
    const { items } = await get(`/shipments?q=${encodeURIComponent(reference)}&limit=20`);
    const shipment = items.find((one) => one.reference.toLowerCase() === reference.toLowerCase());
    if (!shipment)
      return body.replaceChildren(h("p", { class: "sub", role: "status" }, t("profiles.no_shipment", { reference })));
    const moves = (await get(`/shipments/${shipment.id}/profile-moves`)).items;
    return body.replaceChildren(
      standing(shipment),
      list(shipment, moves),
      may("POST /shipments/{shipment_id}/profile-moves") ? asking(shipment) : "",
    );
  }

  /** @param {Api.Shipment} shipment */
  const standing = ({ id, reference, profile }) =>
    h(
      "p",
      {},
      h("a", { class: "mono", href: `/shipments/${id}` }, reference),
      " ",
      t("profiles.judged_by", { name: profile?.profile_id ?? "–", n: profile?.version ?? "–" }),
    );

  /**
   * @param {Api.Shipment} shipment
   * @param {Api.ProfileMove[]} moves
   */
  function list(shipment, moves) {
    if (!moves.length) return h("p", { class: "sub" }, t("profiles.no_moves"));
    return table(
      t("profiles.moves"),
      [t("profiles.move.to"), t("profiles.move.why"), t("profiles.move.asked"), t("profiles.move.confirmed")],
      moves.map((one) => [
        t("profiles.name_version", { name: one.profile_id, n: one.profile_version }),
        one.reason,
        said(one.requested_by, one.requested_at, signedAs(one, "requested")),
        one.confirmed_at
          ? said(one.confirmed_by ?? "–", one.confirmed_at, signedAs(one, "approved"))
          : waiting(shipment, one),
      ]),
    );
  }

  /**
   * @param {Api.ProfileMove} move
   * @param {string} meaning
   */
  const signedAs = (move, meaning) => signedLine(move.signatures.find((one) => one.meaning === meaning));
  /**
   * @param {string} who
   * @param {string} text
   * @param {HTMLElement | null} signed
   */
  const said = (who, text, signed) =>
    h("span", {}, who, h("span", { class: "sub num" }, dateTime(instant(text), zone.name)), signed);

  /**
   * @param {Api.Shipment} shipment
   * @param {Api.ProfileMove} one
   */
  function waiting(shipment, one) {
    if (!may("POST /shipments/{shipment_id}/profile-moves/{move_id}/confirm") || one.requested_by === viewer?.id)
      return h("span", { class: "sub" }, t("profiles.waits"));
    const confirm = () =>
      tried(async () => {
        await post(`/shipments/${shipment.id}/profile-moves/${one.move_id}/confirm`, {});
        note(t("profiles.said.moved"));
        await show(shipment.reference);
      });
    return h(
      "button",
      { class: "btn sm", type: "button", "data-writes": true, onclick: confirm },
      t("profiles.confirm"),
    );
  }

  /** @param {Api.Shipment} shipment */
  function asking(shipment) {
    const to = h(
      "select",
      { class: "field", id: "move-to" },
      versions().map((one) =>
        h(
          "option",
          { value: `${one.profile_id}.${one.version}` },
          t("profiles.name_version", { name: one.profile_id, n: one.version }),
        ),
      ),
    );
    const why = h("input", { class: "field", id: "move-why", required: true, maxlength: 1000, autocomplete: "off" });
    /** @param {Event} event */
    const ask = (event) => {
      event.preventDefault();
      const [, name, version] = /^(.+)\.(\d+)$/.exec(to.value) ?? [];
      tried(async () => {
        await post(`/shipments/${shipment.id}/profile-moves`, {
          profile_id: name,
          profile_version: Number(version),
          reason: why.value.trim(),
        });
        note(t("profiles.said.asked"));
        await show(shipment.reference);
      });
    };
    return h(
      "form",
      { class: "filter-row", onsubmit: ask },
      h("label", {}, t("profiles.move.to"), to),
      h("label", {}, t("profiles.move.why"), why),
      h("button", { class: "btn", type: "submit" }, t("profiles.ask")),
    );
  }

  search.addEventListener("submit", (event) => {
    event.preventDefault();
    const reference = find("input", search).value.trim();
    if (reference) tried(() => show(reference));
  });
}
