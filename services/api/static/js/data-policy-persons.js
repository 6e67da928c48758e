// Persons of this calendar year, class by class, against the thresholds that their number reaches.
import { CLASSES, holds } from "./data-policy-words.js";
import { h } from "./dom.js";
import { number } from "./format.js";
import { t } from "./i18n.js";
import { named } from "./page.js";

const NEAR = 0.8;

/**
 * Thresholds that a number of persons reaches, by class: one line each, the lowest first.
 * @param {Rule[]} rules
 */
function thresholds(rules) {
  /** @type {Map<string, Rule[]>} */
  const found = new Map();
  for (const rule of rules.filter((one) => holds(one) && one.persons_from > 0))
    for (const name of rule.classes) found.set(name, [...(found.get(name) ?? []), rule]);
  for (const lines of found.values()) lines.sort((a, b) => a.persons_from - b.persons_from);
  return found;
}

/** @param {Rule} rule @param {number} count @param {Map<string, Rule>} lists */
function threshold(rule, count, lists) {
  const share = count / rule.persons_from;
  const reached = share >= 1;
  const bar = h("i");
  bar.style.width = `${Math.min(100, share * 100)}%`;
  return h(
    "li",
    {},
    h(
      "div",
      {},
      h(
        "span",
        {},
        t("policy.from_persons", { n: number(rule.persons_from), outcome: t(`policy.outcome.${rule.outcome}`) }),
      ),
      h(
        "b",
        { class: reached ? "reached" : null },
        reached ? t("policy.reached") : t("policy.persons_left", { n: number(rule.persons_from - count) }),
      ),
    ),
    h(
      "div",
      { class: `gauge${reached ? " is-reached" : share >= NEAR ? " is-near" : ""}`, "aria-hidden": "true" },
      bar,
    ),
    h("span", { class: "sub" }, named(lists.get(rule.list_id)) || t("policy.own")),
  );
}

/**
 * Persons of this calendar year by class, against each threshold in force.
 * @param {Api.DataRules} rules
 * @param {Rule[]} rules
 */
export function persons({ counts, lists }, rules) {
  const lines = thresholds(rules);
  const byId = new Map(lists.map((one) => /** @type {[string, Rule]} */ ([one.list_id, one])));
  const shown = CLASSES.filter((name) => name !== "none" && (lines.has(name) || counts[name]));
  return h(
    "div",
    { class: "persons" },
    shown.map((name) =>
      h(
        "section",
        { class: "panel", "data-class": name },
        h("h3", {}, t(`policy.class.${name}`)),
        h("p", { class: "counted" }, number(counts[name] ?? 0)),
        h(
          "ul",
          { role: "list" },
          (lines.get(name) ?? []).map((one) => threshold(one, counts[name] ?? 0, byId)),
        ),
      ),
    ),
  );
}
