// Names of papers, regimes and legal bases as the rules give them, and what may be chosen today.
import { get } from "./api.js";
import { word } from "./blockers.js";
import { serverNow } from "./clock.js";
import { named } from "./page.js";
import { zone } from "./zone.js";
import { fieldText } from "./zones.js";

/** @type {Promise<Api.PaperRules> | null} */
let asked = null;

/** The rules are read once a page: they change by the day. */
export function readRules() {
  asked ??= get("/paper-rules").catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** Days count on the clock of the place. */
export const today = () => fieldText(serverNow(), zone.name).slice(0, 10);
/** @param {Rule} rule */
const holds = (rule) =>
  (!rule.valid_from || rule.valid_from <= today()) && (!rule.valid_until || rule.valid_until >= today());

/**
 * What is in force today of one part of the rules.
 * @param {Api.PaperRules} rules
 * @param {string} part
 */
export const inForce = (rules, part) => (rules.shipped[part] ?? []).filter(holds);

/**
 * @param {Api.PaperRules} rules
 * @param {string} part
 * @param {string} key
 * @param {string} value
 */
const nameOf = (rules, part, key, value) => {
  const found = (rules.shipped[part] ?? []).filter((one) => one[key] === value);
  return named(found.find(holds) ?? found.at(-1));
};

/**
 * @param {Api.PaperRules} rules
 * @param {string} kind
 */
export const paperName = (rules, kind) => nameOf(rules, "kind", "id", kind) || word("what", kind);
/**
 * @param {Api.PaperRules} rules
 * @param {string} regime
 */
export const regimeName = (rules, regime) => nameOf(rules, "regime", "regime", regime) || word("what", regime);
/**
 * @param {Api.PaperRules} rules
 * @param {string} basis
 */
export const basisName = (rules, basis) => nameOf(rules, "emergency", "id", basis) || basis;
