// A quarter of an hour in a bay: who holds it, what is offered there, or why nothing is.
import { closedWithin, misfit, wrongTimes } from "./bay-fit.js";
import { serverNow } from "./clock.js";
import { beside, lay, MINUTE, QUARTER } from "./bay-layout.js";
import { desk, isLate, keyOf, SHOWN_MS } from "./desk.js";
import { h, icon } from "./dom.js";
import { clockTime, duration, instant } from "./format.js";
import { t } from "./i18n.js";
import { stateWords } from "./missed-slot.js";
import { named } from "./page.js";
import { rowMark } from "./queue-row.js";
import { store } from "./store.js";
import { zone } from "./zone.js";

/** @import {Desk} from "./desk.js" */

/**
 * One bay: what is held and offered there, and where it takes nobody, in words.
 * @typedef {{bay: Api.Bay, held: Api.Appointment[], offered: Api.Slot[], barred: Desk["barred"], reserved: Api.ProposedSlot[],
 *   closed: number[][], wrong: string | null, times: ReturnType<typeof wrongTimes>}} Column
 */

/** @type {Pick<Api.BayTimes, "open" | "reserved" | "appointments">} */
const NOBODY = { open: [], reserved: [], appointments: [] };

/**
 * @param {Api.Bay} bay
 * @param {number} now
 * @returns {Column}
 */
export function columnOf(bay, now) {
  const [begin, end] = [desk.begin, desk.begin + SHOWN_MS];
  const known = desk.plan?.bays.find((one) => one.bay_id === bay.bay_id) ?? NOBODY;
  const { row } = desk;
  return {
    bay,
    held: known.appointments,
    offered: desk.offered.filter((one) => one.bay_id === bay.bay_id),
    barred: desk.barred.filter(({ slot }) => slot.bay_id === bay.bay_id),
    reserved: known.reserved,
    closed: closedWithin(known.open, begin, end),
    wrong: row ? misfit(row, bay, store.shipments.get(row.shipment_id)?.needs_equipment ?? []) : null,
    times: row ? wrongTimes(row, begin, end, now) : [],
  };
}

/**
 * How a cell, a slot or a block is found again: bay, place and minute; a cell in which nothing begins has no place.
 * @param {Column} column
 * @param {number} at
 */
export const stopAt = ({ bay }, at, place = 0) => `${bay.bay_id}.${place}.${at / MINUTE}`;

/**
 * What a block has room for: one line, two, or as many as its words need; the hour stands beside it.
 * @param {number[]} span
 */
function roomIn([from, to]) {
  if (to - from < QUARTER) return "low";
  return to - from < 2 * QUARTER ? "short" : "tall";
}

/**
 * @param {Column} column
 * @param {Api.Appointment} held
 * @param {number} since
 */
function block(column, held, since) {
  const row = desk.rowOf(held.shipment_reference);
  const mark = row ? rowMark(row) : "plan";
  const chosen = desk.wishes.get("s") === held.shipment_reference;
  const span = [instant(held.start), instant(held.end)];
  const ready = row?.ready_at ?? null;
  const state = (row && desk.servesNot(row)) ?? stateWords(held, ready, serverNow());
  const time = clockTime(span[0], zone.name);
  const words = t("desk.block", { time, state });
  const whole = t("desk.held_cell", { time, reference: held.shipment_reference, state });
  const button = h(
    "button",
    {
      class: `block ${roomIn(span)} is-${mark} at-${held.state}${chosen ? " selected" : ""}`,
      type: "button",
      title: `${held.shipment_reference} · ${words}`,
      tabindex: -1,
      "aria-label": t("desk.bay_cell", { bay: named(column.bay), words: whole }),
      "aria-pressed": String(chosen),
      "data-stop": stopAt(column, span[0], held.place),
      onclick: () => desk.choose(held.shipment_reference),
    },
    h("span", { class: "mono" }, icon(`m-${mark}`, "mark"), held.shipment_reference),
    h("span", { class: "sub" }, roomIn(span) === "tall" ? words : state),
  );
  return beside(lay(button, span, since), held.place, column.bay.places);
}

/** @param {Api.Slot} slot */
function spareWords({ spare_s: spare }) {
  if (spare === null) return t("desk.cell_free");
  return spare < 0
    ? t("live.slot_late", { span: duration(-spare * 1000) })
    : t("live.spare", { span: duration(spare * 1000) });
}

/**
 * @param {Column} column
 * @param {Api.Slot} slot
 * @param {number} since
 * @param {string | null} best The slot that is pointed out.
 */
function free(column, slot, since, best) {
  const span = [instant(slot.start), Math.min(instant(slot.end), instant(slot.start) + QUARTER)];
  const [key, late] = [keyOf(slot), isLate(slot)];
  const chosen = desk.slot !== null && keyOf(desk.slot) === key;
  const plain = t("desk.cell", { time: clockTime(span[0], zone.name), spare: spareWords(slot) });
  const words = best === key ? t(late ? "desk.first_cell" : "desk.best_cell", { words: plain }) : plain;
  const button = h(
    "button",
    {
      class: `cell${best === key ? " best" : ""}${chosen ? " chosen" : ""}${late ? " late" : ""}`,
      type: "button",
      tabindex: -1,
      "aria-label": t("desk.bay_cell", { bay: named(column.bay), words }),
      "aria-pressed": String(chosen),
      "data-slot": key,
      "data-stop": key,
      onclick: () => desk.chooseSlot(slot),
    },
    h("span", {}, words),
  );
  return beside(lay(button, span, since), slot.place, column.bay.places);
}

/**
 * Why no slot can be chosen there; the words of the area behind it.
 * @param {Column} column
 * @param {number} at
 * @param {number} now
 */
function why(column, at, now) {
  const taken = column.held.filter((one) => instant(one.start) < at + QUARTER && instant(one.end) > at);
  if (taken.length >= column.bay.places) {
    const first = Math.min(...taken.map((one) => instant(one.end)));
    return t("desk.cell_taken", { time: clockTime(first, zone.name) });
  }
  if (at + MINUTE <= now) return t("desk.cell_past");
  if (column.closed.some(([from, to]) => from <= at && to > at)) return t("desk.closed");
  if (column.wrong) return column.wrong;
  const wrong = column.times.find(([from, to]) => from <= at && to > at);
  if (wrong) return wrong[3];
  const stays = column.barred.find(({ slot }) => instant(slot.start) >= at && instant(slot.start) < at + QUARTER);
  if (stays) return stays.words;
  if (!desk.row) return t("desk.cell_free");
  const kept = column.reserved.some((one) => instant(one.start) === at);
  return t(kept ? "desk.cell_kept" : "desk.cell_none");
}

/**
 * The cell of a bay and a quarter of an hour.
 * @param {Column} column
 * @param {number} at
 * @param {number} now
 * @param {string | null} best The slot that is pointed out.
 */
export function cell(column, at, now, best) {
  /** @param {number} start */
  const begins = (start) => start >= at && start < at + QUARTER;
  const held = column.held.filter(
    (one) => begins(instant(one.start)) || (at === desk.begin && instant(one.start) < at && instant(one.end) > at),
  );
  const parts = [
    ...column.offered.filter((one) => begins(instant(one.start))).map((one) => free(column, one, at, best)),
    ...held.map((one) => block(column, one, at)),
  ];
  const name = `${column.bay.bay_id}.${at / MINUTE}`;
  if (parts.length) return h("div", { role: "gridcell", class: "bay-cell", "data-cell": name }, parts);
  const words = t("desk.cell_why", { time: clockTime(at, zone.name), why: why(column, at, now) });
  return h(
    "div",
    {
      role: "gridcell",
      class: "bay-cell empty",
      tabindex: -1,
      "aria-label": t("desk.bay_cell", { bay: named(column.bay), words }),
      "data-cell": name,
      "data-stop": stopAt(column, at),
      onclick: () => desk.tell(`${named(column.bay)}, ${words}`),
    },
    h("span", { class: "why", "aria-hidden": "true" }, words),
  );
}
