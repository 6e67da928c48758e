// What is drawn behind the cells of the board: closed hours, bays and times that do not fit, places kept, this moment.
import { onTick, serverNow } from "./clock.js";
import { desk, SHOWN_MS } from "./desk.js";
import { h } from "./dom.js";
import { clockTime, instant } from "./format.js";
import { t } from "./i18n.js";
import { beside, lay, px, QUARTER, within } from "./bay-layout.js";
import { zone } from "./zone.js";

/** @import {Column} from "./bay-cells.js" */

/** Half the height of the tag of this moment. */
const TAG_PX = 10;

/**
 * @param {number[]} span
 * @param {string} kind
 * @param {string} words
 */
const area = (span, kind, words) => lay(h("div", { class: `area ${kind}` }, h("span", {}, words)), span);

/** @param {Column} column What it says in words, its cells say too. */
function columnOf({ bay, reserved, closed, wrong, times }) {
  const parts = closed.map((span) => area(span, "closed", t("desk.closed")));
  if (wrong) parts.push(area([desk.begin, desk.begin + SHOWN_MS], "unfit", wrong));
  else {
    parts.push(...times.map(([from, to, kind, words]) => area([from, to], kind, words)));
    const ahead = reserved.filter((one) => instant(one.start) >= serverNow());
    for (const { start, place } of ahead.filter((one) => within(instant(one.start), instant(one.start) + 1))) {
      const span = [instant(start), instant(start) + QUARTER];
      parts.push(beside(lay(h("div", { class: "kept" }), span), place, bay.places));
    }
  }
  return h("div", { class: "bay-times" }, parts);
}

/** @param {Column[]} columns */
export function areas(columns) {
  const now = [h("i", { class: "now-line", "data-now": "" }), h("span", { class: "now-tag num", "data-now": "" })];
  return h("div", { class: "bay-areas", "aria-hidden": "true" }, columns.map(columnOf), now);
}

/** The line of this moment goes on by itself. */
export function writeNow() {
  const now = serverNow();
  const at = px(now - desk.begin);
  for (const element of document.querySelectorAll("#bays [data-now]")) {
    element.hidden = at < 0 || at > px(SHOWN_MS);
    const tag = element.matches("span");
    // The heads of the bays would cover half of the tag.
    element.style.top = `${tag ? Math.max(at, TAG_PX) : at}px`;
    if (tag) element.textContent = clockTime(now, zone.name);
  }
}

onTick(writeNow);
