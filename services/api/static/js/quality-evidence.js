// What happened: the verdict, stays outside the label and broken limits, from the evidence pack.
import { get } from "./api.js";
import { budgetsOf, budgetWords } from "./budgets.js";
import { h } from "./dom.js";
import { duration, extremes, instant, number } from "./format.js";
import { has, t } from "./i18n.js";
import { fact, limitWords, table, when, zoneHere } from "./quality-words.js";
import { conditionWords } from "./verdict.js";

/** @import {Budget} from "./budgets.js" */
/**
 * What is shown, from a pack or from a verdict; a verdict alone has no readings, profile or lid.
 * @typedef {{condition: string, evidence: string, asOf: string, summary: Record<string, any>,
 *   stays: [side: string, began: string, returned: string | null][], broken: string[], through: string,
 *   minutes: Record<string, number> | null, legs?: Map<string, Api.Leg>, readings?: number,
 *   profile?: {profile_id: string, version: number}, lid?: Api.LidUse}} Found
 */

const MINUTE = 60_000;

/**
 * What there is to see of a deviation: what was signed, or what there is now.
 * @param {Api.Deviation} deviation
 */
export async function evidenceOf(deviation, { now = false } = {}) {
  if (deviation.id === null) return fromVerdict(await newestVerdict(deviation));
  return fromPack(await get(`/deviations/${deviation.id}/evidence${now ? "?now=true" : ""}`));
}

/**
 * A hold that nobody has taken has no pack yet: its newest kept verdict stands for it.
 * @param {Api.Deviation} deviation
 */
async function newestVerdict({ shipment_id: shipment, payload_id: payload }) {
  let newest = null;
  for (let cursor = /** @type {string | null} */ (""); cursor !== null; ) {
    /** @type {Api.Page_KeptVerdict_} */
    const page = await get(
      `/shipments/${shipment}/assessments?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    newest = page.items.findLast((one) => one.payload_id === payload) ?? newest;
    cursor = page.next_cursor;
  }
  return newest;
}

/**
 * @param {Api.KeptVerdict | null} verdict
 * @returns {Found | null}
 */
function fromVerdict(verdict) {
  if (!verdict) return null;
  const { condition, evidence, summary, as_of: asOf } = verdict;
  /** @type {Found["stays"]} */
  const stays = verdict.excursions.map((one) => [one.side, one.began_at, one.returned_at]);
  return { condition, evidence, asOf, summary: summary ?? {}, stays, broken: [], through: asOf, minutes: null };
}

/**
 * A verdict is kept when it changes; the figures that stand have taken in the readings since.
 * @param {Record<string, any>} pack
 * @returns {Found}
 */
function fromPack(pack) {
  const { body = {}, as_of: keptAt } = pack.verdict ?? {};
  const figures = pack.standing?.summary?.stays ? pack.standing : { as_of: keptAt, summary: body.summary ?? {} };
  const legs = new Map(
    pack.legs.map((/** @type {Api.Leg} */ leg) => [`${leg.ordinal} ${leg.mode} ${leg.from_code}-${leg.to_code}`, leg]),
  );
  return {
    condition: body.condition,
    evidence: body.evidence,
    asOf: figures.as_of,
    summary: figures.summary,
    stays: body.told?.excursions ?? [],
    broken: pack.facts.broken ?? [],
    legs,
    minutes: pack.out_of_label_min,
    through: pack.facts.readings_through,
    readings: pack.facts.readings,
    profile: pack.profile,
    lid: pack.lid,
  };
}

/**
 * The evidence as elements, in the order in which it is read.
 * @param {Found | null} found
 */
export function showEvidence(found) {
  if (!found) return [h("p", { class: "empty" }, t("quality.no_verdict"))];
  return [
    h("dl", { class: "facts" }, factsOf(found)),
    staysTable(found),
    legsTable(found),
    budgetList(found),
    estimate(found.summary.estimate),
  ].filter(Boolean);
}

/**
 * What was counted may end before the last reading, and says so.
 * @param {Found} found
 */
function judgedUntil({ asOf, through }) {
  return asOf && instant(through) - instant(asOf) > MINUTE ? [` · ${t("quality.judged_until")} `, when(asOf)] : [];
}

/** @param {Found} found */
function factsOf(found) {
  const { condition, evidence, summary, broken, through, readings, profile, stays, minutes, lid } = found;
  /** @param {number | null | undefined} seconds */
  const length = (seconds) => duration((seconds ?? 0) * 1000);
  return [
    fact(t("live.fact.condition"), conditionWords(condition, stays.length > 0)),
    fact(
      t("quality.broken"),
      broken.length
        ? broken.map(limitWords).join(t("common.comma"))
        : stays.length && !readings
          ? t("quality.not_gathered")
          : t("common.nothing"),
    ),
    fact(t("live.fact.out_of_label"), length(minutes ? minutes.total * 60 : summary.out_of_label_s)),
    lid ? fact(t("quality.lid_inspections"), length(lid.inspections_s), ` · ${allowance(lid)}`) : null,
    lid ? fact(t("quality.lid_handling"), length(lid.handling_s)) : null,
    fact(t("live.fact.evidence"), worded("live.evidence", evidence)),
    fact(
      t("quality.gaps"),
      t("quality.gaps_words", { all: length(summary.unknown_s), longest: length(summary.longest_gap_s) }),
      ...judgedUntil(found),
    ),
    extremes(summary) ? fact(t("quality.extremes"), extremes(summary), ...judgedUntil(found)) : null,
    fact(
      t("quality.through"),
      when(through),
      readings === undefined ? "" : ` · ${t("quality.readings", { n: readings })}`,
    ),
    profile ? fact(t("quality.profile"), `${profile.profile_id} · ${profile.version}`) : null,
  ].filter(Boolean);
}

/**
 * A number with its source, or that nobody has set one (journey, 8).
 * @param {Api.LidUse} lid
 */
function allowance({ allowance_s: allowed, allowance_source: source }) {
  if (allowed === null) return t("quality.lid_no_allowance");
  return t("quality.lid_allowed", { allowed: duration(allowed * 1000), source: source ?? "–" });
}

/**
 * @param {string} group
 * @param {string} code
 */
const worded = (group, code) => (code && has(`${group}.${code}`) ? t(`${group}.${code}`) : (code ?? "–"));

/** @param {Found} found */
function staysTable({ stays, through }) {
  if (!stays.length) return h("p", { class: "empty" }, t("quality.no_stays"));
  const rows = stays.map(([side, began, returned]) => {
    const ms = (returned ? instant(returned) : Math.max(instant(through), instant(began))) - instant(began);
    return [
      t(`quality.side.${side}`),
      when(began),
      returned ? when(returned) : t("quality.still"),
      number(ms / MINUTE, 1),
    ];
  });
  const heads = [t("quality.side"), `${t("quality.began")} ${zoneHere()}`, t("quality.returned"), t("quality.minutes")];
  return table(t("quality.stays"), heads, rows);
}

/**
 * An event judged alone is the usual mistake: each leg, between the legs, and all together.
 * @param {Found} found
 */
function legsTable({ minutes, legs }) {
  if (!minutes) return null;
  const { elsewhere, brief, total, ...byLeg } = minutes;
  /** @type {Content[][]} */
  const rows = Object.entries(byLeg).map(([name, value]) => [legWords(legs?.get(name), name), number(value, 1)]);
  rows.push([t("quality.elsewhere"), number(elsewhere, 1)]);
  if (brief) rows.push([t("quality.brief"), number(brief, 1)]);
  rows.push([h("b", {}, t("quality.total")), h("b", {}, number(total, 1))]);
  return table(t("quality.by_leg"), [t("quality.leg"), t("quality.minutes")], rows);
}

/**
 * @param {Api.Leg | undefined} leg
 * @param {string} name
 */
function legWords(leg, name) {
  if (!leg) return name;
  return [`${leg.ordinal}. ${leg.from_code} → ${leg.to_code}`, leg.carrier_number].filter(Boolean).join(" · ");
}

/**
 * Hold, age and bands as the verdict counted them at its own instant.
 * @param {Found} found
 */
function budgetList({ summary, asOf }) {
  const budgets = asOf ? budgetsOf({ summary, as_of: asOf }, instant(asOf)) : [];
  if (!budgets.length) return null;
  /** @param {Budget} budget */
  const name = ({ key }) =>
    has(`live.fact.budget_${key}`)
      ? t(`live.fact.budget_${key}`)
      : has(`quality.budget.${key}`)
        ? t(`quality.budget.${key}`)
        : limitWords(key);
  return h(
    "div",
    {},
    h("h4", {}, t("quality.budgets")),
    h(
      "dl",
      { class: "facts" },
      budgets.map((budget) => fact(name(budget), budgetWords(budget))),
    ),
  );
}

/**
 * A percentage is said here only, and always with what it stands on.
 * @param {Record<string, any> | null} found
 */
function estimate(found) {
  if (!found) return null;
  const figures = {
    likely: number(found.p50_percent),
    low: number(found.p10_percent),
    high: number(found.p90_percent),
  };
  return h(
    "p",
    { class: "estimate" },
    h("b", {}, t("quality.estimate", figures)),
    ` ${t("quality.estimate_basis")} `,
    h("span", { class: "source" }, found.source ?? ""),
  );
}
