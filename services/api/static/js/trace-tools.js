// What one chooses beside a trace: probe, stretch of time, the whole again, and a file of it.
import { h } from "./dom.js";
import { dateTime, temperature } from "./format.js";
import { t } from "./i18n.js";

export class TraceTools extends EventTarget {
  constructor(chart) {
    super();
    const part = (name) => chart.querySelector(`[data-part=${name}]`);
    [this.#probes, this.#stretch, this.#whole] = ["probe", "stretch", "whole"].map(part);
    this.#stretch.value = chart.dataset.stretch ?? "day";
    const tell = (name) => () => this.dispatchEvent(new Event(name));
    this.#probes.addEventListener("change", tell("change"));
    this.#stretch.addEventListener("change", () => {
      this.zoomed = false;
      tell("change")();
    });
    this.#whole.addEventListener("click", tell("whole"));
    part("csv").addEventListener("click", tell("csv"));
  }

  #probes;
  #stretch;
  #whole;

  get stretch() {
    return this.#stretch.value;
  }

  get probe() {
    return this.#probes.value;
  }

  set zoomed(on) {
    this.#whole.hidden = !on;
  }

  /** Another box: the probes of the last one are gone. */
  forget() {
    this.zoomed = false;
    this.#probes.replaceChildren();
    this.#probes.hidden = true;
  }

  /** The probes that told something; a choice among one is none. */
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

/** The newest readings as rows of a table, the newest first. */
export function tableRows(points, zone) {
  const cell = (words) => h("td", {}, words);
  return points
    .slice(-60)
    .reverse()
    .map(({ at, temp }) =>
      h("tr", {}, cell(dateTime(at, zone)), cell(dateTime(at, "UTC")), cell(temperature(temp, 2))),
    );
}
