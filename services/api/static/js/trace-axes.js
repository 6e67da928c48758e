// The axes of the curve: instants in two rows, the page's zone and UTC, and degrees.
import { token } from "./dom.js";
import { clockTime, number, unitName } from "./format.js";
import { font } from "./trace-draw.js";

/** @import {Frame} from "./trace-draw.js" */

/**
 * What uPlot needs to know of the two axes.
 * @param {string} zone
 */
export function axes(zone) {
  /** @param {object} more */
  const axis = (more) => ({
    stroke: token("tx2"),
    font: font(11, 500).replace(/\d+(\.\d+)?px/, "11px"),
    grid: { stroke: token("line"), width: 1 },
    ticks: { show: false },
    ...more,
  });
  /** @param {number} ms */
  const words = (ms) => `${clockTime(ms, zone)}\n${clockTime(ms, "UTC")}Z`;
  // The first tick makes room for the names of the two rows.
  /** @param {Uplot.Plot} u @param {number[]} splits */
  const times = (u, splits) => splits.map((s) => (u.valToPos(s, "x") < 20 ? "" : words(s * 1000)));
  const steps = [300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
  return [
    axis({ values: times, size: 40, space: 76, incrs: steps }),
    axis({
      size: 52,
      values: (/** @type {Uplot.Plot} */ _u, /** @type {number[]} */ splits) => splits.map((value) => number(value, 1)),
    }),
  ];
}

/**
 * The names of the two rows of instants, and the unit.
 * @param {Frame} f
 * @param {string} offset
 */
export function drawUnits({ ctx, bottom, top }, offset) {
  ctx.textAlign = "left";
  ctx.font = font(11, 500);
  ctx.fillStyle = token("tx3");
  ctx.fillText("UTC", 4 * devicePixelRatio, bottom + 32 * devicePixelRatio);
  ctx.fillText(offset, 4 * devicePixelRatio, bottom + 17 * devicePixelRatio);
  ctx.fillText(unitName(), 4 * devicePixelRatio, top - 4 * devicePixelRatio);
}
