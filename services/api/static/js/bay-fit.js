// Why a bay or a time does not fit a shipment, in words; and where it does.
import { clockTimeWithDay, instant } from "./format.js";
import { t } from "./i18n.js";
import { zone } from "./zone.js";

/**
 * Why a shipment cannot use a bay at all; null when it can.
 * @param {Api.QueueRow} row
 * @param {Api.Bay} bay
 * @param {string[]} equipment
 */
export function misfit(row, bay, equipment = []) {
  if (bay.unfit_since) return t("desk.unfit", { reason: bay.unfit_reason ?? "" });
  if (bay.bay_class !== row.bay_class) return t("desk.needs", { kind: t(`desk.class.${row.bay_class}`) });
  const lacks = equipment.filter((one) => !bay.equipment.includes(one));
  return lacks.length ? t("desk.lacks", { what: lacks.join(t("common.comma")) }) : null;
}

/**
 * Stretches of [begin, end) in which a bay takes nobody.
 * @param {Api.OpenStretch[]} open
 * @param {number} begin
 * @param {number} end
 */
export function closedWithin(open, begin, end) {
  const found = [];
  let at = begin;
  for (const { start, end: until } of [...open].sort((a, b) => instant(a.start) - instant(b.start))) {
    if (instant(start) > at) found.push([at, Math.min(instant(start), end)]);
    at = Math.max(at, instant(until));
  }
  if (at < end) found.push([at, end]);
  return found.filter(([from, to]) => to > from);
}

/**
 * Times that do not fit: before the goods are ready, after the latest start.
 * @param {Api.QueueRow} row
 * @param {number} begin
 * @param {number} end
 * @param {number} now
 */
export function wrongTimes(row, begin, end, now) {
  const [ready, latest] = [instant(row.ready_at), instant(row.latest_start)];
  /** @type {[from: number, to: number, kind: string, words: string][]} */
  const found = [];
  if (ready !== null && ready > begin) {
    found.push([
      begin,
      Math.min(ready, end),
      "early",
      t("desk.ready_from", { time: clockTimeWithDay(ready, now, zone.name) }),
    ]);
  }
  if (latest < end) {
    found.push([
      Math.max(latest, begin),
      end,
      "late",
      t("desk.too_late", { time: clockTimeWithDay(latest, now, zone.name) }),
    ]);
  }
  return found.filter(([from, to]) => to > from);
}
