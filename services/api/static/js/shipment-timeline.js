// What happened to a shipment, and what is planned, in one list by time.
import { alarmWords } from "./alarm-words.js";
import { get } from "./api.js";
import { h, icon } from "./dom.js";
import { clockTime, dateTime, daysApart, extremes, instant, offsetName } from "./format.js";
import { has, t } from "./i18n.js";
import { inspectionRows } from "./shipment-inspections.js";
import { noteRows } from "./shipment-notes.js";
import { unread } from "./shipment-unread.js";
import { boxOf, conditionWords } from "./verdict.js";

/**
 * @typedef {string | ((zone: string) => string)} Words Words that name a time are made for a zone.
 * @typedef {{at: number, words: Words, by?: Words | null, mark?: string | null, ahead?: boolean, revised?: boolean,
 *   href?: string}} Row
 */

const HOUR = 3_600_000;
const QUIET = new Set(["revised"]);

/**
 * All rows as {at, words, by, mark, ahead}, oldest first; words that name a time are a function of the zone.
 * @param {Api.Shipment} shipment
 * @param {Promise<Api.KeptVerdict[]>} verdicts
 */
export async function timelineOf(shipment, verdicts) {
  const [alarms, told, kept, notes, inspected] = await Promise.all([
    alarmRows(shipment),
    boxRows(shipment),
    verdicts,
    noteRows(shipment.id).catch(unread("shipments.note.unread")),
    inspectionRows(shipment).catch(unread("shipments.event.inspections_unread")),
  ]);
  const rows = [
    ...clockRows(shipment),
    ...legRows(shipment),
    ...bookingRows(shipment),
    ...alarms,
    ...told,
    ...verdictRows(kept),
    ...notes,
    ...inspected,
  ];
  return rows.sort((a, b) => a.at - b.at);
}

/**
 * What has not happened has no row.
 * @param {string | null} at
 * @param {Words} words
 * @param {Partial<Row>} more
 * @returns {Row[]}
 */
const row = (at, words, more = {}) => (at ? [{ at: instant(at), words, ...more }] : []);

/** @param {Api.Shipment} shipment */
function clockRows(shipment) {
  /** @type {["collection_end" | "container_charged_at" | "pack_closed_at", string][]} */
  const clocks = [
    ["collection_end", "collected"],
    ["container_charged_at", "charged"],
    ["pack_closed_at", "packed"],
  ];
  return [
    ...row(shipment.created_at, t("shipments.event.entered")),
    ...shipment.payloads.flatMap((payload) =>
      clocks.flatMap(([name, event]) =>
        row(payload[name], t(`shipments.event.${event}`), {
          by: [payload.reference, payload.box_id].filter(Boolean).join(" · "),
        }),
      ),
    ),
    ...row(shipment.received_at, t("shipments.event.received"), { by: shipment.consignee }),
  ];
}

/** @param {Api.Shipment} shipment */
function legRows({ legs }) {
  return legs
    .filter((leg) => leg.status !== "cancelled")
    .flatMap((leg) => [
      ...legRow(leg, "departure", "departed", leg.from_code),
      ...legRow(leg, "arrival", "arrived", leg.to_code),
    ]);
}

/**
 * @param {Api.Leg} leg
 * @param {"departure" | "arrival"} end
 * @param {string} event
 * @param {string} place
 */
function legRow(leg, end, event, place) {
  const actual = leg[`actual_${end}`];
  const due = leg[`estimated_${end}`] ?? leg[`planned_${end}`];
  const carrier = [t(`new.mode.${leg.mode}`), leg.carrier_number].filter(Boolean).join(" ");
  const words = t(`shipments.event.${event}${actual ? "" : "_due"}`, { place });
  return row(actual ?? due, words, { by: carrier, ahead: !actual });
}

/** @param {Api.Shipment} shipment */
function bookingRows({ appointment: booked }) {
  if (!booked) return [];
  return row(booked.start, t("shipments.event.booked", { number: booked.number }), {
    by: booked.booked_by,
    ahead: booked.state === "BOOKED",
  });
}

/** @param {Api.Shipment} shipment */
async function alarmRows(shipment) {
  /** @type {Api.Page_Alarm_} */
  const { items } = await get(`/alarms?shipment_id=${shipment.id}&limit=100`);
  /** @type {Api.Page_AlarmStep_[]} */
  const lives = await Promise.all(items.map((alarm) => get(`/alarms/${alarm.id}/transitions`)));
  return items.flatMap((alarm, index) =>
    lives[index].items
      .filter((step) => !QUIET.has(step.move))
      .flatMap((step) =>
        row(step.at, (zone) => stepWords(alarm, step, shipment, zone), {
          by: [
            [step.by, step.reason].filter(Boolean).join(t("common.colon")),
            step.screen ? t("shipments.on_screen", { screen: step.screen }) : "",
          ]
            .filter(Boolean)
            .join(" · "),
          mark: step.move === "raised" ? `m-${alarm.priority === 3 ? "adv" : `p${alarm.priority}`}` : null,
        }),
      ),
  );
}

/**
 * @param {Api.Alarm} alarm
 * @param {Api.AlarmStep} step
 * @param {Api.Shipment} shipment
 * @param {string} zone
 */
function stepWords(alarm, step, shipment, zone) {
  const facts = { ...alarm.facts, ...step.facts };
  const { title } = alarmWords({ ...alarm, facts }, shipment, instant(step.at), zone);
  const move = has(`shipments.move.${step.move}`)
    ? t(`shipments.move.${step.move}`, { to: step.assigned_to ?? "" })
    : step.move;
  return `P${alarm.priority} ${title}${t("common.colon")}${move}`;
}

/**
 * What the box itself told: on, off, lid, shock; and what came late.
 * @param {Api.Shipment} shipment
 */
async function boxRows(shipment) {
  const box = boxOf(shipment);
  if (!box) return [];
  const begins = shipment.payloads.map((one) => instant(one.pack_closed_at)).filter((at) => at !== null);
  const from = new Date(Math.min(...begins, instant(shipment.created_at)) - HOUR).toISOString();
  const query = new URLSearchParams({ from, max_points: "2" });
  /** @type {Api.Trace} */
  const { events, late } = await get(`/boxes/${encodeURIComponent(box)}/trace?${query}`);
  return [
    ...events.flatMap((event) =>
      row(event.t, has(`live.event.${event.kind}`) ? t(`live.event.${event.kind}`) : event.kind, { by: box }),
    ),
    ...late.flatMap((part) =>
      row(part.received_at, t("shipments.event.late"), {
        /** @param {string} zone */
        by: (zone) => `${dateTime(instant(part.from), zone)} – ${dateTime(instant(part.to), zone)}`,
        revised: true,
      }),
    ),
  ];
}

/** @param {Api.KeptVerdict[]} verdicts */
const verdictRows = (verdicts) =>
  verdicts.flatMap((one) =>
    row(
      one.as_of,
      t("shipments.event.verdict", { condition: conditionWords(one.condition, one.excursions.length > 0) }),
      { by: [one.payload_reference, one.reason, extremes(one.summary, 1)].filter(Boolean).join(" · ") },
    ),
  );

/**
 * @param {Words} words
 * @param {string} zone
 */
const told = (words, zone) => (typeof words === "function" ? words(zone) : words);

/**
 * The list with a line for each day, in the zone that its head names; UTC stands beside it.
 * @param {Row[]} rows
 * @param {number} now
 * @param {string} zone
 */
export function writeTimeline(rows, now, zone) {
  /** @type {number | null} */
  let day = null;
  const items = rows.map((one) => {
    const here = daysApart(one.at, now, zone);
    const head =
      here === day
        ? null
        : h("span", { class: "day" }, dateTime(one.at, zone).replace(/ \S+$/, ""), ` ${offsetName(one.at, zone)}`);
    day = here;
    return h(
      "li",
      { class: one.ahead ? "ahead" : null },
      head,
      h(
        "span",
        { class: "at" },
        `${clockTime(one.at, zone)} `,
        h("span", { class: "sub" }, `${clockTime(one.at, "UTC")}Z`),
      ),
      h(
        "span",
        { class: one.revised ? "revised" : null },
        one.mark ? icon(one.mark, `mark is-${one.mark.slice(2)}`) : null,
        one.href ? h("a", { href: one.href }, told(one.words, zone)) : told(one.words, zone),
        one.by ? h("span", { class: "by" }, told(one.by, zone)) : null,
      ),
    );
  });
  return h("ol", { class: "timeline", role: "list" }, items);
}
