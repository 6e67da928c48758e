// The facts of a shipment in the order they are read, each in words.
import { budgetsOf, budgetWords, containerWords } from "./budgets.js";
import { age, clockTimeWithDay, duration, instant, number, temperature } from "./format.js";
import { has, t } from "./i18n.js";
import { named } from "./page.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import * as verdict from "./verdict.js";

/**
 * @typedef {(text: string | null) => string | null} Timed
 * @typedef {string | {words: string, href: string}} Fact Words, or words that lead somewhere.
 */

/**
 * The facts as [name, value] in the order they are read. Unknown things are words.
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @param {string} zone
 */
export function factRows(shipment, now, zone) {
  /** @param {string | null} text */
  const time = (text) => {
    const ms = instant(text);
    return ms === null ? null : clockTimeWithDay(ms, now, zone);
  };
  const { viable_until: viable, summary = {}, last_reading: reading } = shipment;
  /** @type {[name: string, value: Fact | null][]} */
  const rows = [
    ["viable", viableWords(viable, time)],
    ["in_label", (instant(shipment.in_label_until) ?? now) > now ? time(shipment.in_label_until) : null],
    ["limited_by", limitedBy(shipment)],
    ["plan_ends", planTooLate(shipment, time)],
    ["last_reading", reading ? lastReading(reading, now, zone) : t("live.no_value")],
    ["battery", percent(reading?.battery_pct)],
    [
      "counts_on",
      (summary.caveats ?? [])
        .map((/** @type {string} */ code) => keyed("live.caveat", code))
        .join(t("common.semicolon")),
    ],
    ["counts_down", otherDeadline(shipment, time)],
    ["counted_by", countedBy(shipment)],
    ["condition", verdict.conditionWords(shipment.condition, shipment.left_label)],
    ["evidence", keyed("live.evidence", shipment.evidence)],
    ["disposition", dispositionLink(shipment)],
    ["out_of_label", minutes(summary.out_of_label_s)],
    ["unknown", minutes(summary.unknown_s)],
    ...budgetRows(shipment, now),
    ["container", containerWords(shipment)],
    ["mean_kinetic", kinetic(summary.mean_kinetic_24h_c)],
    ["grade", reading ? keyed("live.grade", reasonOf(summary, "delivery_grade")?.grade ?? "receipted") : null],
    ["calibration", calibrationWords(reasonOf(summary, "calibration_expired"), time)],
    ["needed_by", neededBy(shipment, time)],
    ["cut_off", time(shipment.cut_off)],
    ["consignee", shipment.consignee],
  ];
  return rows.flatMap(([name, value]) => (value ? [/** @type {[name: string, value: Fact]} */ ([name, value])] : []));
}

/** Limits that a curve is forecast to cross; clocks and budgets run by themselves. */
const FORECAST = new Set(["label_limit", "glass_transition", "absolute_limit"]);

/**
 * What ends the usable time; where that is a forecast, its hours move with what the box reads.
 * @param {Api.Shipment} shipment
 */
function limitedBy({ binding_constraint: code, viable_until: viable }) {
  if (!code) return null;
  const what = keyed("live.limited_by", code);
  return FORECAST.has(code) && viable && viable.p10 !== viable.p50 ? t("live.limited_by_forecast", { what }) : what;
}

/**
 * What quality assurance decided, or that it has to, with the way to its page.
 * @param {Api.Shipment} shipment
 */
function dispositionLink({ id, disposition }) {
  if (!disposition || disposition === "NONE") return null;
  return { words: keyed("live.disposition", disposition), href: `/quality?shipment=${id}` };
}

/**
 * The bay that the latest start is counted by; a booking names its own.
 * @param {Api.Shipment} shipment
 */
function countedBy({ counted_by_bay: id, appointment, site }) {
  if (!id || appointment) return null;
  const bay = store.sites.get(site?.site_id ?? "")?.bays.find((one) => one.bay_id === id);
  return bay ? named(bay) : id;
}

/**
 * Named only when it is not the usable time shown above that counts down.
 * @param {Api.Shipment} shipment
 * @param {Timed} time
 */
function otherDeadline({ counts_down: code, deadline, viable_until: viable }, time) {
  if (code && code !== "viability") return keyed("live.counts_down", code);
  const past = viable && (instant(deadline) ?? 0) > (instant(viable.p10) ?? 0);
  return code && past ? t("live.counts_down.past_label", { time: time(deadline) ?? "" }) : null;
}

/**
 * Hold, age and bands, each with what is used of it; a band that is untouched says nothing.
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @returns {[name: string, value: string][]}
 */
function budgetRows(shipment, now) {
  return budgetsOf(shipment, now)
    .filter((budget) => budget.key !== "container" && budget.usedMs > 0)
    .map((budget) => {
      const band = /^band_(.+)_(single|cumulative)$/.exec(budget.key);
      const words = budgetWords(budget);
      return band ? [`band_${band[2]}`, t("live.band", { name: band[1], words })] : [`budget_${budget.key}`, words];
    });
}

/** @param {Record<string, any>} summary @param {string} code */
const reasonOf = (summary, code) =>
  (summary.reasons ?? []).find((/** @type {{code: string}} */ reason) => reason.code === code);
/** @param {{probe: string, since: string} | undefined} reason @param {Timed} time */
const calibrationWords = (reason, time) =>
  reason
    ? t("live.calibration_expired", { probe: reason.probe, time: time(reason.since) ?? t("alarm.unknown") })
    : null;
/** @param {number | null | undefined} value */
const kinetic = (value) => (value === null || value === undefined ? null : temperature(value));
/** @param {string} group @param {string} code */
const keyed = (group, code) => (has(`${group}.${code}`) ? t(`${group}.${code}`) : code);
/** @param {number | null | undefined} value */
const percent = (value) => (value === null || value === undefined ? null : `${number(value)} %`);
/** @param {number | null | undefined} seconds */
const minutes = (seconds) => (seconds ? duration(seconds * 1000) : null);

/** @param {Api.ViableUntil} viable @param {Timed} time */
function viableWords(viable, time) {
  const [safe, likely] = [time(viable?.p10), time(viable?.p50)];
  if (!safe) return t("live.not_judged");
  return likely && likely !== safe ? t("live.safe_likely", { safe, likely }) : t("live.safe_until", { safe });
}

/**
 * When the way ends by plan, where that is after the cells are safe.
 * @param {Api.Shipment} shipment
 * @param {Timed} time
 */
function planTooLate({ legs, viable_until: viable }, time) {
  const last = legs?.filter((leg) => leg.status !== "cancelled").at(-1);
  const [ends, safe] = [instant(last?.estimated_arrival ?? last?.planned_arrival), instant(viable?.p10)];
  if (!last || last.actual_arrival || ends === null || safe === null || ends <= safe) return null;
  const arrival = time(new Date(ends).toISOString());
  return t("live.plan_too_late", { place: last.to_code, time: arrival ?? "", span: duration(ends - safe) });
}

/** @param {Api.Shipment} shipment @param {Timed} time */
function neededBy(shipment, time) {
  const needed = time(shipment.needed_by);
  if (!needed || !shipment.needed_by_attested_by) return needed;
  return t("live.needed_by_attested", { time: needed, by: shipment.needed_by_attested_by });
}

/** @param {Record<string, any>} reading @param {number} now @param {string} zone */
function lastReading(reading, now, zone) {
  const at = instant(reading.placed_at);
  if (at === null) return t("alarm.unknown");
  const time = clockTimeWithDay(at, now, zone);
  if (stream.state === "lost") return time;
  const ago = age(at, now, zone);
  return ago === time ? time : `${ago}, ${time}`;
}
