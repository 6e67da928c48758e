// Notes of people on this shipment: read for its timeline, and the form that adds one.
import { every, newKey, post } from "./api.js";
import { find } from "./dom.js";
import { instant } from "./format.js";
import { t } from "./i18n.js";
import { may } from "./page.js";
import { noteError } from "./say.js";

/** @import {Row} from "./shipment-timeline.js" */

/** How many were read last. */
let known = 0;

/**
 * As rows of the timeline; who wrote is named within the own organisation only.
 * @param {string} shipmentId
 * @returns {Promise<Row[]>}
 */
export async function noteRows(shipmentId) {
  if (!may("GET /shipments/{shipment_id}/notes")) return [];
  const rows = (await every(`/shipments/${shipmentId}/notes?`)).map(noteRow);
  known = rows.length;
  return rows;
}

/**
 * Whether somebody has written since; what cannot be read now is seen with the next change.
 * @param {string} shipmentId
 */
export async function hasMoreNotes(shipmentId) {
  const before = known;
  const now = await noteRows(shipmentId).catch(() => /** @type {Row[]} */ ([]));
  return now.length > before;
}

/** @param {Api.ShipmentNote} one */
const noteRow = (one) => ({
  at: instant(one.written_at),
  words: t("shipments.event.note", { words: one.words }),
  by: [one.written_by, one.organisation].filter(Boolean).join(" · ") || t("shipments.note.by_house"),
});

/**
 * What was typed stays until it is kept; sent again unchanged it is the same note.
 * @param {HTMLFormElement} form
 * @param {string} shipmentId
 * @param {() => void} kept
 */
export function wireNotes(form, shipmentId, kept) {
  if (!may("POST /shipments/{shipment_id}/notes")) return;
  form.hidden = false;
  let key = newKey();
  const words = find("input", form);
  words.addEventListener("input", () => {
    key = newKey();
  });
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const sent = words.value;
    try {
      await post(`/shipments/${shipmentId}/notes`, { words: sent.trim() }, key);
      if (words.value === sent) form.reset();
      key = newKey();
      kept();
    } catch (error) {
      noteError(error);
    } finally {
      busy = false;
    }
  });
}
