// What customs and administrators do about a site's capacity: what it needs is asked for in a dialog.
import { get, patch, post } from "./api.js";
import { serverNow } from "./clock.js";
import { inForce } from "./clearance-words.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { zone } from "./zone.js";
import { fieldText } from "./zones.js";

const HOUR = 3_600_000;
const DAY_MIN = 1440;
const MOST_DAYS = 60;
const EVERY = "";

/** @param {string} name @param {Partial<import("./form-dialog.js").Field>} [extra] */
const field = (name, extra = {}) => ({ name, label: t(`capacity.field.${name}`), required: true, ...extra });
/**
 * @param {string} name
 * @param {number | null} value
 * @param {number[]} limits
 * @param {string} unit
 */
const amount = (name, value, [min, max], unit, extra = {}) =>
  field(name, {
    label: t(`capacity.in_${unit}`, { what: t(`capacity.field.${name}`) }),
    kind: "number",
    value: value ?? "",
    min,
    max,
    step: "1",
    ...extra,
  });
/**
 * @param {string} name
 * @param {number | null} value
 */
const minutes = (name, value, [min, max] = [0, DAY_MIN], extra = {}) => amount(name, value, [min, max], "min", extra);
const reason = () => field("reason", { kind: "area", hint: t("capacity.no_names") });

/** The whole hour that comes, and one later. */
function span() {
  const whole = Math.ceil(serverNow() / HOUR) * HOUR;
  return [field("from", { kind: "moment", value: whole }), field("to", { kind: "moment", value: whole + HOUR })];
}

/**
 * @param {Api.Site} site
 * @param {Api.Bay | null} [bay]
 */
const bayField = (site, bay, every = false) =>
  field("bay_id", {
    kind: "select",
    required: false,
    value: bay?.bay_id,
    options: [
      ...(every ? [[EVERY, t("capacity.every_bay")]] : []),
      ...site.bays.map((one) => [one.bay_id, named(one)]),
    ],
  });

const today = () => fieldText(serverNow(), zone.name).slice(0, 10);

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
 * @param {Api.Site} site
 * @param {Api.Bay} [bay]
 */
export const close = (site, bay) =>
  askFor({
    title: t("capacity.form.close"),
    hint: t("capacity.hint.close"),
    fields: [bayField(site, bay, true), ...span(), reason()],
    submit: t("capacity.do.close"),
    said: t("capacity.said.closed"),
    act: (body, key) => post(`/sites/${site.site_id}/closures`, body, key),
  });

/**
 * Every day from the first to the last, as the site's calendar has them.
 * @param {string} first
 * @param {string} last
 */
function daysBetween(first, last) {
  const days = [];
  for (let at = Date.parse(first); at <= Date.parse(last) && days.length <= MOST_DAYS; at += 24 * HOUR)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

/**
 * Holidays: whole days on the site's clock, on which every bay, or one, takes nobody.
 * @param {Api.Site} site
 */
export const holidays = (site) =>
  askFor({
    title: t("capacity.form.holidays"),
    hint: t("capacity.hint.holidays"),
    fields: [
      field("first_day", { kind: "day", min: today() }),
      field("last_day", { kind: "day", required: false, min: today(), hint: t("capacity.last_day_hint") }),
      bayField(site, null, true),
      reason(),
    ],
    submit: t("capacity.do.holidays"),
    said: t("capacity.said.closed"),
    check: ({ first_day: first, last_day: last = first }) =>
      last < first
        ? ["last_day", t("capacity.last_before_first")]
        : daysBetween(first, last).length > MOST_DAYS
          ? ["last_day", t("capacity.too_many_days", { n: MOST_DAYS })]
          : null,
    act: ({ first_day: first, last_day: last = first, ...body }, key) =>
      post(`/sites/${site.site_id}/closures`, { ...body, days: daysBetween(first, last) }, key),
  });

/**
 * @param {Api.Site} site
 * @param {Api.Bay} bay
 */
export const setFitness = (site, bay) =>
  askFor({
    title: t(bay.unfit_since ? "capacity.form.fit" : "capacity.form.unfit", { bay: named(bay) }),
    hint: t("capacity.hint.fitness"),
    fields: [reason()],
    submit: t("capacity.do.fitness"),
    said: t("capacity.said.fitness"),
    act: (body, key) =>
      post(`/sites/${site.site_id}/bays/${bay.bay_id}/fitness`, { fit: Boolean(bay.unfit_since), ...body }, key),
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
