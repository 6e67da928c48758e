// One row of the queue: place, mark, spare time, why it stands there, papers, and its place or the proposed one.
import { whoWords } from "./blockers.js";
import { desk } from "./desk.js";
import { h, icon } from "./dom.js";
import { clockTimeWithDay, hoursMinutes, instant, unitName } from "./format.js";
import { has, t } from "./i18n.js";
import { stateWords } from "./missed-slot.js";
import { language, may, named } from "./page.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import { isOverdue, markOf, TROUBLE, temperatureWords } from "./verdict.js";
import { zone } from "./zone.js";

/** @typedef {{assign: (row: Api.QueueRow, proposal: Api.PlanRow) => unknown}} Calls What a row can do. */

/** @type {Record<string, string>} */
const MARKS = { NO_SLOT_IN_TIME: "p1", CRITICAL: "p1", URGENT: "p2" };
const NEW_SLOT = new Set(["BOOK", "ADVANCE", "BUMP", "RELOCATE"]);

/**
 * The worse of what the queue and what the stream say.
 * @param {Api.QueueRow} row
 */
export function rowMark(row) {
  const shipment = store.shipments.get(row.shipment_id);
  const told = shipment ? markOf(shipment) : "plan";
  return told === "stale" ? "stale" : (MARKS[row.tier] ?? (told === "p1" || told === "p2" ? told : "plan"));
}

/**
 * Spare time ticks only when the goods can be inspected; until then it is what will be left.
 * @param {Api.QueueRow} row
 * @param {number} now
 */
export function spareOf(row, now) {
  const ready = instant(row.ready_at);
  const latest = instant(row.latest_start);
  return { ms: latest - Math.max(now, ready ?? now), waits: ready !== null && ready > now };
}

/** @param {Api.QueueRow} row */
export const proposalOf = (row) => desk.plan?.items.find((one) => one.shipment_id === row.shipment_id) ?? null;

/**
 * Whether the plan proposes another slot than the one held.
 * @param {Api.PlanRow | null} proposal
 * @returns {proposal is Api.PlanRow}
 */
export const proposesNew = (proposal) => Boolean(proposal?.start && NEW_SLOT.has(proposal.kind));

/**
 * What its newest record says: the stream tells it first.
 * @param {Api.QueueRow} row
 */
export const customsOf = (row) => store.shipments.get(row.shipment_id)?.clearance ?? null;

/**
 * Looked at once, and to be looked at again.
 * @param {Api.QueueRow} row
 */
export const isRecheck = (row) => customsOf(row)?.state === "RECHECK_ORDERED";

/**
 * Shut, until its papers are there: no bay is needed for it.
 * @param {Api.QueueRow} row
 */
export const waitsForPapers = (row) => customsOf(row)?.state === "WAITING_FOR_PAPERS";

/** @param {string} id */
export const bayName = (id) => named(desk.plan?.site.bays.find((bay) => bay.bay_id === id)) || id;

/**
 * @param {{start: string | null, bay_id: string | null}} slot
 * @param {number} now
 */
export const slotWords = ({ start, bay_id: bay }, now) =>
  start && bay ? t("live.slot", { time: clockTimeWithDay(instant(start), now, zone.name), bay: bayName(bay) }) : "–";

/**
 * @param {Api.QueueRow} row
 * @param {Api.Appointment} held
 * @param {number} now
 */
function heldWords(row, held, now) {
  const state = desk.servesNot(row) ?? stateWords(held, row.ready_at, now);
  return t("desk.held", { slot: slotWords(held, now), state });
}

/**
 * By which rule it stands there. What is spare stands in the countdown; how much too late it is, only here.
 * @param {Api.QueueRow} row
 */
function whyWords({ why, no_slot_in_time: late }) {
  const rule = `slot.why.${why.code}`;
  return late || !has(rule) ? why[language] : t(rule, why.minutes).replace(/[,，;；]$/, "");
}

/** What ends its time, and the temperature when it is out of its limits. @param {Api.QueueRow} row */
function limitWords({ shipment_id: id }) {
  const shipment = store.shipments.get(id);
  const by = shipment?.counts_down ?? "viability";
  const key = by === "viability" ? `live.limited_by.${shipment?.binding_constraint}` : `live.counts_down.${by}`;
  const out = shipment && TROUBLE.has(shipment.condition) ? temperatureWords(shipment) : null;
  return [out === null ? null : `${out} ${unitName()}`, has(key) ? t(key) : null].filter(Boolean).join(" · ");
}

/** @param {Api.QueueRow} row */
function paperWords(row) {
  const found = desk.papers.get(row.shipment_id);
  if (!found) return null;
  if (!found.blockers.length) return h("span", {}, t("desk.papers_there"));
  const who = [...new Set(found.blockers.map((one) => whoWords(one.who)))].join(t("common.comma"));
  return h("b", { class: "lacks" }, t("desk.papers_missing", { n: found.blockers.length, who }));
}

/**
 * @param {Api.QueueRow} row
 * @param {number} now
 */
function countdown(row, now) {
  if (row.no_slot_in_time) return h("b", { class: "count words" }, t("desk.tier.NO_SLOT_IN_TIME"));
  const shipment = store.shipments.get(row.shipment_id);
  const { ms, waits } = spareOf(row, now);
  return h(
    "span",
    { class: "count" },
    shipment && isOverdue(shipment) ? h("span", { class: "at-most" }, t("live.at_most")) : null,
    h("b", { class: "num", "data-spare": "" }, hoursMinutes(ms)),
    h("span", { class: "under" }, t(waits ? "desk.spare_after_ready" : "desk.spare")),
  );
}

/**
 * What the row says; the parts are made anew, the row itself stays where it is.
 * @param {Api.QueueRow} row
 * @param {number} now
 * @param {Calls} calls
 */
export function rowParts(row, now, { assign }) {
  const mark = rowMark(row);
  const shipment = store.shipments.get(row.shipment_id);
  const proposal = proposalOf(row);
  const time = clockTimeWithDay(instant(row.latest_start), now, zone.name);
  return [
    h(
      "span",
      { class: "place" },
      h("b", { class: "num" }, String(row.place)),
      icon(`m-${mark}`, "mark"),
      h("span", { class: "sr" }, t(`live.mark.${mark}`)),
    ),
    h(
      "div",
      { class: "told" },
      h(
        "p",
        { class: "line1" },
        h(
          "button",
          {
            class: "pick mono",
            type: "button",
            "aria-current": String(desk.row === row),
            onclick: () => desk.choose(row.reference),
          },
          row.reference,
        ),
        h("span", { class: "product" }, shipment?.product ?? ""),
      ),
      h(
        "p",
        { class: "line2" },
        h("span", {}, t("desk.latest_start"), " ", h("b", { class: "num" }, time)),
        h("span", {}, t("desk.takes", { kind: t(`desk.class.${row.bay_class}`), n: row.inspection_min })),
      ),
      h(
        "p",
        { class: "why" },
        row.no_slot_in_time ? null : h("span", { class: "tag" }, t(`desk.tier.${row.tier}`)),
        h("span", {}, whyWords(row)),
        h("span", { class: "limit" }, limitWords(row)),
      ),
      h(
        "p",
        { class: "line3" },
        paperWords(row),
        row.picking_late ? h("b", { class: "lacks" }, t("desk.not_picked")) : null,
        isRecheck(row) || waitsForPapers(row)
          ? h("b", { class: "lacks" }, t(`desk.outcome.${customsOf(row)?.state}`))
          : null,
        row.appointment
          ? h("span", { class: desk.servesNot(row) ? "lacks" : "" }, heldWords(row, row.appointment, now))
          : null,
        // What no slot saves is asked for with a reason, at the right; never by one press.
        proposesNew(proposal) && !row.no_slot_in_time && may("POST /sites/{site_id}/plan/answers")
          ? h(
              "button",
              {
                class: `btn sm assign${row.place === 1 ? " p" : ""}`,
                type: "button",
                disabled: stream.state === "lost",
                onclick: () => assign(row, proposal),
              },
              t(row.appointment ? "desk.move_to" : "desk.assign", { slot: slotWords(proposal, now) }),
            )
          : null,
      ),
    ),
    countdown(row, now),
  ];
}
