// What travels and how much of each time budget is used, the binding one named.
import { budgetsOf } from "./budgets.js";
import { h } from "./dom.js";
import { dateTime, hoursMinutes, instant, number } from "./format.js";
import { has, t } from "./i18n.js";
import { table } from "./tables.js";
import { conditionWords } from "./verdict.js";

/** @import {Budget} from "./budgets.js" */

/**
 * @param {string} group
 * @param {string} code
 */
const keyed = (group, code) => (has(`${group}.${code}`) ? t(`${group}.${code}`) : (code ?? "–"));
/**
 * @param {string | null} text
 * @param {string} zone
 */
const when = (text, zone) => (text ? dateTime(instant(text), zone) : t("shipments.not_entered"));

/**
 * Bags and boxes with the instants they are judged from.
 * @param {Api.Shipment} shipment
 * @param {string} zone
 */
export function writePayloads(shipment, zone) {
  const heads = ["payload", "box", "collected", "packed", "charged", "condition"].map((name) =>
    t(`shipments.payload.${name}`),
  );
  return table(
    t("shipments.payloads"),
    heads,
    shipment.payloads.map((one) => [
      h("span", { class: "mono" }, one.reference),
      h("span", { class: "mono" }, one.box_id ?? "–"),
      when(one.collection_end, zone),
      when(one.pack_closed_at, zone),
      when(one.container_charged_at, zone),
      [
        conditionWords(one.condition, false),
        " · ",
        keyed("live.evidence", one.evidence),
        one.disposition === "NONE" ? null : [" · ", keyed("live.disposition", one.disposition)],
      ]
        .flat()
        .filter(Boolean),
    ]),
  );
}

/**
 * Every budget with its share; the bar says the same as the number beside it.
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @param {string} zone
 */
export function writeBudgets(shipment, now, zone) {
  const budgets = budgetsOf(shipment, now);
  if (!budgets.length) return h("p", { class: "sub" }, t("shipments.no_budgets"));
  const heads = ["name", "used", "share", "until"].map((name) => t(`shipments.budget.${name}`));
  return table(
    t("shipments.budgets"),
    heads,
    budgets.map((budget) => [
      [
        nameOf(budget),
        binds(budget, shipment) ? [" ", h("b", { class: "tag" }, t("shipments.budget.binding"))] : null,
        budget.binding ? null : h("span", { class: "sub" }, ` ${t("shipments.budget.advisory")}`),
      ]
        .flat()
        .filter(Boolean),
      t("shipments.budget.of", { used: hoursMinutes(budget.usedMs), limit: hoursMinutes(budget.limitMs) }),
      [meter(budget), ` ${number(Math.floor(budget.share * 100))} %`],
      budget.p10_at ? dateTime(instant(budget.p10_at), zone) : "–",
    ]),
  );
}

/** @type {Record<string, string>} */
const KINDS = { hold: "hold_clock", age: "age_budget", container: "container" };
/**
 * @param {Budget} budget
 * @param {Api.Shipment} shipment
 */
const binds = ({ key }, shipment) => shipment.binding_constraint === (KINDS[key] ?? "excursion_budget");

/** @param {Budget} budget */
function nameOf({ key }) {
  const band = /^band_(.+)_(single|cumulative)$/.exec(key);
  if (band) return `${t(`live.fact.band_${band[2]}`)}${t("common.colon")}${band[1]}`;
  return t(key === "container" ? "live.fact.container" : `live.fact.budget_${key}`);
}

/** @param {Budget} budget */
function meter(budget) {
  const bar = h("i", {});
  bar.style.width = `${Math.min(100, budget.share * 100)}%`;
  return h("span", { class: `meter${budget.high ? " high" : ""}`, "aria-hidden": "true" }, bar);
}
