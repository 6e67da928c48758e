// Clearing a shipment and saying where it goes on to: direct distribution, counted down to its delivery.
import { get, post, RequestError } from "./api.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { anyFailed, inTurn } from "./record-send.js";

/** @import {Seen} from "./record-send.js" */

const OTHER = "";

/**
 * A leg that is still ahead is the way on: none is entered beside it.
 * @param {Api.Shipment | null} shipment
 */
export const legAhead = (shipment) =>
  (shipment?.legs ?? []).find((leg) => leg.status === "planned" && !leg.actual_departure) ?? null;

/**
 * The place of a site, or the one that was typed.
 * @param {Record<string, any>} body
 * @param {Api.Site[]} sites
 */
function wayOf(body, sites) {
  const site = sites.find((one) => one.site_id === body.site);
  const typed = { to_code: body["onward.to_code"], to_lat: body["onward.to_lat"], to_lon: body["onward.to_lon"] };
  const where = site ? { to_code: site.site_id.slice(0, 16), to_lat: site.lat, to_lon: site.lon } : typed;
  return { ...where, carrier_number: body["onward.carrier_number"], planned_arrival: body["onward.planned_arrival"] };
}

/**
 * Ask for the way on, and sign with it; answers the record, or null when it was closed.
 * @param {Seen} seen
 * @param {string} reason
 */
export async function clearAndSendOn(seen, reason) {
  const { shipment } = seen;
  /** @type {Api.Page_Site_} */
  const { items } = await get("/sites");
  const sites = items.filter((one) => one.site_id !== shipment?.site?.site_id);
  /** @param {string} name */
  const entry = (name, more = {}) => ({ name: `onward.${name}`, label: t(`record.onward.${name}`), ...more });
  const options = [
    ...sites.map((one) => [one.site_id, `${one.site_id} · ${named(one)}`]),
    [OTHER, t("record.onward.other")],
  ];
  return askFor({
    title: t("record.onward"),
    hint: t("record.onward.hint"),
    fields: [
      { name: "site", label: t("record.onward.site"), kind: "select", options },
      entry("to_code", { hint: t("record.onward.only_other") }),
      entry("to_lat", { kind: "number", min: -90, max: 90 }),
      entry("to_lon", { kind: "number", min: -180, max: 180 }),
      entry("carrier_number"),
      entry("planned_arrival", { kind: "moment", hint: t("record.onward.arrival_hint") }),
    ],
    meaning: t("record.meaning.clear"),
    submit: t("record.do.clear"),
    act: (body, key) => {
      const move = { move: "clear", reason: reason || undefined, onward: wayOf(body, sites) };
      return inTurn(() => {
        if (anyFailed()) throw new RequestError(409, { detail: t("record.not_signed") });
        return post(`/inspections/${seen.record.id}/moves`, move, key, { "If-Match": `"${seen.record.revision}"` });
      });
    },
  });
}
