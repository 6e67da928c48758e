// What customs did with a shipment, for its timeline: check-in, begin, findings and decisions, each with its record.
import { get } from "./api.js";
import { instant } from "./format.js";
import { t } from "./i18n.js";
import { toldOf } from "./inspection-words.js";
import { may } from "./page.js";
import { unread } from "./shipment-unread.js";

/** @import {Row} from "./shipment-timeline.js" */

/**
 * @param {Api.Inspection} record
 * @returns {Row[]}
 */
function rowsOf(record) {
  const href = `/inspections/${record.id}`;
  const begun = { at: record.begun_at, words: t("desk.told.begun", { n: record.number }), by: record.claimed_by };
  return [begun, ...toldOf(record)].map(({ at, words, by }) => ({ at: instant(at), words, by, href }));
}

/**
 * When the box came to the bay: of the appointment of a record, or of the one that stands.
 * @param {string} id
 * @returns {Promise<Row[]>}
 */
async function checkInRows(id) {
  /** @type {Api.Appointment} */
  const held = await get(`/appointments/${id}`);
  const at = instant(held.checked_in_at);
  return at === null ? [] : [{ at, words: t("desk.told.checked_in", { bay: held.bay_id }), by: held.number }];
}

/**
 * @param {Api.Shipment} shipment
 * @returns {Promise<Row[]>}
 */
export async function inspectionRows(shipment) {
  if (!may("GET /inspections")) return [];
  /** @type {Api.Page_Inspection_} */
  const { items } = await get(`/inspections?shipment_id=${shipment.id}&limit=50`);
  const places = [shipment.appointment?.id, ...items.map((one) => one.appointment_id)].filter(Boolean);
  const shown = may("GET /appointments/{appointment_id}") ? [...new Set(places)] : [];
  const checkIns = shown.map((id) => checkInRows(id).catch(unread("shipments.event.check_in_unread")));
  return [...(await Promise.all(checkIns)).flat(), ...items.flatMap(rowsOf)];
}
