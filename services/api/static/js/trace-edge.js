// What stands at the edges of the curve: where the radio was off, what came late, what happened; above, what was revised.
import { serverNow } from "./clock.js";
import { token } from "./dom.js";
import { clockTime, clockTimeWithDay } from "./format.js";
import { has, t } from "./i18n.js";
import { font, label, path, px } from "./trace-draw.js";

/** @import {Bar, Event, Trace} from "./trace-data.js" */
/** @import {Frame} from "./trace-draw.js" */

/** @param {Bar} bar @param {string} zone */
function barWords({ off, came }, zone) {
  if (came === null) return off ? t("live.radio_off") : null;
  return t(off ? "live.radio_off_back_filled" : "live.back_filled", { time: clockTime(came, zone) });
}

/**
 * Bars at the lower edge, and words above them that do not overlap.
 * @param {Frame} f
 * @param {Bar[]} bars
 * @param {string} zone
 */
export function drawBars(f, bars, zone) {
  const { ctx } = f;
  let free = f.left;
  ctx.save();
  ctx.textAlign = "left";
  for (const bar of bars) {
    const [from, to] = [Math.max(f.x(bar.from), f.left), Math.min(f.x(bar.to), f.right)];
    const words = barWords(bar, zone);
    if (to <= from) continue;
    ctx.fillStyle = token("band-line");
    ctx.fillRect(from, f.bottom - px(3), to - from, px(3));
    ctx.font = font(11, 550);
    if (!words || from < free) continue;
    label(f, words, from + px(4), f.bottom - px(27), "tx2");
    free = from + ctx.measureText(words).width + px(16);
  }
  ctx.restore();
}

/** @param {number} at @param {string} zone */
const revisedWords = (at, zone) => t("live.tag.revised", { time: clockTimeWithDay(at, serverNow(), zone) });

/**
 * Of which part something else was said before late readings came: dots along the upper edge, and a flag where they begin.
 * @param {Frame} f
 * @param {number[][]} revised
 * @param {string} zone
 */
export function drawRevised(f, revised, zone) {
  const { ctx } = f;
  let free = f.left;
  ctx.save();
  ctx.strokeStyle = token("tx2");
  ctx.lineWidth = px(2);
  ctx.setLineDash([px(2), px(3)]);
  ctx.textAlign = "left";
  for (const [began, at] of revised) {
    const [from, to] = [Math.max(f.x(began), f.left), Math.min(f.x(at), f.right)];
    if (to <= from) continue;
    path(ctx, [
      [from + px(1), f.top + px(16)],
      [from + px(1), f.top + px(2)],
      [to, f.top + px(2)],
    ]);
    ctx.stroke();
    const words = revisedWords(at, zone);
    ctx.font = font(11, 550);
    if (from < free) continue;
    label(f, words, from + px(6), f.top + px(15), "tx2");
    free = from + ctx.measureText(words).width + px(16);
  }
  ctx.restore();
}

/**
 * What is said of a reading beside its value: that it came late, that what had been said of its time was revised.
 * @param {Trace} trace
 * @param {number} at
 * @param {string} zone
 */
export function remarks({ late, revised }, at, zone) {
  // The instants of readings come rounded to the millisecond, the ends of parts cut off at it.
  /** @param {number[]} part */
  const holds = ([from, to]) => from <= at + 1 && at <= to + 1;
  const [came, part] = [late.find(holds)?.[2], revised.find(holds)];
  return [
    came ? t("live.back_filled", { time: clockTimeWithDay(came, serverNow(), zone) }) : "",
    part ? revisedWords(part[1], zone) : "",
  ].filter(Boolean);
}

/**
 * Ticks and words at the lower edge; words that would overlap are left out, never the tick.
 * @param {Frame} f
 * @param {Event[]} events
 */
export function drawEvents(f, events) {
  const { ctx } = f;
  let free = f.left;
  ctx.save();
  ctx.textAlign = "left";
  for (const event of events) {
    const x = f.x(event.at);
    if (x < f.left || x > f.right) continue;
    ctx.strokeStyle = token("band-line");
    ctx.lineWidth = px(1);
    path(ctx, [
      [x, f.bottom - px(22)],
      [x, f.bottom],
    ]);
    ctx.stroke();
    const key = `live.event.${event.kind}`;
    const words = has(key) ? t(key) : event.kind;
    ctx.font = font(11, 550);
    const width = ctx.measureText(words).width;
    if (x < free || x + width > f.right) continue;
    label(f, words, x + px(4), f.bottom - px(6), "tx2");
    free = x + width + px(12);
  }
  ctx.restore();
}
