// The queue in its order; rows keep their places while somebody is among them, at most ten seconds.
import { onTick, serverNow } from "./clock.js";
import { desk, STACKED } from "./desk.js";
import { h, setText } from "./dom.js";
import { hoursMinutes } from "./format.js";
import { t } from "./i18n.js";
import { rowMark, rowParts, spareOf } from "./queue-row.js";
import { fade, isAmong, WAIT_AT_MOST_MS } from "./still.js";

/** @import {Calls} from "./queue-row.js" */

const list = document.getElementById("queue");
const chip = document.getElementById("queue-changes");
/** @type {Map<string, HTMLElement & { row?: Api.QueueRow }>} */
const rows = new Map();
/** @type {number | null} */
let waitingSince = null;
/** @type {Calls} */
let calls = { assign: null };
/** The row whose button is being pressed: written anew in between, it would swallow the press. @type {HTMLElement | null} */
let pressed = null;

const busy = () => list.childElementCount > 0 && isAmong(list);
const wanted = () => desk.queue.items.filter((row) => found(row));

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
  /** @type {HTMLElement & { row?: Api.QueueRow }} */
  const element = rows.get(row.shipment_id) ?? h("li", {});
  rows.set(row.shipment_id, element);
  if (element === pressed) return;
  const focused = element.contains(document.activeElement) ? document.activeElement.className : null;
  element.row = row;
  element.dataset.reference = row.reference;
  element.className = `queue-row is-${rowMark(row)}${desk.row === row ? " selected" : ""}`;
  element.replaceChildren(...rowParts(row, now, calls));
  if (focused)
    (element.querySelector(`[class="${focused}"]`) ?? element.querySelector(".pick")).focus({ preventScroll: true });
}

/** What rows say is always the newest; where they stand waits for the reader. */
export function writeQueue(force = false) {
  if (!desk.queue) return;
  const now = serverNow();
  const order = wanted();
  for (const row of order) write(row, now);
  for (const [id] of rows) if (!desk.queue.items.some((row) => row.shipment_id === id)) gone(id);
  arrange(
    order.map((row) => rows.get(row.shipment_id)),
    force,
  );
  const all = desk.queue.items.length;
  setText(document.getElementById("queue-count"), String(order.length));
  document.getElementById("queue-unmatched").hidden = order.length > 0 || all === 0;
}

/**
 * It keeps its place like the others, and leaves with the next order of them.
 * @param {string} id
 */
function gone(id) {
  fade(rows.get(id));
  rows.delete(id);
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
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  list.replaceChildren(...elements);
  focused?.focus({ preventScroll: true });
}

function release() {
  pressed = null;
  writeQueue();
}

/** @param {number} now */
function tick(now) {
  for (const element of rows.values()) {
    const value = element.querySelector("[data-spare]");
    if (value) setText(value, hoursMinutes(spareOf(element.row, now).ms));
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
  desk.choose(next.dataset.reference);
  next.querySelector(".pick").focus();
}

/** @param {Calls} acts */
export function startQueue(acts) {
  calls = acts;
  chip.addEventListener("click", () => writeQueue(true));
  list.addEventListener("pointerleave", () => writeQueue());
  list.addEventListener("pointerdown", (/** @type {OnPart<PointerEvent>} */ event) => {
    pressed = event.target.closest("li");
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
