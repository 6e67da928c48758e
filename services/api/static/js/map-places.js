// Where a shipment is drawn: its position, its route, and how far along it is; of many, heaps of those that lie close.
import { board } from "./board.js";
import { serverNow } from "./clock.js";
import { instant } from "./format.js";
import { greatCircle, near, nearestIndex, routeLine } from "./great-circle.js";
import { isSilent, markOf } from "./verdict.js";

/**
 * @typedef {{shipment: Api.Shipment, line: number[][], index: number, at: number[], lon: number,
 *   estimate: number[] | null, mark: string, chosen: boolean}} Place
 * @typedef {{at: number[], n: number, worst: Api.Shipment, mark: string}} Heap
 * @typedef {(at: number[]) => {x: number, y: number}} PointOf
 */

/** So many are drawn one by one; of more, only those that ask for somebody. */
export const MANY = 400;
const MOST_LOUD = 150;
const HEAP_PX = 56;
export const LOUD = new Set(["p1", "p2", "stale"]);
export const SEVERITY = ["p1", "p2", "stale", "adv", "plan", "done"];

/** A shipment's object is replaced when it changes: its route is reckoned once. @type {WeakMap<Api.Shipment, number[][]>} */
const lines = new WeakMap();

/** @param {Api.Shipment} shipment */
function lineOf(shipment) {
  const line = lines.get(shipment) ?? routeLine((shipment.legs ?? []).filter((leg) => leg.status !== "cancelled"));
  lines.set(shipment, line);
  return line;
}

/**
 * Where a silent box should be by now: as judged, else by time along its leg; an estimate.
 * @param {Api.Shipment} shipment
 */
function expectedPosition(shipment) {
  const judged = shipment.summary?.position_estimate;
  if (judged) return judged;
  const leg = shipment.legs?.find((one) => one.id === shipment.phase?.leg_id);
  const left = instant(leg?.actual_departure);
  const due = instant(leg?.estimated_arrival ?? leg?.planned_arrival);
  if (!leg || left === null || due === null || leg.actual_arrival || !isSilent(shipment)) return null;
  const share = Math.min(1, Math.max(0, (serverNow() - left) / (due - left)));
  const way = greatCircle([leg.from_lat, leg.from_lon], [leg.to_lat, leg.to_lon]);
  const [lat, lon] = way[Math.round(share * (way.length - 1))];
  return { lat, lon };
}

/**
 * Everything that drawing one shipment needs; null when nobody knows where it is.
 * @param {Api.Shipment} shipment
 */
export function placeOf(shipment) {
  const line = lineOf(shipment);
  const reading = shipment.last_reading;
  const measured = reading?.lat !== null && reading?.lat !== undefined ? [reading.lat, reading.lon] : null;
  const estimate = expectedPosition(shipment);
  const at = measured ?? (estimate ? [estimate.lat, estimate.lon] : line[0]);
  if (!at) return null;
  const index = line.length ? nearestIndex(line, at) : 0;
  return {
    shipment,
    line,
    index,
    at,
    lon: near(at[1], line[index]?.[1]),
    estimate: estimate ? [estimate.lat, estimate.lon] : null,
    mark: markOf(shipment),
    chosen: board.selected === shipment.reference,
  };
}

/**
 * Where one of many is: measured, or where its way begins.
 * @param {Api.Shipment} shipment
 */
function spotOf(shipment) {
  const { lat, lon } = shipment.last_reading ?? {};
  if (lat !== null && lat !== undefined) return [lat, near(lon)];
  const [leg] = shipment.legs ?? [];
  return leg ? [leg.from_lat, near(leg.from_lon)] : null;
}

/**
 * Of many shipments: those to draw one by one, and heaps of the rest by where they fall on the screen.
 * @param {Api.Shipment[]} shipments
 * @param {(at: number[]) => { x: number, y: number }} pointOf
 */
export function sortOut(shipments, pointOf) {
  /** @type {[single: Api.Shipment[], loud: {shipment: Api.Shipment, mark: string}[], heaps: Map<string, Heap>]} */
  const [single, loud, heaps] = [[], [], new Map()];
  for (const shipment of shipments) {
    const mark = markOf(shipment);
    if (board.selected === shipment.reference) single.push(shipment);
    else if (LOUD.has(mark)) loud.push({ shipment, mark });
    else heap(heaps, shipment, mark, pointOf);
  }
  loud.sort((a, b) => SEVERITY.indexOf(a.mark) - SEVERITY.indexOf(b.mark));
  single.push(...loud.slice(0, MOST_LOUD).map(({ shipment }) => shipment));
  for (const { shipment, mark } of loud.slice(MOST_LOUD)) heap(heaps, shipment, mark, pointOf);
  return { single, heaps: [...heaps.values()] };
}

/**
 * @param {Map<string, Heap>} heaps
 * @param {Api.Shipment} shipment
 * @param {string} mark
 * @param {PointOf} pointOf
 */
function heap(heaps, shipment, mark, pointOf) {
  const at = spotOf(shipment);
  if (!at) return;
  const { x, y } = pointOf(at);
  const key = `${Math.round(x / HEAP_PX)}:${Math.round(y / HEAP_PX)}`;
  const known = heaps.get(key);
  if (!known) heaps.set(key, { at, n: 1, worst: shipment, mark });
  else {
    known.n += 1;
    if (SEVERITY.indexOf(mark) < SEVERITY.indexOf(known.mark)) Object.assign(known, { worst: shipment, mark });
  }
}
