// What stands at the lower edge of the curve: where the radio was off, what came late, what happened.
import { token } from "./dom.js";
import { clockTime } from "./format.js";
import { has, t } from "./i18n.js";
import { font, label, path, px } from "./trace-draw.js";

/** @import {Bar, Event} from "./trace-data.js" */
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
