// Where the boxes are: routes travelled and to go, marks, sites as rings with a count.
import { board } from "./board.js";
import { serverNow } from "./clock.js";
import { find, h, token } from "./dom.js";
import { distanceKm, near } from "./great-circle.js";
import { t } from "./i18n.js";
import { makeMap } from "./map-base.js";
import { linkCursors } from "./map-pointed.js";
import { estimateOf, pinOf, ringOf, worstOf } from "./map-marks.js";
import { LOUD, MANY, placeOf, SEVERITY, sortOut } from "./map-places.js";
import { mapTiles } from "./page.js";
import { store } from "./store.js";
import { isOver, isSilent } from "./verdict.js";

/** @import {Heap, Place} from "./map-places.js" */

const { L } = window;
const tiles = mapTiles && (await import("./map-tiles.js"));
const AT_SITE_KM = 30;
const UNSURE_M = 5000;
/** So wide and high are an hour, a few words, what a site says, a line, a pin. */
const TIME_PX = 56;
const WORDS_PX = 60;
const LABEL_PX = 150;
const LINE_PX = 16;
const PIN_PX = 18;
const REDRAW_MS = 1000;
const REDRAW_MANY_MS = 3000;
/** @type {Record<string, string>} */
const ROUTE_TOKENS = { p1: "crit", stale: "stale" };

class LiveMap extends HTMLElement {
  /** @type {number | undefined} */
  #due;
  #fitted = false;
  /** Where words and ticks stand already. @type {{left: number, y: number, width: number}[]} */
  #words = [];
  map = makeMap(find(".map", this), tiles?.tileOptions());
  #layers = L.layerGroup().addTo(this.map);

  connectedCallback() {
    tiles?.addTiles(this.map, find(".map-source", this));
    linkCursors(this.map);
    for (const kind of ["snapshot", "shipments", "alarms", "sites"]) {
      store.addEventListener(kind, () => this.#later());
    }
    board.addEventListener("select", () => this.#draw());
    this.map.on("zoomend", () => {
      if (store.shipments.size > MANY) this.#later();
    });
    board.addEventListener("view", () => this.#later());
    addEventListener("themechange", () => this.#draw());
    new ResizeObserver(() => this.#resized()).observe(this);
    if (store.ready) this.#later();
  }

  #resized() {
    this.map.invalidateSize({ pan: false });
    if (!this.#fitted && this.clientWidth > 0) this.#fit();
  }

  /** Show Europe to the Americas when the panel is wide, and never an empty edge. */
  #fit() {
    const size = this.map.getSize();
    if (!size.x || !size.y) return;
    const zoom = Math.max(1, Math.floor(Math.log2(size.x / 256 / 0.83) * 4) / 4);
    this.map.setMinZoom(Math.min(zoom, 2));
    this.map.setView([40, size.x < 700 ? 90 : 112], zoom, { animate: false });
    this.#fitted = true;
  }

  #later() {
    if (this.#due) return;
    const pause = store.shipments.size > MANY ? REDRAW_MANY_MS : REDRAW_MS;
    this.#due = setTimeout(() => this.#draw(), this.#layers.getLayers().length ? pause : 0);
  }

  #draw() {
    clearTimeout(this.#due);
    this.#due = undefined;
    if (!store.ready) return;
    const now = serverNow();
    const shown = [...store.shipments.values()].filter(
      (shipment) => !isOver(shipment) && board.passes(shipment, board.filter, now) && board.found(shipment),
    );
    const many = shown.length > MANY;
    const { single, heaps } = many
      ? sortOut(shown, (at) => this.map.latLngToLayerPoint(at))
      : { single: shown, heaps: [] };
    const places = single.map((shipment) => placeOf(shipment)).filter((one) => one !== null);
    places.sort((a, b) => weight(b) - weight(a));
    this.#layers.clearLayers();
    for (const heap of heaps) this.#drawHeap(heap);
    this.#words = [];
    for (const one of places) {
      this.#drawRoute(one);
      this.#drawDoubt(one);
    }
    const atSites = this.#drawSites(places);
    for (const one of places) if (!atSites.has(one)) this.#drawBox(one, now);
    this.#drawCodes(places);
  }

  /** @param {Place} place */
  #drawRoute({ line, index, mark, chosen }) {
    if (line.length < 2) return;
    const loud = ROUTE_TOKENS[mark];
    const color = token(chosen && !loud ? "acc" : (loud ?? "route"));
    const strong = chosen || mark === "p1";
    const style = { color, weight: strong ? 2.2 : 1.2, opacity: chosen || loud ? 1 : 0.5, interactive: false };
    this.#add(L.polyline(line.slice(0, index + 1), style));
    this.#add(
      L.polyline(line.slice(index), {
        ...style,
        weight: strong ? 1.6 : 1,
        dashArray: "4 5",
        opacity: style.opacity * 0.7,
      }),
    );
  }

  /** @param {Place[]} places */
  #drawSites(places) {
    const taken = new Set();
    for (const site of store.sites.values()) {
      const here = places.filter((one) => !taken.has(one) && distanceKm(one.at, [site.lat, site.lon]) < AT_SITE_KM);
      if (!here.length) continue;
      here.forEach((one) => taken.add(one));
      this.#drawRing(site, here);
    }
    return taken;
  }

  /**
   * @param {Api.Site} site
   * @param {Place[]} here
   */
  #drawRing(site, here) {
    const worst = worstOf(here);
    const { element, name, labelled } = ringOf(site, here, worst);
    const { x, y } = this.map.latLngToLayerPoint([site.lat, near(site.lon)]);
    for (const line of [y - LINE_PX / 2, y + LINE_PX / 2])
      this.#words.push({ left: x - PIN_PX, y: line, width: LABEL_PX });
    this.#marker([site.lat, near(site.lon)], element, name, worst, labelled ? 900 : 500);
  }

  /**
   * Of many boxes those that lie close, with their number and the worst by name.
   * @param {Heap} heap
   */
  #drawHeap({ at, n, worst }) {
    const element = h("div", { class: "ring heap" }, h("b", { class: "ring-count num" }, String(n)));
    this.#marker(at, element, t("live.heap_name", { n, worst: worst.reference }), { shipment: worst }, 0);
  }

  /**
   * @param {Place} one
   * @param {number} now
   */
  #drawBox(one, now) {
    const at = [one.at[0], one.lon];
    if (isSilent(one.shipment) && one.estimate) this.#drawEstimate(one, one.estimate, now);
    // Only who writes a time takes the room for one.
    const side = isSilent(one.shipment) ? this.#sideFor(at) : null;
    const { element, name, labelled } = pinOf(one, now, side);
    this.#marker(at, element, name, one, labelled ? 800 : 0);
  }

  /**
   * Somewhere within so many metres: what is told far off says so, at a site too.
   * @param {Place} one
   */
  #drawDoubt({ shipment, at, lon }) {
    const radius = shipment.last_reading?.acc_m;
    if (!(radius > UNSURE_M)) return;
    const color = token("route");
    this.#add(L.circle([at[0], lon], { radius, color, weight: 1, fillOpacity: 0.08, interactive: false }));
  }

  /**
   * @param {Place} one
   * @param {number[]} place
   * @param {number} now
   */
  #drawEstimate(one, [lat, lon], now) {
    const at = [lat, near(lon, one.lon)];
    const { x, y } = this.map.latLngToLayerPoint(at);
    this.#words.push({ left: x - 2, y, width: 4 });
    const { element, name } = estimateOf(one, now, this.#hasRoom(x + 4, y + LINE_PX, WORDS_PX));
    this.#marker(at, element, name, one, 100);
  }

  /**
   * Words that would lie over others, or over a tick, are left out, never their mark; whose name is told keeps them.
   * @param {number} left
   * @param {number} y
   * @param {number} width
   */
  #hasRoom(left, y, width) {
    const free = this.#words.every(
      (one) => one.left > left + width || left > one.left + one.width || Math.abs(one.y - y) >= LINE_PX,
    );
    if (free) this.#words.push({ left, y, width });
    return free;
  }

  /**
   * On which side of a pin its time finds room.
   * @param {number[]} at
   * @returns {"right" | "left" | null}
   */
  #sideFor(at) {
    const { x, y } = this.map.latLngToLayerPoint(at);
    if (this.#hasRoom(x + PIN_PX, y - PIN_PX / 2, TIME_PX)) return "right";
    return this.#hasRoom(x - PIN_PX - TIME_PX, y - PIN_PX / 2, TIME_PX) ? "left" : null;
  }

  /** @param {Place[]} places */
  #drawCodes(places) {
    const codes = new Map();
    for (const { shipment, line, chosen, mark } of places) {
      if (!line.length || !(chosen || LOUD.has(mark) || places.length < 60)) continue;
      codes.set(shipment.origin, line[0]);
      codes.set(shipment.destination, line.at(-1));
    }
    for (const site of store.sites.keys()) codes.delete(site);
    /** @param {number[]} place */
    const point = ([lat, lon]) => this.map.latLngToLayerPoint([lat, lon]);
    const drawn = [...store.sites.values()].map((site) => point([site.lat, near(site.lon)]));
    for (const [code, at] of codes) {
      const here = point(at);
      if (drawn.some((other) => other.distanceTo(here) < 28)) continue;
      drawn.push(here);
      const html = h("span", { class: "place-code mono" }, code);
      this.#add(
        L.marker(at, {
          icon: L.divIcon({ className: "pin-box", html, iconSize: null }),
          interactive: false,
          keyboard: false,
        }),
      );
    }
  }

  /**
   * @param {number[]} at
   * @param {HTMLElement} element
   * @param {string} name
   * @param {{shipment: Api.Shipment}} one
   * @param {number} zIndexOffset
   */
  #marker(at, element, name, one, zIndexOffset) {
    const choice = L.divIcon({ className: "pin-box", html: element, iconSize: null });
    const marker = L.marker(at, { icon: choice, alt: name, title: name, zIndexOffset, keyboard: false });
    marker.on("click", () => board.select(one.shipment.reference));
    this.#add(marker);
    marker.getElement()?.setAttribute("aria-label", name);
  }

  /** @param {Leaflet.Layer} layer */
  #add(layer) {
    this.#layers.addLayer(layer);
    return layer;
  }
}

/** @param {Place} place */
const weight = ({ chosen, mark }) => (chosen ? -10 : 0) + SEVERITY.indexOf(mark);

customElements.define("live-map", LiveMap);
