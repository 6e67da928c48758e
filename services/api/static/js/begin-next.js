// A record follows another: a recheck, or what takes the place of a void one.
import { newKey, post } from "./api.js";
import { noteError } from "./say.js";

/**
 * Begin the next record where it is booked, else in the bay of this one, and go there.
 * @param {Api.Inspection} record
 * @param {Api.Appointment | null} booked
 */
export async function beginNext(record, booked) {
  const bay = booked ? null : record.bay_id;
  try {
    const made = await post(`/shipments/${record.shipment_id}/inspections`, bay ? { bay_id: bay } : {}, newKey());
    location.assign(`/inspections/${made.id}`);
  } catch (error) {
    noteError(error);
  }
}
