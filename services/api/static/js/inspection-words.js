// What was entered in a record, in words: findings, what was not in order, new seals, and decisions with their reason.
import { t } from "./i18n.js";
import { language } from "./page.js";

/** @typedef {{at: string, words: string, by: string, kind: string}} Told */

/**
 * An answer is told when it is not in order, or has a remark.
 * @param {Api.Inspection} record
 * @param {Record<string, any>} facts
 */
function checkWords(record, { key, answer, note }) {
  if (answer !== "failed" && !note) return "";
  const item = record.checklist.find((one) => one.key === key);
  const words = t(`desk.told.${answer}`, { item: item?.[`text_${language}`] ?? key });
  return note ? words + t("common.colon") + note : words;
}

/** @param {Record<string, any>} facts */
function moveWords({ state, reason }) {
  const words = state ? t(`desk.outcome.${state}`) : t("desk.told.take_over");
  return [words, reason].filter(Boolean).join(" ");
}

/**
 * @param {Api.Inspection} record
 * @param {Api.InspectionEntry} entry
 */
function wordsOf(record, { kind, facts }) {
  if (kind === "finding") return t(`desk.told.finding.${facts.severity}`, { text: facts.text ?? "" });
  if (kind === "seal") return t("desk.told.seal", { code: facts.new ?? "" });
  if (kind === "check") return checkWords(record, facts);
  return kind === "move" ? moveWords(facts) : "";
}

/**
 * What is worth telling of a record, oldest first.
 * @param {Api.Inspection} record
 * @returns {Told[]}
 */
export const toldOf = (record) =>
  record.entries
    .map((one) => ({ at: one.at, words: wordsOf(record, one), by: one.by, kind: one.kind }))
    .filter((one) => one.words);
