// What comes after a decision: the recheck with its slot, the papers that are waited for, or the record that follows.
import { beginNext } from "./begin-next.js";
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { heldWords } from "./held-words.js";
import { t } from "./i18n.js";
import { may } from "./page.js";

/** @import {Seen} from "./record-send.js" */

/** Decided so, it is looked at again: in a record of its own. */
const AGAIN = new Set(["RECHECK_ORDERED", "VOID"]);
const BEGIN = "POST /shipments/{shipment_id}/inspections";

/**
 * @param {Api.Inspection} record
 * @param {Api.Shipment} shipment
 */
function again(record, shipment) {
  // What is told as under inspection still is the place of this record: it is over, as the stream will tell.
  const booked = shipment.appointment?.state === "IN_INSPECTION" ? null : shipment.appointment;
  const site = booked?.site_id ?? record.site_id;
  const desk = `/inspections?site=${encodeURIComponent(site)}&s=${encodeURIComponent(shipment.reference)}`;
  const first = booked?.state === "CHECKED_IN";
  const begin = record.state === "VOID" ? "desk.begin_record" : "desk.begin_recheck";
  return h(
    "div",
    { class: "next" },
    h("p", {}, booked ? heldWords(booked, shipment.ready_at, serverNow()) : t("record.next.no_slot")),
    h(
      "p",
      { class: "actions" },
      may(BEGIN)
        ? h(
            "button",
            {
              class: `btn${first || !booked ? " p" : ""}`,
              type: "button",
              "data-writes": true,
              id: "begin-next",
              onclick: () => beginNext(record, booked),
            },
            t(begin),
          )
        : null,
      first
        ? null
        : h(
            "a",
            { class: `btn${booked ? " p" : ""}`, id: "book-next", href: desk },
            t(booked ? "record.next.slot" : "desk.book_recheck"),
          ),
    ),
  );
}

/**
 * What an officer can do next with a record that is not open any more; nothing where all is said.
 * @param {Seen} seen
 */
export function nextStep({ record, shipment }) {
  const newest = shipment?.clearance;
  if (newest && newest.inspection_id !== record.id && newest.number > record.number)
    return h(
      "p",
      { class: "next" },
      h(
        "a",
        { class: "btn p", href: `/inspections/${newest.inspection_id}` },
        t("desk.open_record", { n: newest.number }),
      ),
      " ",
      t(`desk.outcome.${newest.state}`),
    );
  if (record.state === "WAITING_FOR_PAPERS" && may("POST /inspections/{inspection_id}/moves"))
    return h("p", { class: "next" }, h("a", { class: "btn p", href: "#step-decision" }, t("record.next.decide")));
  return shipment && AGAIN.has(record.state) ? again(record, shipment) : null;
}
