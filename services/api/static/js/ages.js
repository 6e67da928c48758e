// An age together with the instant it is reckoned from: in the tooltip, and read out by screen readers.
import { h, setText } from "./dom.js";
import { age, clockTimeWithDay, dateTime, zoneName } from "./format.js";

/**
 * Write into a `time` element; what stands there already is left alone.
 * @param {HTMLElement} element
 * @param {number} ms
 * @param {number} now
 * @param {string} zone
 */
export function writeAge(element, ms, now, zone) {
  const whole = `${dateTime(ms, zone)} ${zoneName(ms, zone)}`;
  const words = age(ms, now, zone);
  if (!element.firstElementChild) element.append(h("span", {}), h("span", { class: "sr" }));
  if (element.title !== whole) {
    element.title = whole;
    element.setAttribute("datetime", new Date(ms).toISOString());
  }
  const [seen, read] = element.children;
  setText(seen, words);
  // What is a clock time already is not said twice.
  setText(read, words === clockTimeWithDay(ms, now, zone) ? "" : ` (${whole})`);
}

/**
 * @param {number} ms
 * @param {number} now
 * @param {string} zone
 */
export function ageOf(ms, now, zone) {
  const element = h("time", { class: "num" });
  writeAge(element, ms, now, zone);
  return element;
}
