// What is drawn around the curve: band, limits, hatching, fan, events, the present.
import { token } from "./dom.js";
import { clockTimeWithDay, inUnit, limitTemperature, temperature } from "./format.js";
import { t } from "./i18n.js";

/** @import {Forecast, Limits, Point} from "./trace-data.js" */
/** @typedef {ReturnType<typeof frame>} Frame */

const FACE = "Inter, 'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif";
/** @param {number} size */
export const font = (size, weight = 500) => `${weight} ${size * devicePixelRatio}px ${FACE}`;
/** @param {number} value */
export const px = (value) => Math.round(value * devicePixelRatio);

/**
 * Everything a hook needs to place things.
 * @param {Uplot.Plot} u
 */
export function frame(u) {
  const { left, top, width, height } = u.bbox;
  /** @param {number} ms */
  const x = (ms) => u.valToPos(ms / 1000, "x", true);
  /** @param {number} celsius */
  const y = (celsius) => u.valToPos(inUnit(celsius), "y", true);
  // uPlot leaves the baseline where its axes needed it.
  u.ctx.textBaseline = "alphabetic";
  return { ctx: u.ctx, left, top, width, height, right: left + width, bottom: top + height, x, y };
}

/**
 * Keep whatever is drawn inside the plot.
 * @param {Frame} f
 * @param {() => void} draw
 */
export function clipped(f, draw) {
  f.ctx.save();
  f.ctx.beginPath();
  f.ctx.rect(f.left, f.top, f.width, f.height);
  f.ctx.clip();
  draw();
  f.ctx.restore();
}

/** @param {Frame} f @param {Limits} limits */
export function drawBand(f, { lo, hi, limit, side }) {
  const { ctx } = f;
  const top = hi === null ? f.top : f.y(hi);
  const bottom = lo === null ? f.bottom : f.y(lo);
  ctx.fillStyle = token("band");
  ctx.fillRect(f.left, top, f.width, bottom - top);
  if (limit !== null) hatch(f, side === "low" ? [f.y(limit), f.bottom] : [f.top, f.y(limit)]);
}

/** @param {Frame} f @param {number[]} between */
function hatch(f, [from, to]) {
  if (to <= from) return;
  const { ctx } = f;
  ctx.save();
  ctx.beginPath();
  ctx.rect(f.left, from, f.width, to - from);
  ctx.clip();
  ctx.strokeStyle = token("crit");
  ctx.globalAlpha = 0.22;
  ctx.lineWidth = px(1);
  const step = px(9);
  for (let offset = f.left - (to - from); offset < f.right; offset += step) {
    ctx.beginPath();
    ctx.moveTo(offset, to);
    ctx.lineTo(offset + (to - from), from);
    ctx.stroke();
  }
  ctx.restore();
}

/** @param {Frame} f @param {number} y @param {string} color @param {number[]} dash */
function line(f, y, color, dash = []) {
  const { ctx } = f;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = px(1.5);
  ctx.setLineDash(dash.map(px));
  ctx.beginPath();
  ctx.moveTo(f.left, y);
  ctx.lineTo(f.right, y);
  ctx.stroke();
  ctx.restore();
}

/** @param {Frame} f @param {Limits} limits */
export function drawLimits(f, { lo, hi, limit }) {
  const edge = document.documentElement.dataset.theme === "light" ? "tx" : "warn";
  for (const value of [lo, hi]) if (value !== null) line(f, f.y(value), token(edge), [6, 4]);
  if (limit !== null) line(f, f.y(limit), token("crit"));
  nameLimits(f, [lo, hi, limit], limit);
}

/**
 * Each limit's temperature over its line, never outside of the plot; of two that are close, the upper stands beside.
 * @param {Frame} f
 * @param {(number | null)[]} limits
 * @param {number | null} next
 */
function nameLimits(f, limits, next) {
  const values = limits.filter((value) => value !== null).sort((a, b) => a - b);
  f.ctx.textAlign = "left";
  f.ctx.font = font(11, 550);
  let [above, end] = [Infinity, 0];
  for (const value of values) {
    const y = Math.max(f.y(value) - px(5), f.top + px(11));
    const x = above - y < px(15) ? end + px(10) : f.left + px(6);
    label(f, limitTemperature(value), x, y, value === next ? "crit" : "tx2", 11);
    [above, end] = [y, x + f.ctx.measureText(limitTemperature(value)).width];
  }
}

/**
 * The wedge between the early and the likely course, and the instants of crossing.
 * @param {Frame} f
 * @param {Forecast} forecast
 */
export function drawForecast(f, forecast) {
  const { ctx } = f;
  /** @param {number} p */
  const end = (p) => /** @type {[number, number]} */ ([f.x(p), f.y(forecast.limit)]);
  /** @param {number[]} at */
  const beyond = ([x, y]) => {
    const [x0, y0] = [f.x(forecast.at), f.y(forecast.temp)];
    return [x0 + (x - x0) * 1.35, y0 + (y - y0) * 1.35];
  };
  const [early, likely] = [beyond(end(forecast.p10)), beyond(end(forecast.p50))];
  ctx.save();
  ctx.fillStyle = token("crit");
  ctx.globalAlpha = 0.28;
  path(ctx, [[f.x(forecast.at), f.y(forecast.temp)], early, likely]);
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = token("crit");
  ctx.lineWidth = px(2);
  ctx.setLineDash([px(6), px(4)]);
  path(ctx, [[f.x(forecast.at), f.y(forecast.temp)], likely]);
  ctx.stroke();
  ctx.restore();
  dot(f, ...end(forecast.p50), "crit");
}

/**
 * The hour of the crossing beside it, over the line of the present; below it where the right edge is near.
 * @param {Frame} f
 * @param {Forecast} forecast
 * @param {number} now
 * @param {string} zone
 */
export function nameCrossing(f, forecast, now, zone) {
  const [x, y] = [f.x(forecast.p50), f.y(forecast.limit)];
  if (x < f.left || x > f.right) return;
  const words = clockTimeWithDay(forecast.p50, now, zone);
  f.ctx.textAlign = "left";
  f.ctx.font = font(12, 650);
  const left = Math.min(x + px(9), f.right - f.ctx.measureText(words).width - px(4));
  const beside = left < x + px(9) ? px(24) : px(18);
  // The flag of the present hangs at the top: a crossing up there is named below its line.
  const above = left >= x + px(9) && y - px(8) > f.top + px(16);
  label(f, words, left, above ? y - px(8) : y + beside, "crit", 12, 650);
}

/** @param {CanvasRenderingContext2D} ctx @param {number[][]} points */
export function path(ctx, points) {
  ctx.beginPath();
  points.forEach(([x, y], index) => (index ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
}

/** @param {Frame} f @param {number} x @param {number} y @param {string} color */
function dot(f, x, y, color) {
  f.ctx.beginPath();
  f.ctx.fillStyle = token(color);
  f.ctx.strokeStyle = token("bg1");
  f.ctx.lineWidth = px(1.5);
  f.ctx.arc(x, y, px(4.5), 0, 2 * Math.PI);
  f.ctx.fill();
  f.ctx.stroke();
}

/**
 * Text on a ground of its own, so that a line behind it does not cut it.
 * @param {Frame} f
 * @param {string} words
 * @param {number} x
 * @param {number} y
 * @param {string} color
 */
export function label(f, words, x, y, color, size = 11, weight = 550) {
  const { ctx } = f;
  ctx.save();
  ctx.font = font(size, weight);
  const width = ctx.measureText(words).width;
  const from = ctx.textAlign === "right" ? x - width : ctx.textAlign === "center" ? x - width / 2 : x;
  ctx.fillStyle = token("bg1");
  ctx.globalAlpha = 0.75;
  ctx.fillRect(from - px(3), y - px(size), width + px(6), px(size + 4));
  ctx.globalAlpha = 1;
  ctx.fillStyle = token(color);
  ctx.fillText(words, x, y);
  ctx.restore();
}

/** @param {Frame} f @param {number} now @param {Point | undefined} last */
export function drawNow(f, now, last) {
  const { ctx } = f;
  const x = f.x(now);
  ctx.save();
  ctx.strokeStyle = token("tx");
  ctx.lineWidth = px(1.5);
  path(ctx, [
    [x, f.top],
    [x, f.bottom - px(2)],
  ]);
  ctx.stroke();
  ctx.font = font(11, 700);
  const words = t("live.now");
  const width = ctx.measureText(words).width + px(10);
  ctx.fillStyle = token("tx");
  ctx.fillRect(x - width / 2, f.top - px(15), width, px(16));
  ctx.fillStyle = token("bg1");
  ctx.textAlign = "center";
  ctx.fillText(words, x, f.top - px(3));
  ctx.restore();
  if (!last || last.temp === null) return;
  const [x0, y0] = [f.x(last.at), f.y(last.temp)];
  dot(f, x0, y0, "series");
  ctx.textAlign = "right";
  label(f, temperature(last.temp), x0 - px(9), y0 - px(6), "tx", 12, 650);
}

/**
 * Stretches without readings.
 * @param {Frame} f
 * @param {number[][]} gaps
 */
export function drawGaps(f, gaps) {
  f.ctx.save();
  f.ctx.fillStyle = token("bg3");
  f.ctx.globalAlpha = 0.45;
  for (const [from, to] of gaps) f.ctx.fillRect(f.x(from), f.top, f.x(to) - f.x(from), f.height);
  f.ctx.restore();
}

/**
 * Where one point stands for many readings: their lowest and highest, behind the mean.
 * @param {Frame} f
 * @param {Point[]} points
 */
export function drawEnvelope(f, points) {
  /** @type {{at: number, min: number, max: number}[]} */
  const whole = [];
  for (const { at, min, max } of points) if (min !== null && max !== null) whole.push({ at, min, max });
  if (!whole.length) return;
  f.ctx.save();
  f.ctx.fillStyle = token("series");
  f.ctx.globalAlpha = 0.35;
  path(f.ctx, [
    ...whole.map(({ at, max }) => [f.x(at), f.y(max)]),
    ...whole.toReversed().map(({ at, min }) => [f.x(at), f.y(min)]),
  ]);
  f.ctx.fill();
  f.ctx.restore();
}
