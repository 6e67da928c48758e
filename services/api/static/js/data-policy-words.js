// Words of the policy on data that leaves: classes, rules in both languages, days, thresholds.
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { number } from "./format.js";
import { has, t } from "./i18n.js";
import { named } from "./page.js";
import { zone } from "./zone.js";
import { fieldText } from "./zones.js";

export const CLASSES = ["none", "personal", "sensitive", "human_genetic", "important"];
/** What an emergency can let out; the server refuses the rest. */
export const FOR_LIVES = ["personal", "sensitive"];
export const OUTCOMES = ["exempt", "contract", "assessment", "denied"];
export const INSTRUMENTS = ["standard_contract", "certification", "security_assessment", "filing", "hgr_report"];
export const PURPOSES = [
  "reading",
  "notice",
  "export",
  "sharing",
  "emergency",
  "clinical_trial",
  "pharmacovigilance",
  "enquiry",
  "complaint",
  "vendors",
];

export const today = () => fieldText(serverNow(), zone.name).slice(0, 10);
/** @param {Rule} rule */
export const holds = ({ valid_from: from, valid_until: until }) =>
  (!from || from <= today()) && (!until || until >= today());

/**
 * @param {string} part
 * @param {string[]} of
 * @param {string[]} names
 */
const list = (part, of, names = []) =>
  [...names]
    .sort((a, b) => of.indexOf(a) - of.indexOf(b))
    .map((one) => t(`policy.${part}.${one}`))
    .join(t("common.comma"));
/** @param {string[]} names */
export const classNames = (names) => list("class", CLASSES, names);
/** @param {string[]} names */
export const purposeNames = (names) => (names?.length ? list("purpose", PURPOSES, names) : t("policy.every_purpose"));
/** @param {string[]} names */
export const instrumentNames = (names) => list("instrument", INSTRUMENTS, names);
/** @param {Rule} rule */
export const because = (rule) => named(rule, "because");

/**
 * From when until when; an open end is said in words.
 * @param {Rule} rule
 */
export function daysWords({ valid_from: from, valid_until: until }) {
  if (!from && !until) return t("policy.always");
  if (!until) return t("policy.since", { day: from });
  return from ? t("policy.from_until", { from, until }) : t("policy.until", { day: until });
}

/** @param {Rule} rule */
export function personsWords({ persons_from: from = 0, persons_below: below = null }) {
  if (!from && below === null) return t("policy.any_number");
  if (below === null) return t("policy.persons_from", { n: number(from) });
  return from
    ? t("policy.persons_between", { from: number(from), below: number(below) })
    : t("policy.persons_below", { n: number(below) });
}

/**
 * Where it comes from, how sure that is, and the page if one is known.
 * @param {Rule} rule
 */
export const sourceWords = ({ source, grade, url = null }) => [
  h("span", { class: "tag", title: t(`policy.grade.${grade}`) }, grade),
  " ",
  url ? h("a", { href: url, rel: "noreferrer", target: "_blank" }, source) : source,
];

/**
 * What was decided, in the language of the page; the rule may have gone since.
 * @param {Api.DataDecision} decision
 * @param {Map<string, Rule>} rules
 */
export function decisionWords(decision, rules) {
  if (decision.words.startsWith("allowed:")) return settledWords(decision.words);
  const { rule_id: id, outcome } = decision;
  const why = has(`policy.rule.${id}`) ? t(`policy.rule.${id}`) : because(rules.get(id) ?? {});
  return why ? t(`policy.says.${outcome}`, { because: why }) : decision.words;
}

/** @param {string} words */
function settledWords(words) {
  const found = /^allowed: (\w+) stands$/.exec(words);
  return found ? t("policy.says.settled", { what: t(`policy.instrument.${found[1]}`) }) : words;
}
