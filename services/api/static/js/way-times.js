// When a shipment was, or will be, where on its way: by the times of its legs and its newest position; in between an estimate.
import { instant } from "./format.js";

/** @import {Place} from "./map-places.js" */
/** An instant, and how far along the line, as an index of its points. @typedef {{at: number, index: number}} Knot */

/**
 * Points that greatCircle() gives for a leg, as routeLine() joins them.
 * @param {number[][]} line
 * @param {number} legs
 */
const stepsOf = (line, legs) => (line.length - 1) / legs;

/**
 * @param {Place} place
 * @returns {Knot[]}
 */
export function knotsOf({ shipment, line, index }) {
  const legs = (shipment.legs ?? []).filter((leg) => leg.status !== "cancelled");
  const steps = stepsOf(line, legs.length);
  const knots = legs.flatMap((leg, n) => [
    { at: instant(leg.actual_departure ?? leg.estimated_departure ?? leg.planned_departure), index: n * steps },
    { at: instant(leg.actual_arrival ?? leg.estimated_arrival ?? leg.planned_arrival), index: (n + 1) * steps },
  ]);
  const reading = shipment.last_reading;
  const at = instant(reading?.placed_at);
  const known = knots.filter((one) => one.at !== null);
  if (at === null || typeof reading?.lat !== "number") return known.sort((a, b) => a.at - b.at);
  // What was measured stands above the timetable.
  const agreeing = known.filter((one) => (one.at - at) * (one.index - index) >= 0);
  return [...agreeing, { at, index }].sort((a, b) => a.at - b.at || a.index - b.index);
}

/**
 * @param {Knot[]} knots
 * @param {"at" | "index"} by
 * @param {number} value
 * @param {"at" | "index"} wanted
 */
function between(knots, by, value, wanted) {
  const next = knots.findIndex((one) => one[by] >= value);
  if (next < 0) return knots[knots.length - 1][wanted];
  if (next === 0) return knots[0][wanted];
  const [a, b] = [knots[next - 1], knots[next]];
  return a[wanted] + ((b[wanted] - a[wanted]) * (value - a[by])) / (b[by] - a[by]);
}

/**
 * Where it is at an instant, [lat, lon]; null when no leg says a time.
 * @param {Place} place
 * @param {number} at
 */
export function spotAt(place, at) {
  const knots = knotsOf(place);
  if (!knots.length || place.line.length < 2) return null;
  const index = between(knots, "at", at, "index");
  const [from, share] = [Math.floor(index), index % 1];
  const [a, b] = [place.line[from], place.line[from + 1] ?? place.line[from]];
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}

/**
 * When it is so far along; null when no leg says a time.
 * @param {Place} place
 * @param {number} index
 */
export function timeAt(place, index) {
  const knots = knotsOf(place);
  return knots.length ? between(knots, "index", index, "at") : null;
}
