// Which stretch of a curve is looked at closely: the next one by button, and the one in the address.
const NAME = "trace";
const BETWEEN = "..";
const LEAST_MS = 600_000;
/** The whole grows with each minute: so much of it is the whole. */
const NEARLY = 0.95;

/** @typedef {number[]} Stretch From when until when, in ms. */

/** @returns {Stretch | null} */
export function stretchInAddress() {
  const [from, to] = (new URLSearchParams(location.search).get(NAME) ?? "").split(BETWEEN).map(Date.parse);
  return to - from >= LEAST_MS / 2 ? [from, to] : null;
}

/** @param {Stretch | null} between */
export function keepInAddress(between) {
  const query = new URLSearchParams(location.search);
  const words = between?.map((ms) => new Date(ms).toISOString().replace(/\.\d+Z/, "Z")).join(BETWEEN);
  if ((query.get(NAME) ?? undefined) === words) return;
  if (words) query.set(NAME, words);
  else query.delete(NAME);
  history.replaceState(history.state, "", query.size ? `?${query}` : location.pathname);
}

/**
 * @param {Stretch} between
 * @param {Stretch} whole
 * @param {number} factor
 */
function scaled([from, to], [first, last], factor) {
  const width = Math.max(LEAST_MS, (to - from) * factor);
  if (width >= (last - first) * NEARLY) return null;
  const begin = Math.min(Math.max((from + to - width) / 2, first), last - width);
  return [begin, begin + width];
}

/**
 * @param {Stretch} between
 * @param {Stretch} whole
 * @param {number} by
 */
function shifted([from, to], [first, last], by) {
  const width = to - from;
  const begin = Math.min(Math.max(from + width * by, first), Math.max(first, last - width));
  return [begin, begin + width];
}

/**
 * What a button does to the stretch that is shown; null is the whole.
 * @type {Record<string, (between: Stretch, whole: Stretch) => Stretch | null>}
 */
export const MOVES = {
  nearer: (between, whole) => scaled(between, whole, 0.5),
  wider: (between, whole) => scaled(between, whole, 2),
  earlier: (between, whole) => shifted(between, whole, -0.5),
  later: (between, whole) => shifted(between, whole, 0.5),
};
