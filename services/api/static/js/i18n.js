// Texts of the catalogue, with placeholders filled and the right plural form.
import { language, texts } from "./page.js";

const plurals = new Intl.PluralRules(language);

/**
 * The text of a key. A missing key is shown as it is, so that nobody overlooks it.
 * @param {string} key
 * @param {Record<string, string | number>} values
 */
export function t(key, values = {}) {
  const found = texts[key];
  if (found === undefined) return key;
  const form = Array.isArray(found) ? pluralForm(found, Number(values.n ?? 0)) : found;
  return form.replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) =>
    String(values[name] ?? whole),
  );
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
  const index = plurals.select(n) === "one" ? 0 : forms.length - 1;
  return forms[index];
}
