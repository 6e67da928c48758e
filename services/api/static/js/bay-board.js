// Bays × time: what is held, what is closed, what does not fit the chosen shipment and why, and where it can go.
import { closedWithin, misfit, wrongTimes } from "./bay-fit.js";
import { onTick, serverNow } from "./clock.js";
import { desk, isLate, keyOf, SHOWN_MS } from "./desk.js";
import { h, icon } from "./dom.js";
import { clockTime, duration, instant, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { rowMark } from "./queue-row.js";
import { store } from "./store.js";
import { zone } from "./zone.js";

const QUARTER = 900_000;
const MINUTE = 60_000;
/** A quarter of an hour holds two lines of words. */
const PX_PER_MIN = 2.5;
/** The least width in which a reference and the beginning of a state can be read. */
const LANE_PX = 132;
const GAP = 3;
const board = document.getElementById("bays");
/** @param {number} ms */
const px = (ms) => (ms / MINUTE) * PX_PER_MIN;

/**
 * Put an element at a stretch of time, in one of the places of its bay.
 * @param {HTMLElement} element
 * @param {number[]} span
 */
function lay(element, [from, to], place = 1, places = 1) {
  const [begin, end] = [desk.begin, desk.begin + SHOWN_MS];
  const [top, bottom] = [Math.max(from, begin), Math.min(to, end)];
  Object.assign(element.style, {
    top: `${px(top - begin)}px`,
    height: `${Math.max(20, px(bottom - top) - 2)}px`,
    left: `calc(${((place - 1) / places) * 100}% + ${GAP}px)`,
    width: `calc(${100 / places}% - ${2 * GAP}px)`,
  });
  return element;
}

/**
 * @param {number} from
 * @param {number} to
 */
const within = (from, to) => to > desk.begin && from < desk.begin + SHOWN_MS;

/**
 * @param {number[]} span
 * @param {string} kind
 * @param {string} words
 */
function area([from, to], kind, words) {
  const element = lay(h("div", { class: `area ${kind}` }, h("span", {}, words)), [from, to]);
  Object.assign(element.style, { left: "0", width: "100%" });
  return element;
}

/**
 * What a block has room for: one line, two, or as many as its words need; the hour stands beside it.
 * @param {number[]} span
 */
function roomIn([from, to]) {
  if (to - from < QUARTER) return "low";
  return to - from < 2 * QUARTER ? "short" : "tall";
}

/**
 * @param {Api.Appointment} held
 * @param {Api.Bay} bay
 */
function block(held, bay) {
  const row = desk.rowOf(held.shipment_reference);
  const mark = row ? rowMark(row) : "plan";
  const chosen = desk.wishes.get("s") === held.shipment_reference;
  const span = [instant(held.start), instant(held.end)];
  const state = t(`desk.place.${held.state}`);
  const words = t("desk.block", { time: clockTime(span[0], zone.name), state });
  return lay(
    h(
      "button",
      {
        class: `block ${roomIn(span)} is-${mark} at-${held.state}${chosen ? " selected" : ""}`,
        type: "button",
        title: `${held.shipment_reference} · ${words}`,
        "aria-pressed": String(chosen),
        onclick: () => desk.choose(held.shipment_reference),
      },
      h("span", { class: "mono" }, icon(`m-${mark}`, "mark"), held.shipment_reference),
      h("span", { class: "sub" }, roomIn(span) === "tall" ? words : state),
    ),
    span,
    held.place,
    bay.places,
  );
}

/**
 * @param {Api.Slot} slot
 * @param {Api.Bay} bay
 * @param {{best: boolean, first: boolean}} marks
 */
function cell(slot, bay, { best, first }) {
  const span = [instant(slot.start), Math.min(instant(slot.end), instant(slot.start) + QUARTER)];
  const chosen = desk.slot && keyOf(desk.slot) === keyOf(slot);
  const spare =
    slot.spare_s === null
      ? ""
      : slot.spare_s < 0
        ? t("live.slot_late", { span: duration(-slot.spare_s * 1000) })
        : t("live.spare", { span: duration(slot.spare_s * 1000) });
  const words = t("desk.cell", { time: clockTime(span[0], zone.name), spare });
  return lay(
    h(
      "button",
      {
        class: `cell${best ? " best" : ""}${chosen ? " chosen" : ""}${isLate(slot) ? " late" : ""}`,
        type: "button",
        tabindex: chosen || best || first ? 0 : -1,
        "aria-pressed": String(Boolean(chosen)),
        "data-slot": keyOf(slot),
        onclick: () => desk.chooseSlot(slot),
      },
      h("span", {}, best ? t(isLate(slot) ? "desk.first_cell" : "desk.best_cell", { words }) : words),
      h("span", { class: "sr" }, named(bay)),
    ),
    span,
    slot.place,
    bay.places,
  );
}

/** The slot that the plan proposes, else the first one in time. */
export const bestSlot = () => proposedSlot() ?? desk.offered[0] ?? null;

function proposedSlot() {
  const { proposal, offered } = desk;
  return (proposal?.start && offered.find((one) => keyOf(one) === keyOf(proposal))) || null;
}

/** The slot to point out: of what has a place already only another that the plan proposes. */
export const betterSlot = () => (desk.row?.appointment ? proposedSlot() : bestSlot());

/**
 * @param {Api.Bay} bay
 * @param {Pick<Api.BayTimes, "open" | "reserved" | "appointments">} times
 * @param {number} now
 */
function column(bay, times, now) {
  const [begin, end] = [desk.begin, desk.begin + SHOWN_MS];
  const { row } = desk;
  const shipment = row && store.shipments.get(row.shipment_id);
  const wrong = row ? misfit(row, bay, shipment?.needs_equipment ?? []) : null;
  const parts = closedWithin(times.open, begin, end).map((span) => area(span, "closed", t("desk.closed")));
  if (wrong) parts.push(area([begin, end], "unfit", wrong));
  else if (row)
    parts.push(...wrongTimes(row, begin, end, now).map(([from, to, kind, words]) => area([from, to], kind, words)));
  if (!wrong)
    for (const kept of times.reserved)
      if (within(instant(kept.start), instant(kept.start) + 1)) {
        parts.push(
          lay(
            h("div", { class: "kept" }),
            [instant(kept.start), instant(kept.start) + QUARTER],
            kept.place,
            bay.places,
          ),
        );
      }
  const [best, first] = [betterSlot(), bestSlot()].map((slot) => slot && keyOf(slot));
  const offered = desk.offered.filter(
    (slot) => slot.bay_id === bay.bay_id && within(instant(slot.start), instant(slot.end)),
  );
  /** @param {Api.Slot} slot */
  const isAt = (slot) => ({ best: best === keyOf(slot), first: first === keyOf(slot) });
  parts.push(...offered.map((slot) => cell(slot, bay, isAt(slot))));
  parts.push(
    ...times.appointments.filter((one) => within(instant(one.start), instant(one.end))).map((one) => block(one, bay)),
  );
  const grid = h("div", { class: "bay-times" }, parts);
  grid.style.height = `${px(SHOWN_MS)}px`;
  return h(
    "section",
    { class: "bay-column", "aria-label": named(bay), "data-bay": bay.bay_id },
    h(
      "header",
      {},
      h(
        "h3",
        {},
        named(bay),
        row && !wrong ? h("span", { class: "tag fits" }, t("desk.fits", { reference: row.reference })) : null,
      ),
      h(
        "p",
        { class: "sub" },
        bay.unfit_since ? t("desk.unfit", { reason: bay.unfit_reason ?? "" }) : t(`desk.class.${bay.bay_class}`),
      ),
    ),
    grid,
  );
}

function axis() {
  const lines = [];
  for (let at = desk.begin; at < desk.begin + SHOWN_MS; at += 2 * QUARTER) {
    const whole = at % (4 * QUARTER) === 0;
    const element = h(
      "span",
      { class: whole ? "hour" : "half" },
      h("b", {}, clockTime(at, zone.name)),
      whole ? h("i", {}, `${clockTime(at, "UTC")}Z`) : null,
    );
    element.style.top = `${px(at - desk.begin)}px`;
    lines.push(element);
  }
  const times = h("div", { class: "bay-times" }, lines, h("span", { class: "now-tag num", "data-now": "" }));
  times.style.height = `${px(SHOWN_MS)}px`;
  return h("div", { class: "axis", "aria-hidden": "true" }, h("header", {}), times);
}

/** The line of this moment goes on by itself. */
function writeNow() {
  const now = serverNow();
  const at = px(now - desk.begin);
  for (const element of board.querySelectorAll("[data-now]")) {
    element.hidden = at < 0 || at > px(SHOWN_MS);
    element.style.top = `${at}px`;
    if (element.matches("span")) element.textContent = clockTime(now, zone.name);
  }
}

/**
 * A bay is as wide as the places in it.
 * @param {HTMLElement} line
 */
function writeLanes(line) {
  const places = desk.plan.site.bays.map((bay) => bay.places);
  const lanes = places.reduce((sum, n) => sum + n, 0);
  board.style.setProperty("--bays", places.map((n) => `minmax(${n * LANE_PX}px, ${n}fr)`).join(" ") || "1fr");
  line.style.width = `${(100 * lanes) / (places[0] ?? 1)}%`;
}

export function writeBoard() {
  if (!desk.plan) return;
  const now = serverNow();
  const focused = document.activeElement?.dataset?.slot;
  const times = new Map(desk.plan.bays.map((one) => [one.bay_id, one]));
  const line = h("i", { class: "now-line", "data-now": "", "aria-hidden": "true" });
  const columns = desk.plan.site.bays.map((bay) =>
    column(bay, times.get(bay.bay_id) ?? { open: [], reserved: [], appointments: [] }, now),
  );
  board.replaceChildren(axis(), ...columns);
  board.querySelector(".bay-column .bay-times")?.append(line);
  writeLanes(line);
  board.style.setProperty("--quarter", `${px(QUARTER)}px`);
  document.getElementById("board-zone").textContent = t("desk.times_in", { zone: zoneName(now, zone.name) });
  if (focused) board.querySelector(`[data-slot="${focused}"]`)?.focus({ preventScroll: true });
  writeNow();
}

/**
 * Arrows move the ghost: by time in a bay, or to the nearest time in the next bay.
 * @param {number} dx
 * @param {number} dy
 */
export function stepSlot(dx, dy) {
  const at = desk.slot ?? bestSlot();
  if (!at) return;
  const same = desk.offered.filter((one) => one.bay_id === at.bay_id && one.place === at.place);
  const next = dy ? same[same.findIndex((one) => keyOf(one) === keyOf(at)) + dy] : beside(at, dx);
  if (!next) return;
  desk.chooseSlot(next);
  board.querySelector(`[data-slot="${keyOf(next)}"]`)?.focus();
}

/**
 * @param {Api.Slot} at
 * @param {number} dx
 */
function beside(at, dx) {
  const lanes = [...new Set(desk.offered.map((one) => `${one.bay_id}.${one.place}`))];
  const lane = lanes[lanes.indexOf(`${at.bay_id}.${at.place}`) + dx];
  /** @param {Api.Slot} one */
  const far = (one) => Math.abs(instant(one.start) - instant(at.start));
  return desk.offered.filter((one) => `${one.bay_id}.${one.place}` === lane).sort((a, b) => far(a) - far(b))[0];
}

export function startBoard() {
  for (const event of ["data", "chosen"]) desk.addEventListener(event, writeBoard);
  zone.addEventListener("change", writeBoard);
  onTick(writeNow);
}
