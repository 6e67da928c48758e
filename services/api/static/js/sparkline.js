// The small curve of a strip: the last hours with the allowed band behind it.
import { svg } from "./dom.js";

/** @typedef {{x: (ms: number) => number, y: (temp: number) => number}} Scale Where on the curve. */
const WIDTH = 46;
const HEIGHT = 22;

/** An empty sparkline, to be filled by draw(). */
export function makeSparkline() {
  const band = svg("rect", { class: "spark-band", x: 0, width: WIDTH });
  const edge = svg("path", { class: "spark-edge" });
  const line = svg("path", { class: "spark-line" });
  const attributes = { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" };
  return svg("svg", attributes, band, edge, line);
}

/**
 * Draw [instant, °C] pairs; a box that fell silent leaves its curve short.
 * @param {SVGElement} element
 * @param {Api.Shipment} shipment
 * @param {number} now
 */
export function drawSparkline(element, shipment, now) {
  const points = (shipment.summary?.preview ?? []).map((/** @type {[string, number]} */ [at, temp]) => [
    Date.parse(at),
    temp,
  ]);
  const key = `${shipment.id}:${points.length}:${points.at(-1)?.[0]}:${points.at(-1)?.[1]}`;
  if (element.dataset.key === key) return;
  element.dataset.key = key;
  const [band, edge, line] = element.children;
  const scale = scales(points, shipment.profile, now);
  drawBand(band, edge, shipment.profile, scale);
  line.setAttribute("d", points.length ? path(points, scale) : "");
}

/**
 * @param {number[][]} points
 * @param {Api.ProfileBrief | null} profile
 * @param {number} now
 * @returns {Scale}
 */
function scales(points, profile, now) {
  const temps = points.map(([, temp]) => temp);
  const limits = [profile?.label_lo_c, profile?.label_hi_c].filter((c) => c !== null && c !== undefined);
  const low = Math.min(...temps, ...limits);
  const high = Math.max(...temps, ...limits);
  const margin = Math.max((high - low) * 0.15, 0.5);
  const first = points[0]?.[0] ?? now - 1;
  const span = Math.max(now - first, 1);
  return {
    x: (ms) => Math.min(WIDTH, ((ms - first) / span) * WIDTH),
    y: (temp) => HEIGHT - ((temp - low + margin) / (high - low + 2 * margin)) * HEIGHT,
  };
}

/**
 * @param {Element} band
 * @param {Element} edge
 * @param {Api.ProfileBrief | null} profile
 * @param {Scale} scale
 */
function drawBand(band, edge, profile, { y }) {
  const top = profile?.label_hi_c ?? null;
  const bottom = profile?.label_lo_c ?? null;
  const from = top === null ? 0 : y(top);
  const to = bottom === null ? HEIGHT : y(bottom);
  band.setAttribute("y", from.toFixed(1));
  band.setAttribute("height", Math.max(0, to - from).toFixed(1));
  const lines = [top === null ? null : from, bottom === null ? null : to].filter((v) => v !== null);
  edge.setAttribute("d", lines.map((v) => `M0 ${v.toFixed(1)}H${WIDTH}`).join(""));
}

/**
 * @param {number[][]} points
 * @param {Scale} scale
 */
function path(points, { x, y }) {
  return points.map(([ms, temp], index) => `${index ? "L" : "M"}${x(ms).toFixed(1)} ${y(temp).toFixed(1)}`).join("");
}
