// What a person arranged for themselves on a page, such as columns; kept in this browser, by person.
import { viewer } from "./page.js";

/** @param {string} name */
const keyOf = (name) => `${name}:${viewer?.id ?? ""}`;

/**
 * What was kept under a name; what cannot be read, or is of another kind, is as if nothing had been kept.
 * @template T
 * @param {string} name
 * @param {T} otherwise
 * @param {(found: any) => boolean} fits
 * @returns {T}
 */
export function kept(name, otherwise, fits) {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(name)) ?? "null");
    return found !== null && fits(found) ? found : otherwise;
  } catch {
    return otherwise;
  }
}

/**
 * @param {string} name
 * @param {any} value Nothing forgets it.
 */
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(keyOf(name));
    else localStorage.setItem(keyOf(name), JSON.stringify(value));
  } catch {
    // A browser that keeps nothing shows the page as it is for everybody.
  }
}
