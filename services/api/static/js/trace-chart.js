// The temperature of the chosen box over time, with what it is allowed and where it is going.
import { board } from "./board.js";
import { onTick, serverNow } from "./clock.js";
import { setText, token } from "./dom.js";
import { clockTime, inUnit, offsetName, temperature } from "./format.js";
import { t } from "./i18n.js";
import { noteError } from "./say.js";
import { store } from "./store.js";
import {
  columns,
  continueTrace,
  degreeRange,
  emptyTrace,
  eventsOf,
  forecastOf,
  limitsOf,
  loadRaw,
  loadTrace,
  timeRange,
  traceFrom,
} from "./trace-data.js";
import {
  clipped,
  drawBand,
  drawEnvelope,
  drawEvents,
  drawForecast,
  drawGaps,
  drawLimits,
  drawNow,
  frame,
} from "./trace-draw.js";
import { axes, drawUnits } from "./trace-axes.js";
import { curveWords, saveTrace, tableRows, TraceTools } from "./trace-tools.js";
import { boxOf } from "./verdict.js";
import { zone } from "./zone.js";

/** @import {Trace} from "./trace-data.js" */

const { uPlot } = window;
const HOUR = 3_600_000;
const RELOAD_MS = 60_000;
/** A snapshot that comes so soon after the trace was asked for tells nothing new of it. */
const SOON_MS = 5_000;

class TraceChart extends HTMLElement {
  #trace = emptyTrace();
  /** @type {Uplot.Plot | null} */
  #plot = null;
  /** @type {string | null} */
  #shown = null;
  /** @type {Api.Shipment | null} */
  #of = null;
  #loadedAt = 0;
  #failed = false;
  /** When the first curve stood, for those who measure. @type {PerformanceMark | null} */
  #marked = null;
  /** The drawn readings, °C. @type {(number | null)[]} */
  #temps = [];
  /** What is shown in place of the whole while somebody looks closer: its instants and readings. @type {{between: number[], trace: Trace | null} | null} */
  #close = null;

  connectedCallback() {
    this.canvas = this.querySelector(".plot");
    this.message = this.querySelector(".plot-message");
    this.table = this.querySelector("details");
    this.table.addEventListener("toggle", () => this.#writeTable());
    this.tools = new TraceTools(this);
    this.tools.addEventListener("change", () => {
      this.#close = null;
      this.#load();
    });
    this.tools.addEventListener("whole", () => this.#lookClose(null));
    this.tools.addEventListener("csv", () => this.#save());
    this.canvas.addEventListener("dblclick", () => this.#lookClose(null));
    board.addEventListener("select", () => this.#choose());
    store.addEventListener("snapshot", () => this.#choose());
    store.addEventListener("shipments", (event) => this.#onChange(event.detail));
    addEventListener("themechange", () => this.#make());
    zone.addEventListener("change", () => {
      this.#make();
      this.#redraw();
    });
    new ResizeObserver(() => this.#resize()).observe(this.canvas);
    onTick(() => this.#tick());
    if (store.ready) this.#choose();
  }

  /** The chosen shipment as it was last told: it may leave the board while its curve still stands. */
  get shipment() {
    this.#of = board.shipment ?? this.#of;
    return this.#of;
  }

  #choose() {
    const shipment = board.shipment;
    if (!shipment) return;
    const key = `${shipment.id}:${boxOf(shipment)}`;
    if (key !== this.#shown) {
      this.#shown = key;
      this.#trace = emptyTrace();
      this.#close = null;
      this.tools.forget();
      this.#make();
    } else if (!this.#failed && performance.now() - this.#loadedAt < SOON_MS) return;
    this.#load();
  }

  async #load() {
    const key = this.#shown;
    this.#loadedAt = performance.now();
    this.#failed = false;
    try {
      const now = serverNow();
      const between = [traceFrom(this.shipment, now, this.tools.stretch), now + HOUR];
      const trace = await loadTrace(this.shipment, between, this.tools.probe);
      if (key !== this.#shown) return;
      this.#trace = trace;
      this.tools.offer(trace.probes);
      continueTrace(trace, this.shipment);
      this.#tell(trace.points.length ? "" : t("live.no_readings"));
    } catch (error) {
      if (key !== this.#shown) return;
      this.#failed = true;
      const time = clockTime(serverNow(), board.zone);
      this.#tell(t("live.readings_failed", { status: error.status || t("common.nothing"), time }), true);
    }
    this.#redraw();
    dispatchEvent(new Event("tracedrawn"));
  }

  /**
   * Look closer at a stretch, with every reading of it; or at the whole again.
   * @param {number[] | null} between
   */
  async #lookClose(between) {
    this.#close = between && { between, trace: null };
    this.tools.zoomed = Boolean(between);
    this.#redraw();
    if (!between) return;
    const mine = this.#close;
    try {
      mine.trace = await loadTrace(this.shipment, between, this.tools.probe, true);
      if (mine === this.#close) this.#redraw();
    } catch (error) {
      noteError(error);
    }
  }

  get #seen() {
    return this.#close?.trace ?? this.#trace;
  }

  /** Every reading of the stretch as a file: UTC and the page's zone, °C. */
  async #save() {
    const now = serverNow();
    const between = this.#close?.between ?? [traceFrom(this.shipment, now, this.tools.stretch), now + HOUR];
    try {
      const points = await loadRaw(this.shipment, between, this.tools.probe);
      saveTrace(`${this.shipment.reference}-${this.#trace.box}.csv`, points, board.zone);
    } catch (error) {
      noteError(error);
    }
  }

  /** @param {string} words */
  #tell(words, bad = false) {
    setText(this.message.firstElementChild, words);
    this.message.hidden = !words;
    this.message.classList.toggle("bad", bad);
    const retry = this.message.querySelector("button");
    retry.hidden = !bad;
    retry.onclick = () => this.#load();
  }

  /** @param {Set<string>} ids */
  #onChange(ids) {
    const shipment = board.shipment;
    if (!shipment || !ids.has(shipment.id)) return;
    if (`${shipment.id}:${boxOf(shipment)}` !== this.#shown) this.#choose();
    else if (continueTrace(this.#trace, shipment)) {
      if (!this.message.classList.contains("bad")) this.#tell("");
      this.#redraw();
    }
  }

  #tick() {
    if (!board.shipment || store.paused || document.hidden) return;
    if (performance.now() - this.#loadedAt > RELOAD_MS) this.#load();
    else this.#redraw();
  }

  #xRange() {
    if (this.#close) return this.#close.between.map((ms) => ms / 1000);
    return timeRange(this.shipment, this.#trace, this.tools.stretch, serverNow());
  }

  #make() {
    this.#plot?.destroy();
    this.#plot = null;
    if (!this.shipment || !this.canvas.clientWidth) return;
    this.#plot = new uPlot(this.#options(), this.#columns(), this.canvas);
  }

  /** What uPlot draws is in the reader's unit; what is read off the curve begins from °C. */
  #columns() {
    const [at, temps] = columns(this.#seen);
    this.#temps = temps;
    return [at, temps.map((temp) => (temp === null ? null : inUnit(temp)))];
  }

  #options() {
    const cursor = { drag: { x: true, y: false, setScale: false, dist: 8 }, points: { size: 7, fill: token("acc") } };
    return {
      width: this.canvas.clientWidth,
      height: this.canvas.clientHeight,
      padding: [18, 14, 0, 0],
      legend: { show: false },
      cursor,
      scales: {
        x: { time: true, range: () => this.#xRange() },
        y: { range: () => degreeRange(this.shipment, this.#seen) },
      },
      axes: axes(board.zone),
      series: [{}, { stroke: token("series"), width: 2, points: { show: false }, spanGaps: false }],
      hooks: {
        drawClear: [(/** @type {Uplot.Plot} */ u) => this.#drawGround(u)],
        draw: [(/** @type {Uplot.Plot} */ u) => this.#drawOver(u)],
        setCursor: [(/** @type {Uplot.Plot} */ u) => this.#point(u)],
        setSelect: [(/** @type {Uplot.Plot} */ u) => this.#select(u)],
      },
    };
  }

  /** @param {Uplot.Plot} u */
  #drawGround(u) {
    const f = frame(u);
    clipped(f, () => {
      drawBand(f, limitsOf(this.shipment));
      drawGaps(f, this.#seen.gaps);
      if (this.#seen.thinned) drawEnvelope(f, this.#seen.points);
    });
  }

  /** @param {Uplot.Plot} u */
  #drawOver(u) {
    const f = frame(u);
    const now = serverNow();
    const forecast = forecastOf(this.shipment);
    clipped(f, () => {
      drawLimits(f, limitsOf(this.shipment));
      if (forecast) drawForecast(f, forecast, now, board.zone);
      drawEvents(f, eventsOf(this.#trace, this.shipment), this.#seen.late, board.zone);
    });
    drawNow(f, now, this.#trace.points.at(-1));
    drawUnits(f, offsetName(now, board.zone));
  }

  /** @param {Uplot.Plot} u */
  #select(u) {
    const { left, width } = u.select;
    if (width < 8) return;
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#lookClose([u.posToVal(left, "x") * 1000, u.posToVal(left + width, "x") * 1000]);
  }

  /** @param {Uplot.Plot} u */
  #point(u) {
    const index = u.cursor.idx;
    const at = u.data[0][index];
    const temp = this.#temps[index];
    const words = this.querySelector(".at-cursor");
    if (at === undefined || temp === null || temp === undefined || u.cursor.left < 0) return setText(words, "");
    return setText(words, `${clockTime(at * 1000, board.zone)} · ${temperature(temp)}`);
  }

  #redraw() {
    if (!this.#plot) this.#make();
    else this.#plot.setData(this.#columns());
    if (this.#trace.points.length && !this.#marked) {
      this.#marked = performance.mark("trace drawn");
    }
    this.canvas.setAttribute("aria-label", curveWords(this.#trace, this.shipment, board.zone));
    if (this.table.open) this.#writeTable();
  }

  #writeTable() {
    if (!this.table.open) return;
    this.table.querySelector("tbody").replaceChildren(...tableRows(this.#seen.points, board.zone));
  }

  #resize() {
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    if (!width || !height) return;
    if (this.#plot) this.#plot.setSize({ width, height });
    else this.#make();
  }
}

customElements.define("trace-chart", TraceChart);
