// The layers of the curve: what lies below it, and what is drawn over it.
import { board } from "./board.js";
import { serverNow } from "./clock.js";
import { offsetName } from "./format.js";
import { drawUnits } from "./trace-axes.js";
import { barsOf, eventsOf, forecastOf, limitsOf } from "./trace-data.js";
import {
  clipped,
  drawBand,
  drawEnvelope,
  drawForecast,
  drawGaps,
  drawLimits,
  drawNow,
  frame,
  nameCrossing,
} from "./trace-draw.js";
import { drawBars, drawEvents, drawRevised } from "./trace-edge.js";

/** @import {Trace} from "./trace-data.js" */

/**
 * @param {Uplot.Plot} u
 * @param {Api.Shipment} shipment
 * @param {Trace} seen
 */
export function drawGround(u, shipment, seen) {
  const f = frame(u);
  clipped(f, () => {
    drawBand(f, limitsOf(shipment));
    drawGaps(f, seen.gaps);
    if (seen.thinned) drawEnvelope(f, seen.points);
  });
}

/**
 * @param {Uplot.Plot} u
 * @param {Api.Shipment} shipment
 * @param {Trace} seen
 * @param {Trace} whole
 */
export function drawOver(u, shipment, seen, whole) {
  const f = frame(u);
  const now = serverNow();
  const forecast = forecastOf(shipment);
  clipped(f, () => {
    drawLimits(f, limitsOf(shipment));
    if (forecast) drawForecast(f, forecast);
    drawBars(f, barsOf({ ...whole, late: seen.late }, shipment, now), board.zone);
    drawEvents(f, eventsOf(whole, shipment));
    drawRevised(f, seen.revised, board.zone);
  });
  drawNow(f, now, whole.points.at(-1));
  if (forecast) nameCrossing(f, forecast, now, board.zone);
  drawUnits(f, offsetName(now, board.zone));
}
