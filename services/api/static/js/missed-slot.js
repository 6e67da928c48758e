// A slot that has passed: who was not shown for it is saved by no slot, and what is spare counts from now.
import { clockTime, duration, instant } from "./format.js";
import { t } from "./i18n.js";

/** @typedef {{start: string, state: string}} Held Of an appointment: when it begins, and where it stands. */

const AHEAD = new Set(["REQUESTED", "TENTATIVE", "CONFIRMED"]);
const MINUTE = 60_000;

/**
 * How long ago a slot began that was missed; null while it was not. Who stands ready later is awaited until then.
 * @param {Held | null | undefined} held
 * @param {string | null | undefined} readyAt
 * @param {number} now
 */
export function missedMs(held, readyAt, now) {
  if (!held || !AHEAD.has(held.state)) return null;
  const start = instant(held.start);
  return now < Math.max(start, instant(readyAt) ?? start) + MINUTE ? null : now - start;
}

/**
 * What is spare with the slot that is held: from its start, or from now when that is later. It never grows.
 * @param {Held} held
 * @param {number} latest
 * @param {number} now
 */
export const spareWith = (held, latest, now) =>
  latest - (held.state === "IN_INSPECTION" ? instant(held.start) : Math.max(instant(held.start), now));

/** What is spare, or how much too late it is. @param {number | null} ms */
export function spareWords(ms) {
  if (ms === null) return "";
  return ms < 0 ? t("live.slot_late", { span: duration(-ms) }) : t("live.spare", { span: duration(ms) });
}

/**
 * Where an appointment stands; one that was missed is not simply confirmed.
 * @param {Held} held
 * @param {string | null} readyAt
 * @param {number} now
 */
export function stateWords(held, readyAt, now) {
  const missed = missedMs(held, readyAt, now);
  return missed === null ? t(`desk.place.${held.state}`) : t("live.slot_not_arrived", { span: duration(missed) });
}

/**
 * When the slot is freed if nobody is shown for it; null while it is not missed.
 * @param {Held} held
 * @param {string | null} readyAt
 * @param {number | undefined} graceMin
 * @param {number} now
 */
export function freedAt(held, readyAt, graceMin, now) {
  if (missedMs(held, readyAt, now) === null || graceMin === undefined) return null;
  const start = instant(held.start);
  const from = held.state === "CONFIRMED" ? Math.max(start, instant(readyAt) ?? start) : start;
  return from + graceMin * MINUTE;
}

/**
 * A phase and the slot that is held in it.
 * @param {string} phase
 * @param {Held} held
 * @param {string | null} readyAt
 * @param {number} now
 * @param {string} zone
 */
export function phaseWithSlot(phase, held, readyAt, now, zone) {
  const missed = missedMs(held, readyAt, now);
  const values = { phase, time: clockTime(instant(held.start), zone) };
  if (missed === null) return t("live.phase_with_slot", values);
  return t("live.phase_slot_missed", { ...values, span: duration(missed) });
}
