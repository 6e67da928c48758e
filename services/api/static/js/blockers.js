// What keeps a shipment from customs clearance, and who has it.
import { h, icon } from "./dom.js";
import { has, t } from "./i18n.js";

/** A name of the API in words, as far as the catalogue knows it. */
const word = (kind, name) => (has(`desk.${kind}.${name}`) ? t(`desk.${kind}.${name}`) : name.replaceAll("_", " "));

export const whoWords = (name) => word("who", name);

/** One line each. */
export function blockerList(clearance) {
  if (!clearance.blockers.length) return h("p", {}, icon("m-done", "mark"), " ", t("desk.papers_there"));
  return h(
    "ul",
    { class: "blockers", role: "list" },
    clearance.blockers.map((one) =>
      h(
        "li",
        {},
        h("b", {}, `${word("what", one.what)}: ${word("why", one.why)}`),
        h("span", { class: "sub" }, t("desk.with_whom", { who: whoWords(one.who) })),
      ),
    ),
  );
}
