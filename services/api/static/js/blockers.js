// What keeps a shipment from customs clearance, and who has it.
import { h, icon } from "./dom.js";
import { has, t } from "./i18n.js";
import { named } from "./page.js";

/**
 * A name of the API in words, as far as the catalogue knows it.
 * @param {string} kind
 * @param {string} name
 */
export const word = (kind, name) =>
  has(`desk.${kind}.${name}`) ? t(`desk.${kind}.${name}`) : name.replaceAll("_", " ");

/** @param {string} name */
export const whoWords = (name) => word("who", name);

/**
 * What is missing: by the name that the rules give it, else by that of the catalogue.
 * @param {Api.Blocker} one
 */
export const whatWords = (one) => named(one) || word(one.kind === "sign_off" ? "who" : "what", one.what);

/**
 * What is missing and what is wrong with it.
 * @param {Api.Blocker} one
 */
export const lackWords = (one) => t("desk.lack", { what: whatWords(one), why: word("why", one.why) });

/**
 * One line each.
 * @param {Api.Clearance} clearance
 */
export function blockerList(clearance) {
  if (!clearance.blockers.length) return h("p", {}, icon("m-done", "mark"), " ", t("desk.papers_there"));
  return h(
    "ul",
    { class: "blockers", role: "list" },
    clearance.blockers.map((/** @type {Api.Blocker} */ one) =>
      h(
        "li",
        {},
        h("b", {}, lackWords(one)),
        h("span", { class: "sub" }, t("desk.with_whom", { who: whoWords(one.who) })),
      ),
    ),
  );
}
