// What a shipment's verdict means on the page: its mark, its bay, its spare time, its words.
import { serverNow } from "./clock.js";
import { clockTimeWithDay, degrees, instant, rangeText } from "./format.js";
import { has, t } from "./i18n.js";
import { missedMs, phaseWithSlot, spareWith } from "./missed-slot.js";
import { store } from "./store.js";

const HOUR = 3_600_000;
/** Spare time below which a missed slot asks for somebody, as it does for who has none. */
const SHORT = 2 * HOUR;
const OVER = new Set(["received", "closed", "cancelled", "returned", "destroyed"]);
export const TROUBLE = new Set(["EXCURSION", "BREACHED", "EXPIRED"]);
const DOUBT = new Set(["GAPPED", "UNTRUSTED"]);
export const BAYS = ["needs_action", "watch", "on_plan"];

/** @param {{state?: string}} shipment */
export const isOver = ({ state = "" }) => OVER.has(state);

/**
 * The worst alarm of a shipment that is not closed, from the alarms the stream told.
 * @param {Api.Shipment} shipment
 */
export function openAlarm(shipment) {
  let worst = shipment.open_alarm ?? null;
  for (const alarm of store.alarmsOf(shipment.id)) {
    if (alarm.state === "CLOSED") continue;
    if (!worst || alarm.priority < worst.priority || worst.id === alarm.id) worst = alarm;
  }
  return worst && worst.state !== "CLOSED" ? worst : null;
}

/**
 * p1, p2, stale, adv, plan or done: shape first, colour second.
 * @param {Api.Shipment} shipment
 */
export function markOf(shipment) {
  if (isOver(shipment)) return "done";
  const alarm = openAlarm(shipment);
  if (alarm && alarm.priority === 1) return "p1";
  if (isOverdue(shipment) || alarm?.kind === "no_data") return "stale";
  const missed = missesSlot(shipment);
  if (alarm?.priority === 2 || TROUBLE.has(shipment.condition) || missed === "short") return "p2";
  return alarm || missed || needsWatching(shipment) ? "adv" : "plan";
}

/** @param {Api.Shipment} shipment */
export const isOverdue = (shipment) => shipment.evidence === "STALE" || shipment.summary?.silence?.state === "overdue";

/**
 * Whether its slot has passed without it, and whether little time is left then.
 * @param {Api.Shipment} shipment
 */
function missesSlot(shipment, now = serverNow()) {
  if (missedMs(shipment.appointment, shipment.ready_at, now) === null) return null;
  return (spareOf(shipment, now).ms ?? 0) < SHORT ? "short" : "long";
}

/** @param {Api.Shipment} shipment */
function needsWatching(shipment) {
  return (
    shipment.condition === "WARNING" ||
    shipment.condition === "CANNOT_BE_JUDGED" ||
    DOUBT.has(shipment.evidence) ||
    shipment.disposition === "QA_HOLD" ||
    shipment.summary?.silence?.state === "unconfirmed" ||
    ((shipment.tier === "CRITICAL" || shipment.tier === "NO_SLOT_IN_TIME") && !shipment.appointment)
  );
}

/**
 * Which bay the strip lies in: the bay is the state.
 * @param {Api.Shipment} shipment
 */
export function bayOf(shipment) {
  const mark = markOf(shipment);
  if (mark === "p1" || mark === "p2" || mark === "stale") return "needs_action";
  if (shipment.tier === "NO_SLOT_IN_TIME" && !isOver(shipment)) return "needs_action";
  return mark === "adv" ? "watch" : "on_plan";
}

/**
 * The time left to begin the inspection. `ticking` only when the goods stand ready;
 * before that it is what will be spare after landing and picking.
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @returns {Spare}
 */
export function spareOf(shipment, now) {
  const latest = instant(shipment.latest_inspection_start);
  if (isOver(shipment)) return { kind: "over" };
  const deliverBy = instant(shipment.clearance?.deliver_by);
  if (deliverBy !== null) return { kind: "deliver", ms: deliverBy - now, latest: deliverBy };
  if (latest === null) return { kind: "none" };
  const ready = instant(shipment.ready_at);
  const ms = latest - Math.max(now, ready ?? now);
  if (ms >= 0 && ready !== null && ready > now) return { kind: "waiting", ms, latest, ready };
  return { kind: ms < 0 ? "late" : "ticking", ms, latest };
}

const REJECTED = "live.disposition.REJECTED";

/**
 * Whether QA has rejected all of it: then no latest start is told any more.
 * @param {Api.Shipment} shipment
 */
export const isRejected = (shipment) => shipment.disposition === "REJECTED" && !shipment.latest_inspection_start;

/**
 * The words of a spare time as a strip shows them: [value, line under it].
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @param {string} zone
 * @returns {{value: string | null, under: string, atMost?: boolean}}
 */
export function spareWords(shipment, now, zone) {
  const spare = spareOf(shipment, now);
  if (spare.kind === "over") return { value: t(`state.${shipment.state}`), under: "" };
  if (spare.kind === "none") return { value: t(isRejected(shipment) ? REJECTED : "live.spare_unknown"), under: "" };
  if (spare.kind === "deliver") {
    return { value: null, under: t("live.deliver_by", { time: clockTimeWithDay(spare.latest, now, zone) }) };
  }
  const by = t("live.by", { time: clockTimeWithDay(spare.latest, now, zone) });
  if (spare.kind === "late") return { value: t("live.no_slot_short"), under: by };
  const under = spare.kind === "waiting" ? t("live.by_after_landing", { by }) : by;
  return { value: null, under, atMost: isOverdue(shipment) };
}

/**
 * The box whose readings are shown: that of the newest reading, else of the first payload.
 * @param {Api.Shipment} shipment
 */
export function boxOf(shipment) {
  return shipment.last_reading?.box_id ?? shipment.payloads?.[0]?.box_id ?? shipment.boxes?.[0] ?? null;
}

/** @param {Api.Shipment} shipment */
const legOf = (shipment) => shipment.legs?.find((leg) => leg.id === shipment.phase?.leg_id) ?? null;

/**
 * Where the shipment is, in one line.
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @param {string} zone
 */
export function phaseWords(shipment, now, zone) {
  if (isOver(shipment)) return t(`state.${shipment.state}`);
  const leg = legOf(shipment);
  const until = instant(shipment.phase?.until);
  const values = {
    carrier: leg?.carrier_number ?? "",
    place: leg?.to_code ?? shipment.site?.site_id ?? "",
    time: until === null ? "" : clockTimeWithDay(until, now, zone),
  };
  const code = shipment.phase?.code ?? shipment.state;
  const words = t(`live.phase.${code}${untilKind(code, until, now)}`, values);
  return bookingWords(shipment, words.replace(/\s+/g, " ").trim(), code, now, zone);
}

const MAY_BE_LATE = new Set(["packed", "on_road", "in_flight", "onward"]);

/**
 * Which sentence fits: the end of the phase is unknown, ahead, or past without having come.
 * @param {string} code
 * @param {number | null} until
 * @param {number} now
 */
function untilKind(code, until, now) {
  if (until === null) return "_open";
  return until < now && MAY_BE_LATE.has(code) ? "_late" : "";
}

/**
 * @param {Api.Shipment} shipment
 * @param {string} words
 * @param {string} code
 * @param {number} now
 * @param {string} zone
 */
function bookingWords(shipment, words, code, now, zone) {
  const { appointment: held, ready_at: ready } = shipment;
  if (held) return phaseWithSlot(words, held, ready, now, zone);
  return code === "at_customs" ? t("live.phase_no_slot", { phase: words }) : words;
}

/** @param {Api.Shipment} shipment */
export const silenceOf = (shipment) => shipment.summary?.silence?.state ?? "none";

/**
 * Whether the shown value is old: expected silence or overdue data.
 * @param {Api.Shipment} shipment
 */
export function isSilent(shipment) {
  return silenceOf(shipment) !== "none" || isOverdue(shipment) || shipment.evidence === "SILENT_EXPECTED";
}

/** @param {Api.ProfileBrief | null} profile */
export const labelRange = (profile) => (profile ? rangeText(profile.label_lo_c, profile.label_hi_c) : "");

/**
 * Under the value: the limit that counts, or the time of the value when the box is silent.
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @param {string} zone
 */
export function limitWords(shipment, now, zone) {
  const at = instant(shipment.last_reading?.placed_at);
  if (at !== null && isSilent(shipment)) {
    const time = clockTimeWithDay(at, now, zone);
    const planned = silenceOf(shipment) === "planned" || shipment.evidence === "SILENT_EXPECTED";
    return t(planned ? "live.value_radio_off" : "live.value_at", { time });
  }
  const { limit_in_force_c: limit, limit_kind: kind, limit_side: side } = shipment.summary ?? {};
  if (limit === undefined || limit === null || kind === "label") return labelRange(shipment.profile);
  return side === "low" ? rangeText(limit, null) : rangeText(null, limit);
}

/** @param {Api.Shipment} shipment */
export function temperatureWords(shipment) {
  const value = shipment.last_reading?.temp_c;
  return value === undefined || value === null ? null : degrees(value);
}

/**
 * up, down, flat or none, from the trend in °C per hour.
 * @param {Api.Shipment} shipment
 */
export function trendOf(shipment) {
  const trend = shipment.last_reading?.trend_c_per_h;
  if (trend === undefined || trend === null || isSilent(shipment)) return "none";
  if (trend > 0.3) return "up";
  return trend < -0.3 ? "down" : "flat";
}

/**
 * How far the viability bar is filled, and where its two ticks stand; fractions of 1.
 * @param {Api.Shipment} shipment
 * @param {number} now
 */
export function viabilityBar(shipment, now) {
  const starts = (shipment.payloads ?? [])
    .map((payload) => instant(payload.collection_end ?? payload.pack_closed_at))
    .filter((ms) => ms !== null);
  const begin = starts.length ? Math.min(...starts) : instant(shipment.created_at);
  const deadline = instant(shipment.deadline);
  const latest = instant(shipment.latest_inspection_start);
  if (deadline === null || latest === null) return null;
  const likely = instant(shipment.viable_until?.p50) ?? deadline;
  const end = Math.max(likely, deadline, begin + HOUR);
  /** @param {number} ms */
  const fraction = (ms) => Math.min(1, Math.max(0, (ms - begin) / (end - begin)));
  const held = shipment.appointment;
  const inspection = held ? latest - spareWith(held, latest, now) : latest;
  const delivery = inspection + (deadline - latest);
  return { used: fraction(now), inspection: fraction(inspection), delivery: fraction(delivery) };
}

/**
 * The condition is that of its instant; a record that has left its label is not within limits.
 * @param {string} code
 * @param {boolean} leftLabel
 */
export function conditionWords(code, leftLabel) {
  if (leftLabel && has(`live.condition_after.${code}`)) return t(`live.condition_after.${code}`);
  return has(`live.condition.${code}`) ? t(`live.condition.${code}`) : (code ?? "–");
}
