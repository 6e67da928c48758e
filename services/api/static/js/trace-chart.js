// The temperature of the chosen box over time, with what it is allowed and where it is going.
import { RequestError } from "./api.js";
import { board } from "./board.js";
import { onTick, serverNow } from "./clock.js";
import { find, lacks, setText, token } from "./dom.js";
import { clockTime, inUnit, temperature } from "./format.js";
import { t } from "./i18n.js";
import { pointed } from "./pointed.js";
import { revisedSince } from "./revised.js";
import { noteError } from "./say.js";
import { store } from "./store.js";
import {
  columns,
  continueTrace,
  degreeRange,
  emptyTrace,
  loadRaw,
  loadTrace,
  timeRange,
  traceFrom,
} from "./trace-data.js";
import { axes } from "./trace-axes.js";
import { remarks } from "./trace-edge.js";
import { drawGround, drawOver } from "./trace-layers.js";
import { keepInAddress, MOVES, stretchInAddress } from "./trace-look.js";
import { curveWords, saveTrace, tableRows, TraceTools } from "./trace-tools.js";
import { boxOf } from "./verdict.js";
import { zone } from "./zone.js";

const { uPlot } = window;
const HOUR = 3_600_000;
const RELOAD_MS = 60_000;
/** A snapshot that comes so soon after the trace was asked for tells nothing new of it. */
const SOON_MS = 5_000;

class TraceChart extends HTMLElement {
  #trace = emptyTrace();
  /** @type {Uplot.Plot | null} */
  #plot = null;
  #shown = "";
  /** @type {Api.Shipment | null} */
  #of = null;
  #loadedAt = 0;
  #failed = false;
  /** When the first curve stood, for those who measure. @type {PerformanceMark | null} */
  #marked = null;
  /** The drawn readings, °C. @type {(number | null)[]} */
  #temps = [];
  /** What is shown in place of the whole while somebody looks closer: its instants and readings. @type {{between: number[], trace: import("./trace-data.js").Trace | null} | null} */
  #close = null;
  #following = false;
  canvas = find(".plot", this);
  message = find(".plot-message", this);
  table = find("details", this);
  tools = new TraceTools(this);

  connectedCallback() {
    this.table.addEventListener("toggle", () => this.#writeTable());
    this.tools.addEventListener("change", () => {
      this.#lookClose(null);
      this.#load();
    });
    this.tools.addEventListener("whole", () => this.#lookClose(null));
    for (const [name, move] of Object.entries(MOVES))
      this.tools.addEventListener(name, () => this.#lookClose(move(...this.#stretches())));
    this.tools.addEventListener("point", () => {
      pointed.by = "trace";
      this.#pointAt(this.#plot?.data[0][this.tools.point]);
    });
    pointed.addEventListener("change", () => pointed.by === "map" && this.#follow());
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

  /** Nothing is drawn or read of none. */
  get #chosen() {
    return this.shipment ?? lacks("shipment");
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
      const between = stretchInAddress();
      if (between) this.#lookClose(between);
    } else if (!this.#failed && performance.now() - this.#loadedAt < SOON_MS) return;
    this.#load();
  }

  async #load() {
    const key = this.#shown;
    this.#loadedAt = performance.now();
    this.#failed = false;
    try {
      const now = serverNow();
      const between = [traceFrom(this.#chosen, now, this.tools.stretch), now + HOUR];
      const trace = await loadTrace(this.#chosen, between, this.tools.probe);
      if (key !== this.#shown) return;
      this.#trace = trace;
      this.tools.offer(trace.probes);
      continueTrace(trace, this.#chosen);
      this.#tell(trace.points.length ? "" : t("live.no_readings"));
    } catch (error) {
      if (key !== this.#shown) return;
      this.#failed = true;
      const time = clockTime(serverNow(), board.zone);
      const status = error instanceof RequestError && error.status;
      this.#tell(t("live.readings_failed", { status: status || t("common.nothing"), time }), true);
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
    keepInAddress(between);
    this.#redraw();
    const mine = this.#close;
    if (!between || !mine) return;
    try {
      mine.trace = await loadTrace(this.#chosen, between, this.tools.probe, true);
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
    const between = this.#close?.between ?? [traceFrom(this.#chosen, now, this.tools.stretch), now + HOUR];
    try {
      const points = await loadRaw(this.#chosen, between, this.tools.probe);
      saveTrace(`${this.#chosen.reference}-${this.#trace.box}.csv`, points, board.zone);
    } catch (error) {
      noteError(error);
    }
  }

  /** @param {string} words */
  #tell(words, bad = false) {
    setText(this.message.children[0], words);
    this.message.hidden = !words;
    this.message.classList.toggle("bad", bad);
    const retry = find("button", this.message);
    retry.hidden = !bad;
    retry.onclick = () => this.#load();
  }

  /** @param {Set<string>} ids */
  #onChange(ids) {
    const shipment = board.shipment;
    if (!shipment || !ids.has(shipment.id)) return;
    if (`${shipment.id}:${boxOf(shipment)}` !== this.#shown) this.#choose();
    else if (revisedSince(shipment, this.#loadedAt)) this.#load();
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

  /** What is shown, and the whole of it, from when until when. @returns {[number[], number[]]} */
  #stretches() {
    const whole = timeRange(this.#chosen, this.#trace, this.tools.stretch, serverNow()).map((s) => s * 1000);
    return [this.#close?.between ?? whole, whole];
  }

  #make() {
    this.#plot?.destroy();
    this.#plot = null;
    if (!this.shipment || !this.canvas.clientWidth) return;
    this.#plot = new uPlot(this.#options(), this.#columns(), this.canvas);
  }

  /** What uPlot draws is in the reader's unit; what is read off the curve begins from °C. */
  #columns() {
    const { at, temps } = columns(this.#seen);
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
        x: { time: true, range: () => this.#stretches()[0].map((ms) => ms / 1000) },
        y: { range: () => degreeRange(this.#chosen, this.#seen) },
      },
      axes: axes(board.zone),
      series: [{}, { stroke: token("series"), width: 2, points: { show: false }, spanGaps: false }],
      hooks: {
        drawClear: [(/** @type {Uplot.Plot} */ u) => drawGround(u, this.#chosen, this.#seen)],
        draw: [(/** @type {Uplot.Plot} */ u) => drawOver(u, this.#chosen, this.#seen, this.#trace)],
        setCursor: [(/** @type {Uplot.Plot} */ u) => this.#point(u)],
        setSelect: [(/** @type {Uplot.Plot} */ u) => this.#select(u)],
      },
    };
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
    const { idx: index, left } = u.cursor;
    const away = index === null || index === undefined || left < 0;
    const temp = away ? null : this.#temps[index];
    // In a gap it is the instant itself, not the reading before it.
    const at = (away || temp === null ? u.posToVal(left, "x") : (u.data[0][index] ?? 0)) * 1000;
    const words = temp === null ? t("live.no_reading") : temperature(temp);
    const told = away ? "" : [clockTime(at, board.zone), words, ...remarks(this.#seen, at, board.zone)].join(" · ");
    setText(find(".at-cursor", this), told);
    this.tools.told = told;
    if (!this.#following && !pointed.isOnMap(u.over)) pointed.point(away ? null : at, "trace");
  }

  /** Put the cursor at an instant of the curve, or away. @param {number | null | undefined} at In seconds. */
  #pointAt(at) {
    const left = typeof at === "number" ? (this.#plot?.valToPos(at, "x") ?? -10) : -10;
    this.#plot?.setCursor({ left, top: left < 0 ? -10 : this.canvas.clientHeight / 2 });
  }

  /** Somebody points at the map: the same instant here. */
  #follow() {
    this.#following = true;
    this.#pointAt(pointed.at === null ? null : pointed.at / 1000);
    this.#following = false;
  }

  #redraw() {
    if (!this.#plot) this.#make();
    else this.#plot.setData(this.#columns());
    if (this.#trace.points.length) this.#marked ??= performance.mark("trace drawn");
    this.canvas.setAttribute("aria-label", curveWords(this.#trace, this.shipment, board.zone));
    this.tools.points = this.#temps.length;
    this.tools.explain(this.#seen, this.shipment);
    this.#writeTable();
  }

  #writeTable() {
    if (this.table.open) find("tbody", this.table).replaceChildren(...tableRows(this.#seen, board.zone));
  }

  #resize() {
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    if (!width || !height) return;
    if (this.#plot) this.#plot.setSize({ width, height });
    else this.#make();
  }
}

customElements.define("trace-chart", TraceChart);
