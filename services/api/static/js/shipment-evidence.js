// How good the record is: gaps, holes in the logs, how readings come; and every verdict that was kept.
import { h } from "./dom.js";
import { dateTime, duration, extremes, instant, number } from "./format.js";
import { has, t } from "./i18n.js";
import { facts, table } from "./tables.js";
import { conditionWords } from "./verdict.js";

/**
 * @param {string} group
 * @param {string} code
 */
const keyed = (group, code) => (has(`${group}.${code}`) ? t(`${group}.${code}`) : (code ?? "–"));
/** @param {number | null | undefined} seconds */
const length = (seconds) => duration((seconds ?? 0) * 1000);

/**
 * The figures of the record, then each box's logs with what is missing.
 * @param {Api.Shipment} shipment
 * @param {{logs: Api.BoxLogs[]}} found
 * @param {string} zone
 */
export function writeEvidence(shipment, { logs }, zone) {
  const { summary, evidence } = shipment;
  const grade =
    (summary.reasons ?? []).find((/** @type {{code: string}} */ reason) => reason.code === "delivery_grade")?.grade ??
    "receipted";
  return [
    facts([
      [t("live.fact.evidence"), keyed("live.evidence", evidence)],
      [
        t("quality.gaps"),
        t("quality.gaps_words", { all: length(summary.unknown_s), longest: length(summary.longest_gap_s) }),
      ],
      [t("live.fact.out_of_label"), length(summary.out_of_label_s)],
      [t("quality.extremes"), extremes(summary)],
      [t("live.fact.grade"), keyed("live.grade", grade)],
    ]),
    table(
      t("shipments.logs"),
      ["box", "boot", "stored", "missing", "last"].map((name) => t(`shipments.log.${name}`)),
      logs.flatMap(({ box_id: box, items }) =>
        items.map((log) => [
          h("span", { class: "mono" }, box),
          h("span", { class: "mono" }, log.boot),
          number((log.contiguous ?? -1) - log.start_seq + 1),
          log.missing.length
            ? log.missing.map(({ first, last }) => `${first}–${last}`).join(", ")
            : t("common.nothing"),
          dateTime(instant(log.last_received_at), zone),
        ]),
      ),
    ),
  ];
}

/**
 * The verdicts, newest first; an earlier one stays readable, with why it was reached.
 * @param {Api.KeptVerdict[]} verdicts
 * @param {string} zone
 */
export function writeVerdicts(verdicts, zone) {
  const heads = ["at", "payload", "condition", "until", "reason"].map((name) => t(`shipments.verdict.${name}`));
  return table(
    t("shipments.verdicts"),
    heads,
    verdicts
      .toReversed()
      .map((one) => [
        dateTime(instant(one.as_of), zone),
        h("span", { class: "mono" }, one.payload_reference),
        [conditionWords(one.condition, one.excursions.length > 0), " · ", keyed("live.evidence", one.evidence)],
        one.viable_until?.p10 ? dateTime(instant(one.viable_until.p10), zone) : "–",
        one.reason,
      ]),
  );
}
