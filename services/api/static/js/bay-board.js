// Bays × time as a grid: what is held, what is closed, what does not fit the chosen shipment and why, and where it can go.
import { areas, writeNow } from "./bay-areas.js";
import { cell, columnOf } from "./bay-cells.js";
import { px, QUARTER } from "./bay-layout.js";
import { serverNow } from "./clock.js";
import { desk, keyOf, SHOWN_MS, slotOf } from "./desk.js";
import { at, focusIn, h } from "./dom.js";
import { clockTime, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { zone } from "./zone.js";

/** @import {Column} from "./bay-cells.js" */

/** The least width in which a reference and the beginning of a state can be read; and a time with what is spare. */
const LANE_PX = 132;
const WIDE_LANE_PX = 176;
/** Of a bay that the chosen shipment does not fit: its references can be read. */
const NARROW_LANE_PX = 104;
/** So much before and after it is covered by the tag of this moment. */
const COVERED_MS = 420_000;
const INSIDE = new Set(["CHECKED_IN", "IN_INSPECTION"]);
const board = at("bays");
const sheet = h("div", { class: "bay-sheet", role: "rowgroup" });
/** Where the focus was last: the Tab key comes there again. @type {string | null} */
let visited = null;

/** The slot that the plan proposes, else the first one in time. */
export const bestSlot = () => proposedSlot() ?? desk.offered[0] ?? null;

function proposedSlot() {
  const { proposal, offered } = desk;
  const proposed = proposal && slotOf(proposal);
  return (proposed && offered.find((one) => keyOf(one) === keyOf(proposed))) ?? null;
}

/** The slot to point out: of what has a place that serves it only another that the plan proposes. */
export const betterSlot = () => (desk.row?.appointment && !desk.servesNot(desk.row) ? proposedSlot() : bestSlot());

/**
 * What a bay can do, and who is inside.
 * @param {Column} column
 */
function head({ bay, wrong, held }) {
  const { row } = desk;
  const inside = held.filter((one) => INSIDE.has(one.state));
  const can = bay.unfit_since ? t("desk.unfit", { reason: bay.unfit_reason ?? "" }) : t(`desk.class.${bay.bay_class}`);
  const who = inside.map((one) => one.shipment_reference).join(t("common.comma"));
  return h(
    "div",
    { role: "columnheader", class: "bay-head", "data-bay": bay.bay_id },
    h(
      "h3",
      {},
      named(bay),
      row && !wrong ? h("span", { class: "tag fits" }, t("desk.fits", { reference: row.reference })) : null,
    ),
    h("p", { class: "sub" }, [can, who && t("desk.inside", { who })].filter(Boolean).join(" · ")),
  );
}

/**
 * The hour of a row: each is named, only half hours are written, and none below the tag of this moment.
 * @param {number} at
 * @param {number} now
 */
function hour(at, now) {
  const minutes = (at / QUARTER) % 4;
  const kind = Math.abs(now - at) < COVERED_MS ? "sr" : ({ 0: "hour", 2: "half" }[minutes] ?? "sr");
  return h(
    "div",
    { role: "rowheader", class: "bay-hour" },
    h("b", { class: kind }, clockTime(at, zone.name)),
    minutes === 0 ? h("i", {}, `${clockTime(at, "UTC")}Z`) : null,
  );
}

const quarters = () => Array.from({ length: SHOWN_MS / QUARTER }, (_, n) => desk.begin + n * QUARTER);

/**
 * @param {string} kind
 * @param {HTMLElement[]} cells
 */
const row = (kind, ...cells) => h("div", { role: "row", class: kind }, cells);

/**
 * The one cell that the Tab key comes to: the chosen slot, the best one, where the focus was last, or this moment.
 * @param {HTMLElement[]} rows
 * @param {number} now
 */
function putStop(rows, now) {
  const slot = desk.slot ?? bestSlot();
  /** @param {string | null} stop */
  const named = (stop) => rows.flatMap((one) => stopsOf(one)).find((one) => one.dataset.stop === stop);
  const present = rows[Math.max(0, Math.floor((now - desk.begin) / QUARTER))] ?? rows[0];
  const stop = named(slot && keyOf(slot)) ?? named(visited) ?? stopsOf(present)[0];
  stop.tabIndex = 0;
}

/**
 * Rows that say what they said stay, and with them the focus.
 * @param {HTMLElement[]} fresh
 */
function put(fresh) {
  const stood = [...sheet.children];
  fresh.forEach((one, n) => {
    if (!stood[n]) sheet.append(one);
    else if (!stood[n].isEqualNode(one)) stood[n].replaceWith(one);
  });
  for (const one of stood.slice(fresh.length)) one.remove();
}

/** @param {string | null} stop */
const stopNamed = (stop) => (stop ? sheet.querySelector(`[data-stop="${CSS.escape(stop)}"]`) : null);
/** What can be gone to in a part of the board, or the part itself. @param {Element} part */
const stopsOf = (part) => {
  const own = part.matches("[data-stop]") && part.closest("[data-stop]");
  return own ? [own] : [...part.querySelectorAll("[data-stop]")];
};
/** @param {Element} row @returns {Part[]} */
const cellsOf = (row) => [...row.querySelectorAll(":scope > .bay-cell")];

/** Where the focus was when its cell was written anew: a slot just booked may be nothing for a moment. @type {{cell: string, stop: string | null, chosen: boolean} | null} */
let stoodAt = null;
addEventListener("pointerdown", () => {
  stoodAt = null;
});

/** Where the focus is, to bring it there again when its row is written anew. */
function focusBefore() {
  const focused = focusIn(sheet);
  const cell = focused?.closest(".bay-cell")?.dataset.cell;
  if (focused && cell) {
    const chosen = focused.classList.contains("chosen") || (stoodAt?.chosen && stoodAt.cell === cell);
    stoodAt = { cell, stop: focused.dataset.stop ?? null, chosen: Boolean(chosen) };
  } else if (document.activeElement !== document.body) stoodAt = null;
  return () => {
    if (!stoodAt) return;
    const again = sheet.querySelector(`[data-cell="${CSS.escape(stoodAt.cell)}"]`);
    // The server may hold another place of the bay than the one that was chosen.
    const held = stoodAt.chosen ? again?.querySelector(".block.selected") : null;
    if (held && (again?.contains(document.activeElement) || document.activeElement === document.body)) {
      stoodAt.chosen = false;
      return held.focus({ preventScroll: true });
    }
    if (sheet.contains(document.activeElement)) return;
    (stopNamed(stoodAt.stop) ?? (again && stopsOf(again)[0]))?.focus({ preventScroll: true });
  };
}

/**
 * Bays that the chosen shipment fits come first; else they keep their order.
 * @param {Column[]} columns
 */
const fitFirst = (columns) => [...columns].sort((a, b) => Number(Boolean(a.wrong)) - Number(Boolean(b.wrong)));

/** @param {Column} column */
function widthOf({ bay: { places }, wrong }) {
  if (wrong) return `minmax(${places * NARROW_LANE_PX}px, ${places / 2}fr)`;
  return `minmax(${places * (desk.row ? WIDE_LANE_PX : LANE_PX)}px, ${places}fr)`;
}

export function writeBoard() {
  if (!desk.plan) return;
  const now = serverNow();
  const focusAgain = focusBefore();
  const columns = fitFirst(desk.plan.site.bays.map((bay) => columnOf(bay, now)));
  at("board-zone").textContent = zoneName(now, zone.name);
  if (!columns.length) return sheet.replaceChildren();
  const better = betterSlot();
  const best = better && keyOf(better);
  board.style.setProperty("--bays", columns.map(widthOf).join(" "));
  board.style.setProperty("--quarter", `${px(QUARTER)}px`);
  const corner = h(
    "div",
    { role: "columnheader", class: "bay-corner" },
    h("span", { class: "sr" }, t("desk.sheet.time")),
  );
  const rows = quarters().map((time) =>
    row("bay-row", hour(time, now), ...columns.map((one) => cell(one, time, now, best))),
  );
  putStop(rows, now);
  put([areas(columns), row("bay-row heads", corner, ...columns.map(head)), ...rows]);
  focusAgain();
  writeNow();
  return undefined;
}

/** @param {Part} one */
const isFree = (one) => one.matches(".cell");
/** @param {Part} one */
function placed(one) {
  const [place, minute] = (one.dataset.stop ?? "").split(".").slice(-2).map(Number);
  return { one, place, minute };
}

/**
 * The next quarter of an hour in a bay: in the same place, else what is free.
 * @param {Part} from
 * @param {number} n
 * @param {number} dy
 */
function below(from, n, dy) {
  const { place, minute } = placed(from);
  const column = [...sheet.querySelectorAll(".bay-row:not(.heads)")].flatMap((row) => stopsOf(cellsOf(row)[n]));
  const beyond = column.map(placed).filter((next) => (next.minute - minute) * dy > 0);
  const nearest = beyond.sort((a, b) => (a.minute - b.minute) * dy).filter((next) => next.minute === beyond[0].minute);
  return (nearest.find((next) => next.place === place) ?? nearest.find(({ one }) => isFree(one)) ?? nearest[0])?.one;
}

/**
 * What stands beside it in its bay, else the next bay.
 * @param {Part} from
 * @param {Part[]} cells
 * @param {number} dx
 */
function across(from, cells, dx) {
  const cell = from.closest(".bay-cell");
  if (!cell) return null;
  const { place } = placed(from);
  const [near] = stopsOf(cell)
    .map(placed)
    .filter((next) => (next.place - place) * dx > 0)
    .sort((a, b) => (a.place - b.place) * dx);
  if (near) return near.one;
  const next = cells[cells.indexOf(cell) + dx];
  return next && (stopsOf(next).find(isFree) ?? stopsOf(next)[0]);
}

/**
 * Arrows move the ghost by a quarter of an hour or one bay; where nothing is offered it says why.
 * @param {number} dx
 * @param {number} dy
 */
export function stepSlot(dx, dy) {
  const from = focusIn(sheet) ?? sheet.querySelector("[data-stop][tabindex='0']");
  const row = from?.closest(".bay-row");
  if (!from?.dataset.stop || !row) return;
  const cells = cellsOf(row);
  const n = cells.findIndex((one) => one.contains(from));
  const next = (dy ? below(from, n, dy) : across(from, cells, dx))?.dataset.stop;
  if (next) goTo(next);
}

/** @param {string} stop */
function goTo(stop) {
  visited = stop;
  const slot = desk.offered.find((one) => keyOf(one) === stop) ?? null;
  if (slot || desk.slot) desk.chooseSlot(slot);
  stopNamed(stop)?.focus();
}

/** To the chosen slot, else the best one, else where the Tab key would come. */
export function focusSlot() {
  const slot = desk.slot ?? bestSlot();
  if (slot && !desk.slot) desk.chooseSlot(slot);
  (stopNamed(slot && keyOf(slot)) ?? sheet.querySelector("[data-stop][tabindex='0']"))?.focus();
}

export function startBoard() {
  board.append(sheet);
  for (const event of ["data", "chosen"]) desk.addEventListener(event, writeBoard);
  zone.addEventListener("change", writeBoard);
}
