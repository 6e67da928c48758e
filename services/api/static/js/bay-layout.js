// How time becomes height on the board of bays: a row for each quarter of an hour.
import { desk, SHOWN_MS } from "./desk.js";

export const QUARTER = 900_000;
export const MINUTE = 60_000;
/** A quarter of an hour holds two lines of words. */
const PX_PER_MIN = 2.5;
const LEAST_PX = 20;
const GAP = 3;

/** @param {number} ms */
export const px = (ms) => (ms / MINUTE) * PX_PER_MIN;

/**
 * @param {number} from
 * @param {number} to
 */
export const within = (from, to) => to > desk.begin && from < desk.begin + SHOWN_MS;

/**
 * Put an element at a stretch of time, below the instant at which what holds it begins.
 * @param {HTMLElement} element
 * @param {number[]} span
 */
export function lay(element, [from, to], since = desk.begin) {
  const [top, bottom] = [Math.max(from, since), Math.min(to, desk.begin + SHOWN_MS)];
  Object.assign(element.style, {
    top: `${px(top - since)}px`,
    height: `${Math.max(LEAST_PX, px(bottom - top) - 2)}px`,
  });
  return element;
}

/**
 * Put it in its place of the bay, beside the others.
 * @param {HTMLElement} element
 */
export function beside(element, place = 1, places = 1) {
  Object.assign(element.style, {
    left: `calc(${((place - 1) / places) * 100}% + ${GAP}px)`,
    width: `calc(${100 / places}% - ${2 * GAP}px)`,
  });
  return element;
}
