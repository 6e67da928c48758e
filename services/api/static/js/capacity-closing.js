// When a bay takes nobody: a closure, holidays, a bay that is unfit; each tells first whom it touches.
import { post } from "./api.js";
import { bayField, field, reason, span, today } from "./capacity-fields.js";
import { whomAnUnfitBayTouches, whomItTouches } from "./capacity-touched.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { named } from "./page.js";

const DAY_MS = 86_400_000;
const MOST_DAYS = 60;

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
    tells: whomItTouches(site),
    act: (body, key) => post(`/sites/${site.site_id}/closures`, body, key),
  });

/**
 * Every day from the first to the last, as the site's calendar has them.
 * @param {string} first
 * @param {string} last
 */
function daysBetween(first, last) {
  const days = [];
  for (let at = Date.parse(first); at <= Date.parse(last) && days.length <= MOST_DAYS; at += DAY_MS)
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
    tells: whomItTouches(site),
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
    tells: bay.unfit_since ? undefined : whomAnUnfitBayTouches(site, bay),
    act: (body, key) =>
      post(`/sites/${site.site_id}/bays/${bay.bay_id}/fitness`, { fit: Boolean(bay.unfit_since), ...body }, key),
  });
