// Who did what, when and why, and what was decided.
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { isOvertaken } from "./quality-list.js";
import { decisionWords, fact, when, who, zoneHere } from "./quality-words.js";

/**
 * The newest decision, or nothing while there is none.
 * @param {Api.Deviation} deviation
 */
export function showDecision(deviation) {
  const decided = deviation.disposition;
  if (!decided) return null;
  const overtaken = isOvertaken(deviation);
  const ended = decided.superseded_at;
  const rows = [
    fact(t("quality.assessed_by"), who(decided.assessed_by)),
    fact(t("quality.decided_by"), who(decided.decided_by), " · ", when(decided.decided_at)),
    fact(t("quality.seen_until"), when(decided.decided_through)),
    fact(t("quality.reason"), decided.reason),
    ended ? fact(t("quality.ended"), when(ended)) : null,
    fact(t("quality.fingerprint"), h("span", { class: "mono digest" }, decided.evidence_sha256)),
  ].filter(Boolean);
  return h(
    "section",
    { class: `decision${overtaken || ended ? " past" : ""}`, "aria-label": t("quality.decision") },
    h(
      "h3",
      {},
      `${t("quality.decision")}${t("common.colon")}`,
      h("span", { class: "value" }, decisionWords(decided.value)),
    ),
    overtaken ? h("p", { class: "warning" }, t("quality.overtaken_long")) : null,
    ended ? h("p", { class: "hint" }, t("quality.ended_long")) : null,
    h("dl", { class: "facts" }, rows),
  );
}

/**
 * Every step, oldest first; of a hold that nobody has taken there is none.
 * @param {Api.Deviation} deviation
 */
export function showHistory({ steps }) {
  const items = steps.map((step) =>
    h(
      "li",
      { "data-move": step.move },
      h("b", {}, t(`quality.done.${step.move}`)),
      step.facts.signed_as ? h("span", { class: "tag" }, t(`quality.signed_as.${step.facts.signed_as}`)) : null,
      h("span", { class: "by" }, `${who(step.by)} · `, when(step.at)),
      h("p", {}, step.reason),
    ),
  );
  return h(
    "section",
    { class: "history" },
    h("h3", {}, t("quality.history"), h("span", { class: "zone-note" }, zoneHere())),
    items.length ? h("ol", {}, items) : h("p", { class: "empty" }, t("quality.no_steps")),
  );
}
