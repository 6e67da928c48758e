// What customs and administrators do about a site's capacity: what it needs is asked for in a dialog.
import { get, patch, post } from "./api.js";
import { amount, bayField, DAY_MIN, field, minutes, span, today } from "./capacity-fields.js";
import { inForce } from "./clearance-words.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { named } from "./page.js";

/** @param {Api.Site} site */
export const publish = (site) =>
  askFor({
    title: t("capacity.form.publish"),
    hint: t("capacity.hint.publish"),
    fields: [bayField(site), ...span()],
    submit: t("capacity.do.publish"),
    said: t("capacity.said.published"),
    act: (body, key) => post(`/sites/${site.site_id}/openings`, body, key),
  });

/** @param {Api.Site} site */
export const copy = (site) =>
  askFor({
    title: t("capacity.form.copy"),
    hint: t("capacity.hint.copy"),
    fields: [
      field("day", { kind: "day", value: today() }),
      field("unit", { kind: "select", options: ["day", "week"].map((one) => [one, t(`capacity.unit.${one}`)]) }),
      field("times", { kind: "number", value: 1, min: 1, max: 60, step: "1" }),
    ],
    submit: t("capacity.do.copy"),
    said: t("capacity.said.copied"),
    act: (body, key) => post(`/sites/${site.site_id}/openings/copy`, body, key),
  });

/**
 * How long an inspection takes in a bay and the way there; for all bays of its kind, too.
 * @param {Api.Site} site
 * @param {Api.Bay} bay
 */
export function setTimes(site, bay) {
  const kin = site.bays.filter((one) => one.bay_class === bay.bay_class);
  const kind = t(`desk.class.${bay.bay_class}`);
  return askFor({
    title: t("capacity.form.times", { bay: named(bay) }),
    hint: t("capacity.hint.times"),
    fields: [
      minutes("inspection_min", bay.inspection_min, [1, DAY_MIN], {
        required: false,
        hint: t("capacity.sites_minutes", { n: site.inspection_min }),
      }),
      minutes("transfer_min", bay.transfer_min),
      ...(kin.length > 1
        ? [{ name: "all", label: t("capacity.all_of_kind", { n: kin.length, kind }), kind: "check", value: false }]
        : []),
    ],
    submit: t("capacity.do.set"),
    said: t("capacity.said.times"),
    act: async ({ all, inspection_min: own = null, transfer_min: way }, key) => {
      for (const one of all ? kin : [bay])
        await post(
          `/sites/${site.site_id}/bays/${one.bay_id}/times`,
          { inspection_min: own, transfer_min: way },
          `${key}-${one.bay_id}`,
        );
      return true;
    },
  });
}

/**
 * @param {Api.Site} site
 * @param {Record<string, any>} body
 */
const change = (site, body) => patch(`/sites/${site.site_id}`, body, { "If-Match": `"${site.revision}"` });

/**
 * What stands of the site now, by the names of the fields.
 * @param {Api.Site} site
 * @param {(now: Api.Site) => Record<string, any>} pick
 */
const newest = (site, pick) => async () => pick(Object.assign(site, await get(`/sites/${site.site_id}`)));

const PASSAGE = /** @type {const} */ (["picking_min", "inspection_min", "receiving_min", "onward_min"]);

/** @param {Api.Site} site */
export const setMinutes = (site) =>
  askFor({
    title: t("capacity.minutes"),
    hint: t("capacity.minutes_hint"),
    fields: PASSAGE.map((name) => minutes(name, site[name])),
    submit: t("capacity.do.set"),
    said: t("capacity.said.minutes"),
    newest: newest(site, (now) => Object.fromEntries(PASSAGE.map((name) => [name, now[name]]))),
    act: (body) => change(site, body),
  });

const QUOTA = /** @type {const} */ ([
  "reserve_until_min",
  "quota_regimes",
  "freeze_min",
  "grace_min",
  "answer_min",
  "book_ahead_h",
]);

/**
 * The reserve for urgent shipments, who may use it, and what goes with it.
 * @param {Api.Site} site
 * @param {Api.PaperRules} rules
 */
export const setQuota = (site, rules) =>
  askFor({
    title: t("capacity.quota"),
    hint: t("capacity.quota_hint"),
    fields: [
      amount("reserve_share", Math.round(site.reserve_share * 100), [0, 100], "percent"),
      minutes("reserve_until_min", site.reserve_until_min),
      {
        ...field("quota_regimes", { kind: "several", required: false, hint: t("capacity.regimes_hint") }),
        value: site.quota_regimes ?? [],
        options: [...new Map(inForce(rules, "regime").map((one) => [one.regime, named(one)]))],
      },
      minutes("freeze_min", site.freeze_min),
      minutes("grace_min", site.grace_min),
      minutes("answer_min", site.answer_min, [1, DAY_MIN]),
      amount("book_ahead_h", site.book_ahead_h, [1, 720], "h"),
    ],
    submit: t("capacity.do.set"),
    said: t("capacity.said.quota"),
    newest: newest(site, ({ reserve_share: share, ...now }) => ({
      reserve_share: Math.round(share * 100),
      ...Object.fromEntries(QUOTA.map((name) => [name, now[name]])),
    })),
    act: ({ quota_regimes: regimes, reserve_share: share, ...body }) =>
      change(site, { ...body, reserve_share: share / 100, quota_regimes: regimes.length ? regimes : null }),
  });

/** @param {string} text */
const minuteOf = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/**
 * One more stretch of the week; until midnight is the end of the day.
 * @param {Api.Site} site
 */
export const addHours = (site) =>
  askFor({
    title: t("capacity.form.hours"),
    hint: t("capacity.hint.hours", { zone: site.zone }),
    fields: [
      field("days", {
        kind: "several",
        value: [],
        options: [1, 2, 3, 4, 5, 6, 7].map((n) => [String(n), t(`capacity.day.${n}`)]),
      }),
      field("from_time", { kind: "time", value: "08:00" }),
      field("until_time", { kind: "time", value: "20:00", hint: t("capacity.midnight") }),
    ],
    submit: t("capacity.do.add"),
    said: t("capacity.said.hours"),
    check: ({ from_time: from, until_time: until }) =>
      (minuteOf(until) || DAY_MIN) <= minuteOf(from) ? ["until_time", t("capacity.until_before")] : null,
    act: ({ days, from_time: from, until_time: until }) =>
      change(site, {
        hours: [
          ...(site.hours ?? []),
          { days: days.map(Number), from_min: minuteOf(from), until_min: minuteOf(until) || DAY_MIN },
        ],
      }),
  });

/**
 * What is left of the hours; none is open day and night.
 * @param {Api.Site} site
 * @param {Api.OpenHours[]} hours
 */
export const setHours = (site, hours) => change(site, { hours: hours.length ? hours : null });
