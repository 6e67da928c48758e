// Where a shipment that has a slot may go instead, and whether the slot still serves it; each no says why, in words.
import { closedWithin } from "./bay-fit.js";
import { duration, instant } from "./format.js";
import { t } from "./i18n.js";
import { missedMs } from "./missed-slot.js";

const MINUTE = 60_000;
/** What a later slot leaves at least: PlanRules.bump_keeps. */
const KEEPS_MIN = 240;
/** The slot serves it no more, as the plan says: then it may go anywhere. */
const DISPLACED = new Set(["READY_AFTER_SLOT", "SLOT_UNUSABLE", "NOT_SHOWN"]);
const AHEAD = new Set(["REQUESTED", "TENTATIVE", "CONFIRMED"]);

/**
 * Why the server would refuse the move to a slot; null when it would not.
 * @param {Api.QueueRow | null} row
 * @param {Api.PlanRow | null} proposal
 * @param {Api.Slot} slot
 * @param {number} now
 */
export function barred(row, proposal, slot, now) {
  const held = row?.appointment;
  if (!held || !AHEAD.has(held.state)) return null;
  const start = instant(held.start);
  if (start <= now || DISPLACED.has(proposal?.why.code ?? "") || instant(slot.start) < start) return null;
  if (held.bumps) return t("desk.only_earlier");
  if (slot.spare_s === null || slot.spare_s >= KEEPS_MIN * 60) return null;
  return t("desk.leaves_little", { span: duration(KEEPS_MIN * MINUTE) });
}

/**
 * What is wrong with the bay of a slot that is held: unfit, or closed then. Null when nothing is.
 * @param {Api.SitePlan | null} plan
 * @param {Api.Appointment | null} held
 * @param {number[]} span Which stretch of time is known.
 */
export function bayTrouble(plan, held, [begin, end]) {
  if (!plan || !held || !AHEAD.has(held.state)) return null;
  const bay = plan.site.bays.find((one) => one.bay_id === held.bay_id);
  if (bay?.unfit_since) return t("desk.bay_unfit");
  const known = plan.bays.find((one) => one.bay_id === held.bay_id);
  const [from, to] = [Math.max(instant(held.start), begin), Math.min(instant(held.end), end)];
  return known && from < to && closedWithin(known.open, from, to).length ? t("desk.bay_closed") : null;
}

/**
 * Why the slot that is held serves nobody: missed, or its bay is shut. Null while it serves.
 * @param {Api.SitePlan | null} plan
 * @param {Api.QueueRow} row
 * @param {number[]} span
 * @param {number} now
 */
export function servesNot(plan, row, span, now) {
  const held = row.appointment;
  const missed = missedMs(held, row.ready_at, now);
  return missed === null ? bayTrouble(plan, held, span) : t("live.slot_not_arrived", { span: duration(missed) });
}
