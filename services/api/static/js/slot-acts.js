// What an officer does about the place of the chosen shipment. Every move that needs one asks for a reason.
import { newKey, post, RequestError } from "./api.js";
import { serverNow } from "./clock.js";
import { desk, isLate, slotOf } from "./desk.js";
import { t } from "./i18n.js";
import { slotWords } from "./queue-row.js";
import { note, noteError } from "./say.js";

/** The refusal that is still told; what is done next takes it away. @type {HTMLElement | null} */
let refused = null;
/** The last press, so that the same press twice is one request. */
let last = { what: "", key: "" };
/** @param {string} what */
const keyFor = (what) => {
  if (last.what !== what) last = { what, key: newKey() };
  return last.key;
};

/**
 * Send, say what was done, and read all of it again; an error is shown as the server worded it.
 * @param {string} path
 * @param {Record<string, any>} body
 * @param {string} said
 */
async function send(path, body, said, headers = {}) {
  try {
    const answer = await post(path, body, keyFor(path + JSON.stringify(body)), headers);
    refused?.remove();
    desk.told = "";
    if (said) note(said);
    return answer;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    refused?.remove();
    refused = noteError(error);
    return null;
  } finally {
    last = { what: "", key: "" };
    desk.dispatchEvent(new Event("stale"));
  }
}

const site = () => `/sites/${desk.siteId}`;
/**
 * Which shipment an answer is about, and the appointment that it was seen with.
 * @param {Api.QueueRow} row
 */
const about = (row) => ({ shipment_id: row.shipment_id, appointment_id: row.appointment?.id ?? null });
/** @param {Api.Appointment | null} held */
const match = (held) => (held ? { "If-Match": `"${held.revision}"` } : {});

/**
 * Take what the plan proposes for a row.
 * @param {Api.QueueRow} row
 * @param {Api.PlanRow} proposal
 */
export const assign = (row, proposal) => {
  desk.choose(row.reference);
  return send(
    `${site()}/plan/answers`,
    { ...about(row), answer: "confirm", proposed: slotOf(proposal) },
    t("desk.said.assigned", { reference: row.reference, slot: slotWords(proposal, serverNow()) }),
    match(row.appointment),
  );
};

/**
 * Book a slot; by rule at once when it fits the quota. A late one is asked for, and why.
 * @param {Api.QueueRow} row
 * @param {Api.Slot} slot
 */
export function book(row, slot, reason = "") {
  if (row.appointment) return null;
  return send(
    "/appointments",
    {
      shipment_id: row.shipment_id,
      bay_id: slot.bay_id,
      start: slot.start,
      ...(isLate(slot) ? { late_reason: reason } : {}),
    },
    t(isLate(slot) ? "desk.said.asked_late" : "desk.said.assigned", {
      reference: row.reference,
      slot: slotWords(slot, serverNow()),
    }),
  );
}

/**
 * @param {Api.QueueRow} row
 * @param {Api.Slot} slot
 * @param {string} reason
 */
export const move = (row, slot, reason) =>
  send(
    `${site()}/plan/answers`,
    { ...about(row), answer: "move", to: slotOf(slot), reason },
    t("desk.said.moved", { reference: row.reference, slot: slotWords(slot, serverNow()) }),
    match(row.appointment),
  );

/**
 * @param {Api.QueueRow} row
 * @param {string} reason
 */
export const override = (row, reason) =>
  send(
    `${site()}/plan/answers`,
    { ...about(row), answer: "override", reason },
    t("desk.said.overridden"),
    match(row.appointment),
  );

/**
 * @param {Api.Appointment} held
 * @param {boolean} agreed
 * @param {string} [reason]
 */
export const answer = (held, agreed, reason) =>
  send(
    `/appointments/${held.id}/answer`,
    agreed ? { agreed } : { agreed, reason },
    t(agreed ? "desk.said.agreed" : "desk.said.declined"),
    match(held),
  );

/** @param {Api.Appointment} held */
export const checkIn = (held) =>
  send(`/appointments/${held.id}/check-in`, {}, t("desk.said.checked_in", { number: held.number }), match(held));

/**
 * @param {Api.Appointment} held
 * @param {string} reason
 */
export const giveBack = (held, reason) =>
  send(`/appointments/${held.id}/cancel`, { reason }, t("desk.said.given_back", { number: held.number }), match(held));

/**
 * @param {Api.QueueRow} row
 * @param {string} bayId
 * @param {string} [reason]
 */
export const startNow = (row, bayId, reason) =>
  send(
    `/shipments/${row.shipment_id}/start-now`,
    reason ? { bay_id: bayId, reason } : { bay_id: bayId },
    t("desk.said.started"),
  );

/**
 * @param {Api.QueueRow} row
 * @param {string} ordered
 */
export const orderInspection = (row, ordered) =>
  send(
    `/shipments/${row.shipment_id}/inspection-order`,
    { ordered },
    t("desk.said.ordered", { words: t(`desk.ordered.${ordered}`) }),
  );

/**
 * Begin the record and go there.
 * @param {Api.QueueRow} row
 */
export async function beginRecord(row) {
  const made = await send(`/shipments/${row.shipment_id}/inspections`, {}, "");
  if (made) location.assign(`/inspections/${made.id}`);
}
