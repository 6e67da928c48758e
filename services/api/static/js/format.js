// Numbers, times and durations as words, all through Intl. Instants are milliseconds UTC.
import { has, t } from "./i18n.js";
import { language } from "./page.js";
import { unit } from "./unit.js";

const locale = language === "zh" ? "zh-CN" : "en-GB";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const formats = new Map();

/**
 * @param {string} zone
 * @param {any} options
 */
function clockFormat(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: "h23", ...options }));
  }
  return formats.get(key);
}

/**
 * Making a format costs fifty times what using it does.
 * @param {number} fewest
 * @param {number} most
 */
function numberFormat(fewest, most) {
  const key = `${fewest}:${most}`;
  if (!formats.has(key)) {
    const options = { minimumFractionDigits: fewest, maximumFractionDigits: most };
    formats.set(key, new Intl.NumberFormat(locale, options));
  }
  return formats.get(key);
}

/** @param {string} text */
const minus = (text) => text.replace("-", "−");

/**
 * An RFC 3339 instant as milliseconds; null when there is none.
 * @template {string | null | undefined} T
 * @param {T} text
 */
export function instant(text) {
  return /** @type {Instant<T>} */ (text ? Date.parse(text) : null);
}

/** @param {number} value */
export const number = (value, digits = 0) => minus(numberFormat(0, digits).format(value));

const CELSIUS = "°C";

/** The unit that goes with the value of `degrees`. */
export const unitName = () => (unit.fahrenheit ? "°F" : CELSIUS);

/**
 * A temperature in the unit that its reader chose.
 * @param {number} celsius
 */
export const inUnit = (celsius) => (unit.fahrenheit ? celsius * 1.8 + 32 : celsius);

/**
 * A temperature without its unit: one decimal, a true minus.
 * @param {number} celsius
 */
export const degrees = (celsius, digits = 1) => minus(numberFormat(digits, digits).format(inUnit(celsius)));

/**
 * A temperature: "4.8 °C", or "40.6 °F" for who reads that.
 * @param {number} celsius
 */
export const temperature = (celsius, digits = 1) => `${degrees(celsius, digits)} ${unitName()}`;

/**
 * A limit, without needless decimals: "−150 °C".
 * @param {number} celsius
 */
export const limitTemperature = (celsius) => `${number(inUnit(celsius), 1)} ${unitName()}`;

/**
 * From the lowest to the highest: "3.9 °C – 5.2 °C"; null as long as nothing is known.
 * @param {{ min_c?: number | null, max_c?: number | null }} extremes
 */
export function extremes({ min_c: low, max_c: high } = {}, digits = 2) {
  if (low === undefined || low === null || high === undefined || high === null) return null;
  return `${temperature(low, digits)} – ${temperature(high, digits)}`;
}

/**
 * A number of a record as it is kept; a temperature is told in the reader's unit behind it.
 * @param {{ value: number, unit: string }} recorded
 */
export function recordedNumber({ value, unit: kept }, digits = 4) {
  const words = [number(value, digits), kept === "1" ? "" : kept].filter(Boolean).join(" ");
  return kept === CELSIUS && unit.fahrenheit ? `${words} (${limitTemperature(value)})` : words;
}

/**
 * A temperature of a record, likewise.
 * @param {number} celsius
 */
export const recordedTemperature = (celsius, digits = 1) => recordedNumber({ value: celsius, unit: CELSIUS }, digits);

/**
 * 14:42 in a zone.
 * @param {number} ms
 * @param {string} zone
 */
export const clockTime = (ms, zone) => clockFormat(zone, { hour: "2-digit", minute: "2-digit" }).format(ms);

/**
 * 14:42:18 in a zone.
 * @param {number} ms
 * @param {string} zone
 */
export const clockTimeSeconds = (ms, zone) =>
  clockFormat(zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(ms);

/**
 * 22 Nov 2026, 14:42 or 2026年11月22日 14:42.
 * @param {number} ms
 * @param {string} zone
 */
export function dateTime(ms, zone) {
  const options = { day: "numeric", month: language === "zh" ? "long" : "short", year: "numeric" };
  return `${clockFormat(zone, options).format(ms)} ${clockTime(ms, zone)}`;
}

/**
 * How many calendar days of a zone lie between two instants.
 * @param {number} ms
 * @param {number} now
 * @param {string} zone
 */
export function daysApart(ms, now, zone) {
  /** @param {number} value */
  const day = (value) => {
    const parts = clockFormat(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(value);
    /** @param {string} type */
    const of = (type) => Number(parts.find((/** @type {Intl.DateTimeFormatPart} */ part) => part.type === type).value);
    return Date.UTC(of("year"), of("month") - 1, of("day"));
  };
  return Math.round((day(ms) - day(now)) / DAY);
}

/**
 * 14:57 today, "03:15 +1" tomorrow; in Chinese 次日 03:15, and 昨日 of the day before.
 * @param {number} ms
 * @param {number} now
 * @param {string} zone
 */
export function clockTimeWithDay(ms, now, zone) {
  const days = daysApart(ms, now, zone);
  const time = clockTime(ms, zone);
  if (days === 0) return time;
  const key = { 1: "common.time_next_day", [-1]: "common.time_day_before" }[days] ?? "common.time_other_day";
  return t(key, { time, days: days > 0 ? `+${days}` : `−${-days}` });
}

/**
 * Time that is left or used, as no time of day reads: "42 min", "1 h 12 min", days from 100 hours on; a sign when it is
 * over.
 * @param {number} ms
 */
export function hoursMinutes(ms) {
  const sign = ms < 0 ? "−" : "";
  const whole = Math.floor(Math.abs(ms) / MINUTE);
  const hours = Math.floor(whole / 60);
  if (hours >= 100) return sign + t("common.days", { n: number(hours / 24, 1) });
  const min = whole % 60;
  if (hours === 0) return sign + t("common.duration_min", { n: min });
  return sign + t(min ? "common.duration_h_min" : "common.duration_h", { h: hours, min });
}

/**
 * hh:mm:ss, for the one countdown people steer by.
 * @param {number} ms
 */
export function hoursMinutesSeconds(ms) {
  const sign = ms < 0 ? "−" : "";
  const whole = Math.floor(Math.abs(ms) / 1000);
  if (whole >= 360_000) return hoursMinutes(ms);
  /** @param {number} value */
  const two = (value) => String(value).padStart(2, "0");
  return `${sign}${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/**
 * A stretch in words: "7 min", "6 h 10 min", "3 d 2 h".
 * @param {number} ms
 */
export function duration(ms) {
  const minutes = Math.max(0, Math.floor(ms / MINUTE));
  if (minutes < 60) return t("common.duration_min", { n: minutes });
  if (minutes < 48 * 60) {
    const values = { h: Math.floor(minutes / 60), min: minutes % 60 };
    return t(values.min ? "common.duration_h_min" : "common.duration_h", values);
  }
  return t("common.duration_d_h", { d: Math.floor(minutes / 1440), h: Math.floor(minutes / 60) % 24 });
}

/**
 * "17 s ago" below a minute, "3 min ago" below an hour, the clock time after that.
 * @param {number} ms
 * @param {number} now
 * @param {string} zone
 */
export function age(ms, now, zone) {
  const seconds = Math.max(0, Math.floor((now - ms) / 1000));
  if (seconds < 60) return t("common.ago_s", { n: seconds });
  if (seconds < 3600) return t("common.ago_min", { n: Math.floor(seconds / 60) });
  return clockTimeWithDay(ms, now, zone);
}

/**
 * UTC+8, UTC+5:30. Never CST, which names three different zones.
 * @param {number} ms
 * @param {string} zone
 */
export function offsetName(ms, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(ms);
  const name = parts.find((part) => part.type === "timeZoneName");
  return minus((name?.value ?? "").replace("GMT", "UTC"));
}

/**
 * The place that gives a zone its name, translated where the catalogue knows it.
 * @param {string} zone
 */
export function zonePlace(zone) {
  const key = `zone.${zone}`;
  return has(key) ? t(key) : zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
}

/**
 * @param {number} ms
 * @param {string} zone
 */
export const zoneName = (ms, zone) =>
  zonePlace(zone) === "UTC" ? "UTC" : `${offsetName(ms, zone)} ${zonePlace(zone)}`;

/**
 * The allowed range of a profile: "2–8 °C", "≤ −150 °C".
 * @param {number | null | undefined} lo
 * @param {number | null | undefined} hi
 */
export function rangeText(lo, hi) {
  if (lo !== null && lo !== undefined && hi !== null && hi !== undefined) {
    return `${number(inUnit(lo), 1)}–${limitTemperature(hi)}`;
  }
  if (hi !== null && hi !== undefined) return `≤ ${limitTemperature(hi)}`;
  if (lo !== null && lo !== undefined) return `≥ ${limitTemperature(lo)}`;
  return "";
}
