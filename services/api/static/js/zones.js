// Times as people write them: date and clock in a named zone, turned into an instant in UTC.
import { zoneName } from "./format.js";

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const ZONES = [
  ...new Set([
    HERE,
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Macau",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Singapore",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
  ]),
];

/**
 * Milliseconds by which a zone is ahead of UTC at an instant.
 * @param {number} ms
 * @param {string} zone
 */
function offsetAt(ms, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(ms);
  /** @param {string} type */
  const of = (type) => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return local - Math.floor(ms / 1000) * 1000;
}

/**
 * "2026-11-22T14:42" in a zone as an instant, or null when it is not a time.
 * @param {string} text
 * @param {string} zone
 */
export function instantIn(text, zone) {
  const asUtc = Date.parse(`${text}Z`);
  if (!text || Number.isNaN(asUtc)) return null;
  // Twice, because the offset may change between the guess and the instant.
  const guess = asUtc - offsetAt(asUtc, zone);
  return asUtc - offsetAt(guess, zone);
}

/**
 * The same as the API wants it; undefined when it is not a time.
 * @param {string} text
 * @param {string} zone
 */
export function isoIn(text, zone) {
  const ms = instantIn(text, zone);
  return ms === null ? undefined : new Date(ms).toISOString();
}

/**
 * The midnights between which a local day lies; the next is looked up, because a day may have 23 hours.
 * @param {string} day 2026-11-22
 * @param {string} zone
 * @returns {[begin: number, end: number] | null}
 */
export function dayIn(day, zone) {
  const begin = instantIn(`${day}T00:00`, zone);
  if (begin === null) return null;
  const next = fieldText(begin + 36 * 3_600_000, zone).slice(0, 10);
  return [begin, instantIn(`${next}T00:00`, zone) ?? begin];
}

/**
 * An instant as a datetime-local field of a zone wants it.
 * @param {number} ms
 * @param {string} zone
 */
export function fieldText(ms, zone) {
  return new Date(ms + offsetAt(ms, zone)).toISOString().slice(0, 16);
}

/**
 * Fill a select with the zones, each with its present offset.
 * @param {Part} select
 */
export function fillZones(select, chosen = HERE) {
  const now = Date.now();
  select.replaceChildren(
    ...ZONES.map((zone) => {
      const option = document.createElement("option");
      option.value = zone;
      option.textContent = zoneName(now, zone);
      option.selected = zone === chosen;
      return option;
    }),
  );
}
