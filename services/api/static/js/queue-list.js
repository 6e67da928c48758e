// The queue in its order; rows keep their places while somebody is among them, at most ten seconds.
import { onTick, serverNow } from "./clock.js";
import { desk, STACKED } from "./desk.js";
import { at, find, focusIn, h, setText } from "./dom.js";
import { hoursMinutes } from "./format.js";
import { t } from "./i18n.js";
import { rowMark, rowParts, spareOf } from "./queue-row.js";
import { fade, isAmong, WAIT_AT_MOST_MS } from "./still.js";

/** @import {Calls} from "./queue-row.js" */

const list = at("queue");
const chip = at("queue-changes");
/** @type {Map<string, { element: HTMLElement, row: Api.QueueRow }>} */
const rows = new Map();
/** @type {number | null} */
let waitingSince = null;
/** @type {Calls} */
let calls = { assign: () => {} };
/** The row whose button is being pressed: written anew in between, it would swallow the press. @type {HTMLElement | null} */
let pressed = null;

const busy = () => list.childElementCount > 0 && isAmong(list);
const wanted = () => (desk.queue?.items ?? []).filter((row) => found(row));

/** @param {Api.QueueRow} row */
function found(row) {
  const words = desk.wishes.get("q").normalize("NFKC").toLowerCase().trim();
  return !words || row.reference.toLowerCase().includes(words);
}

/**
 * @param {Api.QueueRow} row
 * @param {number} now
 */
function write(row, now) {
  const element = rows.get(row.shipment_id)?.element ?? h("li", {});
  rows.set(row.shipment_id, { element, row });
  if (element === pressed) return element;
  const focused = focusIn(element)?.className;
  element.dataset.reference = row.reference;
  element.className = `queue-row is-${rowMark(row)}${desk.row === row ? " selected" : ""}`;
  element.replaceChildren(...rowParts(row, now, calls));
  if (focused) (element.querySelector(`[class="${focused}"]`) ?? find(".pick", element)).focus({ preventScroll: true });
  return element;
}

/** What rows say is always the newest; where they stand waits for the reader. */
export function writeQueue(force = false) {
  if (!desk.queue) return;
  const now = serverNow();
  const order = wanted().map((row) => write(row, now));
  for (const [id, { element }] of rows) {
    if (desk.queue.items.some((row) => row.shipment_id === id)) continue;
    // It keeps its place like the others, and leaves with the next order of them.
    fade(element);
    rows.delete(id);
  }
  arrange(order, force);
  setText(at("queue-count"), String(order.length));
  writeUnmatched();
}

/** Nothing matches here, and nothing was found beyond the queue. */
export function writeUnmatched() {
  const none = wanted().length === 0 && (desk.queue?.items.length ?? 0) > 0;
  at("queue-unmatched").hidden = !none || !at("queue-elsewhere").hidden;
}

/**
 * @param {HTMLElement[]} elements
 * @param {boolean} force
 */
function arrange(elements, force) {
  const moved =
    elements.filter((element, index) => list.children[index] !== element).length +
    Math.max(0, list.childElementCount - elements.length);
  if (moved && !force && busy()) waitingSince ??= performance.now();
  else {
    waitingSince = null;
    if (moved) place(elements);
  }
  chip.hidden = waitingSince === null;
  if (waitingSince !== null) setText(chip, t("live.changes", { n: moved }));
}

/** @param {HTMLElement[]} elements */
function place(elements) {
  const focused = focusIn(list);
  list.replaceChildren(...elements);
  focused?.focus({ preventScroll: true });
}

function release() {
  pressed = null;
  writeQueue();
}

/** @param {number} now */
function tick(now) {
  for (const { element, row } of rows.values()) {
    const value = element.querySelector("[data-spare]");
    if (value) setText(value, hoursMinutes(spareOf(row, now).ms));
  }
  if (waitingSince !== null && performance.now() - waitingSince > WAIT_AT_MOST_MS) writeQueue(true);
}

/**
 * Choose the next row below or above, and bring the focus along.
 * @param {number} by
 */
export function step(by) {
  const all = [...list.querySelectorAll(":scope > :not(.gone)")];
  const at = all.findIndex((one) => one.classList.contains("selected"));
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  if (!next) return;
  desk.choose(next.dataset.reference ?? "");
  find(".pick", next).focus();
}

/** @param {Calls} acts */
export function startQueue(acts) {
  calls = acts;
  chip.addEventListener("click", () => writeQueue(true));
  list.addEventListener("pointerleave", () => writeQueue());
  list.addEventListener("pointerdown", ({ target }) => {
    pressed = target instanceof Element ? target.closest("li") : null;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => {
      // Behind the click that the press becomes.
      if (pressed) setTimeout(release);
    });
  }
  list.addEventListener("focusout", () =>
    setTimeout(() => {
      if (waitingSince !== null) writeQueue();
    }),
  );
  desk.addEventListener("data", () => writeQueue());
  desk.addEventListener("papers", () => writeQueue());
  desk.addEventListener("chosen", () => {
    writeQueue();
    if (!STACKED.matches) list.querySelector(".selected")?.scrollIntoView({ block: "nearest" });
  });
  onTick(tick);
}
