// Several shipments at once: a note on each, each shared with an organisation, or these alone as a file.
import { get, post } from "./api.js";
import { Chosen } from "./bulk.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { may } from "./page.js";
import { note, noteError } from "./say.js";

/** @import {Field} from "./form-dialog.js" */

/** As many as the API takes into one file. */
const MOST_IN_FILE = 150;
const PARTIES = ["consignee", "shipper", "carrier", "applicant", "customs_site", "authority", "sponsor", "auditor"];

/**
 * The bar over the list, with what the viewer may do.
 * @param {HTMLElement} bar
 */
export function chosenShipments(bar) {
  /** @type {Chosen<Api.Shipment>} */
  const chosen = new Chosen(bar, { rows: "#shipments tbody tr", fits: () => true, nameOf: (one) => one.reference });
  chosen.button("note", may("POST /shipments/{shipment_id}/notes"), () => write(chosen));
  chosen.button("share", may("POST /shipments/{shipment_id}/grants"), () => share(chosen).catch(noteError));
  chosen.button("export", may("GET /shipments.csv"), () => save(chosen.items));
  return chosen;
}

/** @param {Chosen<Api.Shipment>} chosen */
function write(chosen) {
  const shipments = chosen.items;
  return askFor({
    title: t("shipments.bulk.note_title", { n: shipments.length }),
    hint: t("shipments.bulk.note_hint"),
    fields: [{ name: "words", label: t("shipments.bulk.words"), kind: "area", required: true }],
    submit: t("shipments.bulk.note"),
    act: chosen.each(
      shipments,
      (one, body, key) => post(`/shipments/${one.id}/notes`, body, key),
      (body) => body,
    ),
  });
}

/** Those with whom one can share; without a list the short name is typed. @returns {Promise<Field>} */
async function withWhom() {
  const field = { name: "organisation", label: t("shipments.bulk.organisation"), required: true };
  if (!may("GET /organisations")) return { ...field, hint: t("shipments.bulk.short_name") };
  /** @type {Api.Page_Organisation_} */
  const { items } = await get("/organisations");
  const options = items.map((one) => [one.organisation_id, `${one.name} (${one.organisation_id})`]);
  return { ...field, kind: "select", options: [["", "–"], ...options] };
}

/** @param {Chosen<Api.Shipment>} chosen */
async function share(chosen) {
  const shipments = chosen.items;
  const parties = PARTIES.map((one) => [one, t(`shipments.party.${one}`)]);
  return askFor({
    title: t("shipments.bulk.share_title", { n: shipments.length }),
    hint: t("shipments.bulk.share_hint"),
    fields: [
      await withWhom(),
      {
        name: "party",
        label: t("shipments.bulk.party"),
        kind: "select",
        required: true,
        options: [["", "–"], ...parties],
      },
      { name: "ends_at", label: t("shipments.bulk.until"), kind: "moment" },
      { name: "reason", label: t("shipments.bulk.reason"), required: true },
    ],
    submit: t("shipments.bulk.share"),
    act: chosen.each(
      shipments,
      (one, body, key) => post(`/shipments/${one.id}/grants`, body, key),
      (body) => body,
    ),
  });
}

/** @param {Api.Shipment[]} shipments */
function save(shipments) {
  if (shipments.length > MOST_IN_FILE) {
    note(t("shipments.bulk.too_many", { most: MOST_IN_FILE }), { kind: "bad", stays: true });
    return;
  }
  const query = new URLSearchParams(shipments.map(({ id }) => ["id", id]));
  const link = document.createElement("a");
  link.href = `/api/v1/shipments.csv?${query}`;
  link.download = "shipments.csv";
  link.click();
}
