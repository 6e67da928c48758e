// Whom it touches when a bay takes nobody: what is booked in that time, told in the dialog before it is sent.
import { get, RequestError } from "./api.js";
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { clockTimeWithDay, instant } from "./format.js";
import { t } from "./i18n.js";
import { instantIn } from "./zones.js";

const HOUR = 3_600_000;
const SHOWN = 8;
const MOST = 500;
// What still waits for its bay or is in it; whose inspection is over is touched by nothing.
const WAITS = new Set(["REQUESTED", "TENTATIVE", "CONFIRMED", "CHECKED_IN", "IN_INSPECTION"]);

/**
 * The local midnight with which a day begins, or the one with which it ends.
 * @param {string} day
 * @param {string} zone
 */
function midnight(day, zone, after = 0) {
  const begin = instantIn(`${day}T00:00`, zone);
  if (begin === null || !after) return begin;
  return instantIn(`${new Date(Date.parse(day) + 24 * HOUR).toISOString().slice(0, 10)}T00:00`, zone);
}

/**
 * From when until when the fields say that nobody is taken; null while they say no such time.
 * @param {Record<string, any>} body
 * @param {string} zone Of the site.
 * @returns {[from: number, to: number] | null}
 */
function stretchOf({ from, to, first_day: first, last_day: last = first }, zone) {
  const [begin, end] = first
    ? [midnight(first, zone), midnight(last, zone, 1)]
    : [from, to].map((one) => (one ? instant(one) : null));
  return begin === null || end === null || end <= begin ? null : [begin, end];
}

/**
 * @param {Api.Site} site
 * @param {string | undefined} bayId Every bay when there is none.
 * @param {[from: number, to: number]} stretch
 * @returns {Promise<Api.Appointment[]>}
 */
async function touched(site, bayId, [from, to]) {
  const times = [from, to].map((ms) => new Date(ms).toISOString());
  const query = `site_id=${site.site_id}&from=${times[0]}&to=${times[1]}&limit=${MOST}`;
  /** @type {Api.Appointment[]} */
  const found = (await get(`/appointments?${query}`)).items;
  return found
    .filter((one) => WAITS.has(one.state) && (!bayId || one.bay_id === bayId))
    .filter((one) => instant(one.start) < to && instant(one.end) > from)
    .sort((a, b) => instant(a.start) - instant(b.start));
}

/**
 * @param {Api.Site} site
 * @param {Api.Appointment[]} found
 */
function lines(site, found) {
  const now = serverNow();
  if (!found.length) return [h("p", {}, t("capacity.touches_none"))];
  const rows = found.slice(0, SHOWN).map((one) => {
    const time = clockTimeWithDay(instant(one.start), now, site.zone);
    return h("li", {}, h("span", { class: "num" }, time), " ", h("b", {}, one.shipment_reference), ` ${one.bay_id}`);
  });
  const more = found.length - rows.length;
  return [
    h("p", {}, t("capacity.touches", { n: found.length })),
    h("ul", {}, rows, more ? h("li", {}, t("capacity.touches_more", { n: more })) : null),
  ];
}

/**
 * What a dialog tells while its fields say when a bay takes nobody.
 * @param {Api.Site} site
 * @param {(body: Record<string, any>) => Record<string, any>} [timesOf] When the fields do not say it themselves.
 * @returns {(body: Record<string, any>) => Promise<HTMLElement[]>}
 */
export const whomItTouches =
  (site, timesOf = (body) => body) =>
  async (body) => {
    const times = timesOf(body);
    const stretch = stretchOf(times, site.zone);
    if (!stretch) return [];
    try {
      return lines(site, await touched(site, times.bay_id, stretch));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return [h("p", {}, t("capacity.touches_unknown"))];
    }
  };

/**
 * An unfit bay takes nobody until somebody says otherwise: the day that comes is looked at.
 * @param {Api.Site} site
 * @param {Api.Bay} bay
 */
export const whomAnUnfitBayTouches = (site, bay) =>
  whomItTouches(site, () => {
    const [from, to] = [0, 24 * HOUR].map((ms) => new Date(serverNow() + ms).toISOString());
    return { from, to, bay_id: bay.bay_id };
  });
