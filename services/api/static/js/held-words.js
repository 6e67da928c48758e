// The slot that a shipment holds, in one line: when and where, and how it stands.
import { clockTimeWithDay, instant } from "./format.js";
import { t } from "./i18n.js";
import { stateWords } from "./missed-slot.js";
import { named } from "./page.js";
import { zone } from "./zone.js";

/**
 * @param {Api.Appointment} held
 * @param {string | null} readyAt
 * @param {number} now
 */
export function heldWords(held, readyAt, now) {
  const time = clockTimeWithDay(instant(held.start), now, zone.name);
  const slot = t("live.slot", { time, bay: named(held, "bay_name") });
  return t("desk.held", { slot, state: stateWords(held, readyAt, now) });
}
