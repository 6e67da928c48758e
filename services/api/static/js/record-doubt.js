// What an officer must not pass over when a record is decided: limits that were left, a hold of QA, what was not compared.
import { duration } from "./format.js";
import { t } from "./i18n.js";

/** @import {Seen} from "./record-send.js" */

const MARKS = ["box", "seal", "identity_code"];

/**
 * The last scan of a mark at the bay.
 * @param {Api.Inspection} record
 * @param {string} mark
 */
export const lastScan = (record, mark) =>
  record.scans.filter((one) => one.mark === mark && one.place === "bay").at(-1) ?? null;

/**
 * Marks that nothing was compared with, in words.
 * @param {Api.Inspection} record
 */
export const uncompared = (record) =>
  MARKS.filter((mark) => lastScan(record, mark)?.matches !== true)
    .map((mark) => t(`record.mark.${mark}`))
    .join(t("common.comma"));

/**
 * What the temperature record says against "in order"; empty when nothing does.
 * @param {Pick<Seen, "shipment">} seen
 */
export function temperatureDoubts({ shipment }) {
  if (!shipment) return [];
  const out = (shipment.summary?.out_of_label_s ?? 0) * 1000;
  const left = out ? t("record.left_for", { span: duration(out) }) : t("record.left");
  return [shipment.left_label ? left : "", shipment.disposition === "QA_HOLD" ? t("live.tag.qa_hold") : ""].filter(
    Boolean,
  );
}

/**
 * How the temperature record stands, in words.
 * @param {Api.Shipment} shipment
 */
export function temperatureWords(shipment) {
  const sure = ["COMPLETE", "SILENT_EXPECTED"].includes(shipment.evidence) && shipment.condition === "IN_RANGE";
  return t(sure ? "record.within" : "record.see_trace");
}
