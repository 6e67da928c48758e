// The curve of the chosen box: fetched once, then continued from the stream.
import { get } from "./api.js";
import { inUnit, instant } from "./format.js";
import { boxOf } from "./verdict.js";

/**
 * @typedef {{at: number, temp: number | null, min: number | null, max: number | null}} Point
 * @typedef {{at: number, kind: string}} Event
 * @typedef {{box: string | null, probe: string, probes: string[], thinned: boolean, points: Point[],
 *   gaps: number[][], late: number[][], revised: number[][], events: Event[]}} Trace
 * @typedef {{from: number, to: number, off: boolean, came: number | null}} Bar
 * @typedef {{lo: number | null, hi: number | null, limit: number | null, side: string}} Limits
 * @typedef {{at: number, temp: number, limit: number, p10: number, p50: number}} Forecast
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const POINTS = 1_000;
/** What of a record of inspection is not decided yet. */
const OPEN = new Set(["OPEN", "WAITING_FOR_PAPERS"]);
/** So many readings are asked for at once when every one is wanted: less than the server's most. */
const RAW_POINTS = 10_000;
const RAW_STRETCH = 5 * DAY;
/** @type {Record<string, number>} */
const BACK = { journey: Infinity, day: DAY, hours: 6 * HOUR };

/**
 * From when the trace is shown: since packing, at most as far back as the stretch says.
 * @param {Api.Shipment} shipment
 * @param {number} now
 */
export function traceFrom(shipment, now, stretch = "day") {
  const packed = (shipment.payloads ?? []).map((one) => instant(one.pack_closed_at)).filter(Boolean);
  const begin = packed.length ? Math.min(...packed) - HOUR / 2 : now - DAY;
  return Math.max(begin, now - BACK[stretch]);
}

/**
 * @param {string} box
 * @param {number[]} between
 * @param {object} [more]
 * @returns {Promise<Api.Trace>}
 */
async function read(box, [from, to], more) {
  const wishes = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), ...more });
  return get(`/boxes/${encodeURIComponent(box)}/trace?${wishes}`);
}

/** @param {Api.Trace} trace */
function pointsOf({ from_s: first, t, temp_c: temps, min_c: lows, max_c: highs }) {
  return t.map((after, index) => ({
    at: (first + after) * 1000,
    temp: temps[index],
    min: lows ? lows[index] : temps[index],
    max: highs ? highs[index] : temps[index],
  }));
}

/**
 * Readings, gaps and events of a shipment's box between two instants; on a close look every one of a
 * stretch of some days. Rejects with RequestError.
 * @param {Api.Shipment} shipment
 * @param {number[]} between
 */
export async function loadTrace(shipment, between, probe = "", close = false) {
  const box = boxOf(shipment);
  if (!box) return emptyTrace();
  const answer = await read(box, between, { max_points: close ? RAW_POINTS : POINTS, ...(probe && { probe }) });
  return {
    box,
    probe,
    probes: answer.probes,
    thinned: answer.resolution_s > 0,
    points: pointsOf(answer),
    gaps: answer.gaps.map((gap) => [Date.parse(gap.from), Date.parse(gap.to)]),
    late: answer.late.map((late) => [Date.parse(late.from), Date.parse(late.to), instant(late.received_at)]),
    revised: answer.revised.map((part) => [Date.parse(part.from), Date.parse(part.to)]),
    events: answer.events.map((event) => ({ at: Date.parse(event.t), kind: event.kind })),
  };
}

/**
 * Every single reading between two instants, in parts that the server gives without thinning.
 * @param {Api.Shipment} shipment
 * @param {number[]} between
 */
export async function loadRaw(shipment, [from, to], probe = "") {
  const points = [];
  for (let begin = from; begin < to; begin += RAW_STRETCH) {
    const part = [begin, Math.min(begin + RAW_STRETCH, to)];
    points.push(...pointsOf(await read(boxOf(shipment), part, { max_points: RAW_POINTS, ...(probe && { probe }) })));
  }
  return points;
}

/** @returns {Trace} */
export const emptyTrace = () => ({
  box: null,
  probe: "",
  probes: [],
  thinned: false,
  points: [],
  gaps: [],
  late: [],
  revised: [],
  events: [],
});

/**
 * Append the newest reading of the stream; true when it was newer than the curve.
 * @param {Trace} trace
 * @param {Api.Shipment} shipment
 */
export function continueTrace(trace, shipment) {
  const reading = shipment.last_reading;
  const at = instant(reading?.placed_at);
  if (!reading || at === null || reading.box_id !== trace.box || trace.probe) return false;
  const last = trace.points.at(-1);
  if (last && at <= last.at) return false;
  trace.points.push({ at, temp: reading.temp_c, min: reading.temp_c, max: reading.temp_c });
  return true;
}

/**
 * Columns for uPlot: seconds and °C, with a hole wherever the box told nothing.
 * @param {Trace} trace
 */
export function columns(trace) {
  const rows = trace.points.map(({ at, temp }) => ({ s: at / 1000, temp }));
  for (const [from] of trace.gaps) rows.push({ s: from / 1000 + 1, temp: null });
  rows.sort((a, b) => a.s - b.s);
  return { at: rows.map(({ s }) => s), temps: rows.map(({ temp }) => temp) };
}

/**
 * The limits a chart shows: allowed band, and the limit the forecast runs into.
 * @param {Api.Shipment} shipment
 */
export function limitsOf(shipment) {
  /** @type {Partial<Api.ProfileBrief>} */
  const profile = shipment.profile ?? {};
  const summary = shipment.summary ?? {};
  const forecast = summary.forecast ?? null;
  const broken = summary.limit_kind && summary.limit_kind !== "label" ? summary.limit_in_force_c : null;
  const [lo, hi] = [profile.label_lo_c ?? null, profile.label_hi_c ?? null];
  const next = forecast?.limit_c ?? broken ?? null;
  const limit = next === lo || next === hi ? null : next;
  return { lo, hi, limit, side: summary.limit_side ?? "high" };
}

/**
 * The fan from the newest reading to where it crosses the limit; null without a forecast.
 * @param {Api.Shipment} shipment
 */
export function forecastOf(shipment) {
  const forecast = shipment.summary?.forecast;
  const at = instant(shipment.last_reading?.placed_at);
  const p50 = instant(forecast?.p50_at);
  if (!forecast || at === null || p50 === null || p50 <= at) return null;
  const p10 = instant(forecast.p10_at) ?? p50;
  return { at, temp: shipment.last_reading?.temp_c, limit: forecast.limit_c, p10, p50 };
}

/**
 * What the box told, and what the legs say, in order of time.
 * @param {Trace} trace
 * @param {Api.Shipment} shipment
 */
export function eventsOf(trace, shipment) {
  const legs = (shipment.legs ?? []).flatMap((leg) => [
    { at: instant(leg.actual_departure), kind: "departed" },
    { at: instant(leg.actual_arrival), kind: "landed" },
  ]);
  const { appointment: booked, clearance } = shipment;
  if (booked) legs.push({ at: instant(booked.start), kind: "inspection" });
  if (clearance) legs.push({ at: instant(clearance.at), kind: OPEN.has(clearance.state) ? "inspected" : "decided" });
  const known = [...trace.events];
  for (const { at, kind } of legs) if (at !== null) known.push({ at, kind });
  return known.sort((a, b) => a.at - b.at);
}

/**
 * Stretches in which the radio was off in flight, by the box's own word; the last one goes on while silence is planned.
 * @param {Trace} trace
 * @param {Api.Shipment} shipment
 * @param {number} now
 */
function silencesOf(trace, shipment, now) {
  const told = trace.events.filter(({ kind }) => kind === "radio_off" || kind === "radio_on");
  const ends = told.map((event, n) => ({ ...event, to: told[n + 1]?.at ?? null }));
  const found = ends.filter(({ kind, to }) => kind === "radio_off" && to !== null).map(({ at, to }) => [at, to]);
  if (shipment.summary?.silence?.state !== "planned") return found;
  const since = (told.at(-1)?.kind === "radio_off" ? told : trace.points).at(-1)?.at;
  return since === undefined || since >= now ? found : [...found, [since, now]];
}

/**
 * Bars at the lower edge: where the radio was off, and what came later than it was taken, with when it came.
 * @param {Trace} trace
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @returns {Bar[]}
 */
export function barsOf(trace, shipment, now) {
  const silences = silencesOf(trace, shipment, now);
  /** @param {number[]} a @param {number[]} b */
  const meet = ([from, to], [begin, end]) => from < end && to > begin;
  const late = trace.late.filter((one) => !silences.some((silence) => meet(silence, one)));
  return [
    ...silences.map((silence) => ({
      from: silence[0],
      to: silence[1],
      off: true,
      came: trace.late.find((one) => meet(silence, one))?.[2] ?? null,
    })),
    ...late.map(([from, to, came]) => ({ from, to, off: false, came })),
    ...trace.late
      .filter((one) => !late.includes(one))
      .map(([from, to]) => ({ from, to, off: false, came: /** @type {number | null} */ (null) })),
  ].sort((a, b) => a.from - b.from);
}

/**
 * From when until when a chart shows the whole, in seconds: with what is ahead in the forecast.
 * @param {Api.Shipment} shipment
 * @param {Trace} trace
 * @param {string} stretch
 * @param {number} now
 */
export function timeRange(shipment, trace, stretch, now) {
  const from = traceFrom(shipment, now, stretch);
  const first = Math.max(from, Math.min(trace.points[0]?.at ?? from, now - 30 * MINUTE) - 5 * MINUTE);
  const forecast = forecastOf(shipment);
  const span = now - first;
  const ahead = forecast ? Math.min((forecast.p50 - now) * 1.3, span * 1.5) : 0;
  return [first / 1000, (now + Math.max(span * 0.08, ahead)) / 1000];
}

/**
 * From which degree to which, in the reader's unit: all that was measured, and the limits.
 * @param {Api.Shipment} shipment
 * @param {Trace} trace
 */
export function degreeRange(shipment, trace) {
  const temps = trace.points.flatMap((point) => [point.min, point.max]).filter((temp) => temp !== null);
  const { lo, hi, limit } = limitsOf(shipment);
  const wanted = [...temps, lo, hi, limit].filter((value) => value !== null && value !== undefined);
  if (!wanted.length) return [0, 10].map(inUnit);
  const [low, high] = [Math.min(...wanted), Math.max(...wanted)];
  const margin = Math.max((high - low) * 0.18, 1);
  return [low - margin, high + margin].map(inUnit);
}
