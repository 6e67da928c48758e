// What one chooses beside a trace: probe, stretch of time, the whole again, and a file of it.
import { saveCsv } from "./csv.js";
import { h } from "./dom.js";
import { dateTime, temperature } from "./format.js";
import { t } from "./i18n.js";
import { forecastOf, limitsOf } from "./trace-data.js";
import { remarks } from "./trace-edge.js";
import { labelRange } from "./verdict.js";

/** @import {Point, Trace} from "./trace-data.js" */

/** So many parts that came late, or were revised, are told in words: the newest. */
const TOLD = 3;

export class TraceTools extends EventTarget {
  /** @param {HTMLElement} chart */
  constructor(chart) {
    super();
    /** @param {string} name */
    const part = (name) => /** @type {HTMLSelectElement} */ (chart.querySelector(`[data-part=${name}]`));
    [this.#probes, this.#stretch, this.#whole] = ["probe", "stretch", "whole"].map(part);
    this.#stretch.value = chart.dataset.stretch ?? "day";
    /** @param {string} name */
    const tell = (name) => () => this.dispatchEvent(new Event(name));
    this.#probes.addEventListener("change", tell("change"));
    this.#stretch.addEventListener("change", () => {
      this.zoomed = false;
      tell("change")();
    });
    this.#cursor = /** @type {Part} */ (chart.querySelector("[data-part=cursor]"));
    this.#keys = ["limit", "forecast", "late", "revised"].map(part);
    for (const name of ["whole", "csv", "nearer", "wider", "earlier", "later"])
      part(name).addEventListener("click", tell(name));
    for (const event of ["input", "focus", "blur"]) this.#cursor.addEventListener(event, tell("point"));
  }

  /** @type {HTMLSelectElement} */
  #probes;
  /** @type {HTMLSelectElement} */
  #stretch;
  /** @type {HTMLElement} */
  #whole;
  /** What the legend says only of a curve that has it. @type {HTMLElement[]} */
  #keys;
  /** Moves along the readings by key. @type {Part} */
  #cursor;

  get stretch() {
    return this.#stretch.value;
  }

  get probe() {
    return this.#probes.value;
  }

  /** The reading that the cursor was brought to by key, by number; none when nobody is at it. */
  get point() {
    return document.activeElement === this.#cursor ? Number(this.#cursor.value) : -1;
  }

  /** How many readings there are to go along; until somebody does, the cursor stands at the newest. @param {number} n */
  set points(n) {
    const newest = String(Math.max(0, n - 1));
    this.#cursor.setAttribute("max", newest);
    if (document.activeElement !== this.#cursor) this.#cursor.value = newest;
  }

  /**
   * The legend names only what the curve has.
   * @param {Trace} trace
   * @param {Api.Shipment | null} shipment
   */
  explain({ late, revised }, shipment) {
    const ahead = shipment ? [limitsOf(shipment).limit !== null, forecastOf(shipment)] : [];
    [ahead[0], ahead[1], late.length, revised.length].forEach((has, n) => {
      this.#keys[n].hidden = !has;
    });
  }

  /** What the cursor says. @param {string} words */
  set told(words) {
    this.#cursor.setAttribute("aria-valuetext", words || t("live.no_readings"));
  }

  /** @param {boolean} on */
  set zoomed(on) {
    this.#whole.hidden = !on;
  }

  /** Another box: the probes of the last one are gone. */
  forget() {
    this.zoomed = false;
    this.#probes.replaceChildren();
    this.#probes.hidden = true;
  }

  /**
   * The probes that told something; a choice among one is none.
   * @param {string[]} probes
   */
  offer(probes) {
    const key = probes.join();
    if (this.#probes.dataset.key === key && this.#probes.options.length) return;
    const chosen = this.#probes.value;
    this.#probes.dataset.key = key;
    this.#probes.replaceChildren(
      h("option", { value: "" }, t("live.probe_payload")),
      ...probes.map((probe) => h("option", { value: probe }, t("live.probe_named", { probe }))),
    );
    this.#probes.value = probes.includes(chosen) ? chosen : "";
    this.#probes.hidden = probes.length < 2;
  }
}

/**
 * The newest readings as rows of a table, the newest first.
 * @param {Trace} trace
 * @param {string} zone
 */
export function tableRows(trace, zone) {
  /** @param {Content} words */
  const cell = (words) => h("td", {}, words);
  return trace.points
    .slice(-60)
    .reverse()
    .map(({ at, temp }) =>
      h(
        "tr",
        {},
        ...[
          dateTime(at, zone),
          dateTime(at, "UTC"),
          temp === null ? "–" : temperature(temp, 2),
          remarks(trace, at, zone).join(" · "),
        ].map(cell),
      ),
    );
}

/**
 * The curve for whoever does not see it: how many readings, the newest, what is allowed, what came late and what that revised.
 * @param {Trace} trace
 * @param {Api.Shipment | null} shipment
 * @param {string} zone
 */
export function curveWords(trace, shipment, zone) {
  const last = trace.points.at(-1);
  if (!last || !shipment) return t("live.no_readings");
  const words = t("live.trace_words", {
    box: trace.box ?? "–",
    n: trace.points.length,
    temp: last.temp === null ? t("live.no_reading") : temperature(last.temp),
    time: dateTime(last.at, zone),
    range: labelRange(shipment.profile),
  });
  /** @param {string} key @param {number[][]} parts */
  const told = (key, parts) =>
    parts.slice(-TOLD).map(([from, to, came = to]) => {
      const [begin, end, time] = [from, to, came].map((at) => dateTime(at, zone));
      return t(key, { from: begin, to: end, time });
    });
  return [words, ...told("live.trace_late", trace.late), ...told("live.trace_revised", trace.revised)].join(" ");
}

/**
 * Readings as a file: UTC and the page's zone, °C.
 * @param {string} name
 * @param {Point[]} points
 * @param {string} zone
 */
export const saveTrace = (name, points, zone) =>
  saveCsv(name, [
    ["time_utc", `time ${zone}`, "temperature_c"],
    ...points.map(({ at, temp }) => [new Date(at).toISOString(), dateTime(at, zone), temp]),
  ]);
