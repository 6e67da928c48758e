// What stands on the map for a box, a site's boxes or an estimate: its element, and its name for whoever does not see it.
import { board } from "./board.js";
import { h, icon } from "./dom.js";
import { clockTimeWithDay, instant } from "./format.js";
import { t } from "./i18n.js";
import { LOUD, SEVERITY } from "./map-places.js";
import { named } from "./page.js";
import { isSilent } from "./verdict.js";

/** @import {Place} from "./map-places.js" */
/** @typedef {{element: HTMLElement, name: string, labelled: boolean}} Mark */

const latestOf = (/** @type {Place} */ { shipment }) =>
  instant(shipment.latest_inspection_start) ?? Number.MAX_SAFE_INTEGER;

/**
 * Of several: the gravest, and of those that are alike the one to inspect first.
 * @param {Place[]} places
 */
export const worstOf = (places) =>
  places.toSorted((a, b) => SEVERITY.indexOf(a.mark) - SEVERITY.indexOf(b.mark) || latestOf(a) - latestOf(b))[0];

/**
 * A ring with a count, and the worst by name.
 * @param {Api.Site} site
 * @param {Place[]} here
 * @param {Place} worst
 * @returns {Mark}
 */
export function ringOf(site, here, worst) {
  const reference = h("span", { class: "mono" }, ` ${worst.shipment.reference}`);
  const label = h(
    "span",
    { class: `ring-label is-${worst.mark}` },
    h("b", {}, site.site_id),
    ` ${t("live.at_site")}`,
    h("br"),
    icon(`m-${worst.mark}`, "mark"),
    reference,
  );
  const element = h("div", { class: "ring" }, h("b", { class: "ring-count num" }, String(here.length)), label);
  const name = t("live.ring_name", { site: named(site), n: here.length, worst: worst.shipment.reference });
  return { element, name, labelled: LOUD.has(worst.mark) };
}

/**
 * A box: by name when it asks for somebody or is chosen; grey, with the time it was last heard, when it is silent.
 * @param {Place} one
 * @param {number} now
 * @param {"right" | "left" | null} side On which side the time finds room.
 * @returns {Mark}
 */
export function pinOf({ shipment, mark, chosen }, now, side) {
  const silent = isSilent(shipment);
  const labelled = LOUD.has(mark) || mark === "adv" || chosen;
  const heard = instant(shipment.last_reading?.placed_at);
  const time = silent && heard !== null ? clockTimeWithDay(heard, now, board.zone) : null;
  const said = `${shipment.reference}${t("common.comma")}${t(`live.mark.${mark}`)}`;
  const element = h(
    "div",
    { class: `pin is-${mark}${silent ? " old" : ""}${chosen ? " chosen" : ""}` },
    icon(`m-${mark}`, "mark"),
    labelled ? h("span", { class: "pin-label mono" }, shipment.reference) : null,
    time && (side || labelled) ? h("span", { class: `pin-time num ${side ?? ""}` }, time) : null,
  );
  return { element, name: time ? t("live.silent_pin", { said, time }) : said, labelled };
}

/**
 * Where a silent box should be by now: a tick on its way that says that it is an estimate.
 * @param {Place} one
 * @param {number} now
 * @param {boolean} room
 * @returns {Mark}
 */
export function estimateOf({ shipment, chosen }, now, room) {
  const until = instant(shipment.summary?.silence?.expected_until) ?? now;
  const time = clockTimeWithDay(until, now, board.zone);
  const words = chosen ? t("live.expected_now") : room ? t("live.expected_short") : null;
  const element = h("div", { class: "estimate" }, h("i", {}), words ? h("span", {}, words) : null);
  const name = t("live.expected_now_long", { reference: shipment.reference, time });
  return { element, name, labelled: chosen };
}
