// What an officer must not pass over when a record is decided: open points, limits that were left, a hold of QA.
import { duration } from "./format.js";
import { t } from "./i18n.js";
import { language } from "./page.js";
import { note } from "./say.js";

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

/** @param {Seen} seen */
const openOf = ({ record, clearance }) => ({
  unscanned: !record.scans.some((one) => one.mark === "box" && one.matches && one.place === "bay"),
  mismatches: record.mismatch.length,
  items: record.checklist.filter((one) => one.required && (!one.answer || one.answer === "failed")),
  papers: clearance?.blockers.length ?? record.blockers.length,
});

/**
 * How much must be done before it can be cleared.
 * @param {Seen} seen
 */
export function openPoints(seen) {
  const { unscanned, mismatches, items, papers } = openOf(seen);
  return Number(unscanned) + mismatches + items.length + papers;
}

/**
 * The same in words, with the items by their names.
 * @param {Seen} seen
 */
export function lacking(seen) {
  const { unscanned, mismatches, items, papers } = openOf(seen);
  const names = items.map((one) => one[`text_${language}`]).join(t("common.semicolon"));
  return [
    unscanned ? t("record.lacks_scan") : "",
    mismatches ? t("record.mismatch") : "",
    items.length ? t("record.lacks_items", { n: items.length, names }) : "",
    papers ? t("record.lacks_papers", { n: papers }) : "",
  ].filter(Boolean);
}

/** Whether something stands typed in a field and is not entered: nothing is signed past it. */
export function typedStill() {
  /** @type {NodeListOf<HTMLInputElement>} */
  const fields = document.querySelectorAll("form.scan input.field:enabled");
  const field = [...fields].find((one) => one.value.trim());
  if (!field) return false;
  note(t("record.unentered", { words: field.value.trim() }), { kind: "bad" });
  field.focus();
  return true;
}
