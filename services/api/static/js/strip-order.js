// In which order strips stand: who must act first, stands first.
import { instant } from "./format.js";
import { isOver, markOf } from "./verdict.js";

const LAST = Number.MAX_SAFE_INTEGER;

/**
 * By when somebody must have acted: delivered what customs has cleared, or begun to inspect.
 * @param {Api.Shipment} shipment
 */
const actBy = ({ clearance, latest_inspection_start: latest, deadline }) =>
  instant(clearance?.deliver_by) ?? instant(latest) ?? instant(deadline);

/**
 * The place of each shipment by its identifier: that in the order of inspections. What is not inspected, or not any
 * more, has none there: its own time puts it before the first that has longer.
 * @param {Api.Shipment[]} shipments
 * @returns {(shipment: Api.Shipment) => number}
 */
export function placesOf(shipments) {
  /** @param {Api.Shipment} shipment */
  const isRanked = ({ rank }) => rank !== null && rank !== undefined;
  const free = shipments.filter((one) => !isRanked(one) && !isOver(one));
  const longest = free.length ? longestTimes(shipments.filter(isRanked)) : [];
  const places = new Map(shipments.map((one) => [one.id, isOver(one) ? LAST : (one.rank ?? LAST - 1)]));
  for (const one of free) {
    const until = actBy(one);
    if (until !== null) places.set(one.id, before(longest, until));
  }
  return ({ id }) => places.get(id) ?? LAST;
}

/**
 * For each place in the order, the longest time that it or one before it has: never less than the one before.
 * @param {Api.Shipment[]} ranked
 */
function longestTimes(ranked) {
  let longest = -Infinity;
  return ranked
    .map(({ rank, latest_inspection_start: latest }) => ({ rank: rank ?? LAST, until: instant(latest) ?? -Infinity }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ rank, until }) => {
      longest = Math.max(longest, until);
      return { rank, until: longest };
    });
}

/**
 * The place just before the first that has longer than until then.
 * @param {{rank: number, until: number}[]} longest
 * @param {number} until
 */
function before(longest, until) {
  let [low, high] = [0, longest.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (longest[middle].until > until) high = middle;
    else low = middle + 1;
  }
  return low < longest.length ? longest[low].rank - 0.5 : LAST - 2;
}

/**
 * An open P1 stands above whatever is less urgent; among themselves all keep their order.
 * @param {Api.Shipment[]} rows
 */
export function urgentFirst(rows) {
  const urgent = new Set(rows.filter((row) => markOf(row) === "p1"));
  return urgent.size ? [...urgent, ...rows.filter((row) => !urgent.has(row))] : rows;
}

/**
 * @param {Api.Shipment[]} before
 * @param {Api.Shipment[]} after
 */
export const sameRows = (before, after) =>
  before.length === after.length && before.every((row, index) => row.id === after[index].id);
