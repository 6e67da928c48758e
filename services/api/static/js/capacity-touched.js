// Whom it touches when a bay takes nobody: what is booked in that time, told in the dialog before it is sent.
import { every, RequestError } from "./api.js";
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { dateTime, instant, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { zone } from "./zone.js";
import { dayIn } from "./zones.js";

const HOUR = 3_600_000;
const SHOWN = 8;
// What still waits for its bay or is in it; whose inspection is over is touched by nothing.
const WAITS = new Set(["REQUESTED", "TENTATIVE", "CONFIRMED", "CHECKED_IN", "IN_INSPECTION"]);

/** @typedef {{from: number, to: number, bay: string | undefined, when: string}} Gone Every bay when there is none. */

/**
 * When the fields say that nobody is taken; null while they say no such time.
 * @param {Record<string, any>} body
 * @param {Api.Site} site
 * @returns {Gone | null}
 */
function goneBy({ from, to, first_day: first, last_day: last = first, bay_id: bay }, site) {
  const [begin, end] = first
    ? [dayIn(first, site.zone)?.[0] ?? null, dayIn(last, site.zone)?.[1] ?? null]
    : [instant(from ?? null), instant(to ?? null)];
  if (begin === null || end === null || end <= begin) return null;
  return { from: begin, to: end, bay, when: t("capacity.in_that_time") };
}

/**
 * @param {Api.Site} site
 * @param {Gone} gone
 */
async function touched(site, { from, to, bay }) {
  const times = [from, to].map((ms) => new Date(ms).toISOString());
  /** @type {Api.Appointment[]} */
  const found = await every(`/appointments?site_id=${site.site_id}&from=${times[0]}&to=${times[1]}`);
  return found
    .filter((one) => WAITS.has(one.state) && (!bay || one.bay_id === bay))
    .filter((one) => instant(one.start) < to && instant(one.end) > from)
    .sort((a, b) => instant(a.start) - instant(b.start));
}

/**
 * @param {Api.Site} site
 * @param {Api.Appointment} one
 */
function line(site, { start, bay_id: id, shipment_reference: reference, state }) {
  const bay = site.bays.find((known) => known.bay_id === id);
  const words = [bay ? named(bay) : id, t(`desk.place.${state}`)].join(t("common.comma"));
  const time = h("span", { class: "num" }, dateTime(instant(start), zone.name));
  return h("li", {}, time, " ", h("b", {}, reference), ` ${words}`);
}

/**
 * @param {Api.Site} site
 * @param {Api.Appointment[]} found
 * @param {string} when
 */
function lines(site, found, when) {
  if (!found.length) return [h("p", {}, t("capacity.touches_none", { when }))];
  const rows = found.slice(0, SHOWN).map((one) => line(site, one));
  const more = found.length - rows.length;
  const head = { when, n: found.length, zone: zoneName(serverNow(), zone.name) };
  return [
    h("p", {}, t("capacity.touches", head)),
    h("ul", {}, rows, more ? h("li", {}, t("capacity.touches_more", { n: more })) : null),
  ];
}

/**
 * What a dialog tells while its fields say when a bay takes nobody.
 * @param {Api.Site} site
 * @param {(body: Record<string, any>) => Gone | null} [goneOf]
 * @returns {(body: Record<string, any>) => Promise<HTMLElement[]>}
 */
export const whomItTouches =
  (site, goneOf = (body) => goneBy(body, site)) =>
  async (body) => {
    const gone = goneOf(body);
    if (!gone) return [];
    try {
      return lines(site, await touched(site, gone), gone.when);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return [h("p", {}, t("capacity.touches_unknown", { when: gone.when }))];
    }
  };

/**
 * An unfit bay takes nobody until somebody says otherwise: as far ahead as the site takes bookings is looked at.
 * @param {Api.Site} site
 * @param {Api.Bay} bay
 */
export const whomAnUnfitBayTouches = (site, bay) =>
  whomItTouches(site, () => {
    const [from, hours] = [serverNow(), site.book_ahead_h];
    return { from, to: from + hours * HOUR, bay: bay.bay_id, when: t("capacity.in_hours", { n: hours }) };
  });
