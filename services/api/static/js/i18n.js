// Texts of the catalogue, with placeholders filled and the right plural form.
import { language, texts } from "./page.js";

const plurals = new Intl.PluralRules(language);

/**
 * The text of a key. A missing key is shown as it is, so that nobody overlooks it.
 * @param {string} key
 * @param {Record<string, any>} values
 */
export function t(key, values = {}) {
  const found = texts[key];
  if (found === undefined) return key;
  const form = Array.isArray(found) ? pluralForm(found, values.n) : found;
  return form.replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) => values[name] ?? whole);
}

/**
 * Whether the catalogue knows a key.
 * @param {string} key
 */
export function has(key) {
  return texts[key] !== undefined;
}

/**
 * @param {string[]} forms
 * @param {number} n
 */
function pluralForm(forms, n) {
  const index = plurals.select(Number(n ?? 0)) === "one" ? 0 : forms.length - 1;
  return forms[index];
}
