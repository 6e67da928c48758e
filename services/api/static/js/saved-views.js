// Views of a list that a person gave a name: filters as they stand in the address, one press away.
import { focusIn, h } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { keep, kept } from "./kept.js";

const MOST = 12;
/** @typedef {{name: string, query: string}} View */

/** @param {any} found */
const areViews = (found) =>
  Array.isArray(found) && found.every(({ name, query }) => typeof name === "string" && typeof query === "string");

/**
 * @param {string} list Whose views: "shipments".
 * @param {HTMLElement} place
 * @param {import("./wishes.js").Wishes<any>} wishes
 */
export function savedViews(list, place, wishes) {
  /** @type {View[]} */
  let views = kept(`views-${list}`, [], areViews);

  /** @param {View[]} now */
  function change(now) {
    views = now;
    keep(`views-${list}`, now.length ? now : null);
    write();
  }

  const here = () => {
    const query = new URLSearchParams(location.search);
    for (const name of ["lang", "theme"]) query.delete(name);
    query.sort();
    return String(query);
  };

  const ask = () =>
    askFor({
      title: t("views.save"),
      hint: t("views.hint"),
      fields: [{ name: "name", label: t("views.name"), required: true }],
      submit: t("views.keep"),
      local: true,
      check: ({ name }) =>
        views.length < MOST || views.some((one) => one.name === name) ? null : ["name", t("views.full", { n: MOST })],
      act: async ({ name }) => {
        change([...views.filter((one) => one.name !== name), { name, query: here() }]);
        return name;
      },
    });

  /** @param {View} view */
  const chip = (view) =>
    h(
      "li",
      {},
      h(
        "button",
        {
          class: "chip",
          type: "button",
          "aria-pressed": String(view.query === here()),
          onclick: () => wishes.go(view.query),
        },
        view.name,
      ),
      h(
        "button",
        {
          class: "link forget",
          type: "button",
          "aria-label": t("views.forget", { name: view.name }),
          onclick: () => {
            change(views.filter((one) => one !== view));
            place.querySelector("button")?.focus();
          },
        },
        "×",
      ),
    );

  function write() {
    const focused = focusIn(place)?.textContent;
    const save = h("button", { class: "btn sm", type: "button", onclick: ask }, t("views.save"));
    place.replaceChildren(h("ul", { role: "list", class: "views" }, views.map(chip)), wishes.narrowed ? save : "");
    if (focused) [...place.querySelectorAll("button")].find((one) => one.textContent === focused)?.focus();
  }

  wishes.addEventListener("change", write);
  write();
}
