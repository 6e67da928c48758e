// What of its time and cold a shipment has used, and what is left: budgets of its verdict, in words.
import { hoursMinutes, instant, number } from "./format.js";
import { t } from "./i18n.js";
import { isOver, TROUBLE } from "./verdict.js";

/**
 * A budget of the verdict, with what is made of it here: milliseconds, the share, whether most is gone.
 * @typedef {{key: string, binding: boolean, used_s: number, limit_s: number, pace: number, p10_at: string | null,
 *   usedMs: number, limitMs: number, share: number, high: boolean}} Budget
 */

/**
 * The budgets of the verdict as they stand now: share used, whether three quarters are gone.
 * @param {{summary?: any, as_of?: string | null, state?: string}} shipment
 * @param {number} now
 * @returns {Budget[]}
 */
export function budgetsOf(shipment, now) {
  const asOf = instant(shipment.as_of) ?? now;
  const end = isOver(shipment) ? asOf : Math.max(now, asOf);
  return (shipment.summary?.budgets ?? []).map((/** @type {Budget} */ budget) => {
    const usedMs = budget.used_s * 1000 + budget.pace * (end - asOf);
    const share = usedMs / (budget.limit_s * 1000);
    return { ...budget, usedMs, limitMs: budget.limit_s * 1000, share, high: share >= 0.75 };
  });
}

/**
 * A budget in words: 30 h of 72 h (42 %), and whether it is only advice.
 * @param {Budget} budget
 */
export function budgetWords(budget) {
  const values = {
    used: hoursMinutes(budget.usedMs),
    limit: hoursMinutes(budget.limitMs),
    share: number(Math.floor(budget.share * 100)),
  };
  const words = t(budget.high ? "live.budget_high" : "live.budget", values);
  return budget.binding ? words : t("live.advisory", { words });
}

/**
 * What is left of the container's cold, cautiously and likely; an estimate, never a measurement.
 * @param {Api.Shipment} shipment
 */
export function containerWords(shipment) {
  const container = shipment.summary?.container;
  if (!container) return null;
  if (container.outlived) return t("live.container_outlived");
  const form = container.charge_known ? "live.container" : "live.container_guess";
  const words = t(TROUBLE.has(shipment.condition) ? "live.container_doubted" : form, {
    safe: hoursMinutes(container.cautious_remaining_s * 1000),
    likely: hoursMinutes(container.remaining_s * 1000),
  });
  const charge = shipment.summary.budgets.find((/** @type {Budget} */ budget) => budget.key === "container");
  return charge?.binding ? words : t("live.advisory", { words });
}
