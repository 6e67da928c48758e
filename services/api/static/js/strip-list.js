// The strips in rank order inside three bays; their order waits while somebody is in the list.
import { FILTERS, board } from "./board.js";
import { onTick, serverNow } from "./clock.js";
import { find, focusIn, h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { writeChips } from "./panel.js";
import { isAmong, WAIT_AT_MOST_MS } from "./still.js";
import { store } from "./store.js";
import { Strip } from "./strip.js";
import { placesOf, sameRows, urgentFirst } from "./strip-order.js";
import { MANY, StripWindow } from "./strip-window.js";
import { BAYS, bayOf } from "./verdict.js";

/** A board of many is put in order once a second, not with each change. */
const SETTLE_MS = 1_000;
const USUAL_HEIGHT = 58;

export class StripList extends HTMLElement {
  /** The rows that stand in the page. @type {Map<string, Strip>} */
  #strips = new Map();
  /** @type {Map<string, StripWindow>} */
  #bays = new Map();
  #arranged = false;
  /** @type {number | null} */
  #waitingSince = null;
  /** @type {number | undefined} */
  #due;
  #drawing = false;
  /** A row's height, as the style of this window's width has it; 0 until it is looked up. */
  #height = 0;
  /** Identifiers as they were last in order: by the next time hardly any has another place. @type {string[]} */
  #order = [];
  list = find(".strips", this);
  chip = find(".changes", this);
  filters = find(".filters", this);
  search = find("input[type=search]", this);

  connectedCallback() {
    this.chip.addEventListener("click", () => this.#arrange(true));
    this.#makeBays();
    this.#wireFilters();
    store.addEventListener("snapshot", () => this.#renew());
    store.addEventListener("shipments", (event) => this.#refresh(false, event.detail));
    store.addEventListener("alarms", () => {
      if (!store.paused) this.#refresh(false);
    });
    board.addEventListener("view", () => this.#refresh(true));
    board.addEventListener("select", () => this.#markSelected());
    this.list.addEventListener("pointerleave", () => this.#arrange());
    this.list.addEventListener("focusout", () => setTimeout(() => this.#arrange()));
    this.list.addEventListener("scroll", () => this.#drawSoon(), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(this.list);
    onTick((now) => this.#tick(now));
  }

  /** References in the order in which they stand on the page. */
  get references() {
    return [...this.#bays.values()].flatMap(({ rows }) => rows.map((row) => row.reference));
  }

  /**
   * How many lie in a bay.
   * @param {string} bay
   */
  count(bay) {
    return this.#bays.get(bay)?.rows.length ?? 0;
  }

  /** @param {string} reference */
  focusStrip(reference) {
    const id = store.byReference(reference)?.id;
    this.#reveal(id);
    this.#strips.get(id ?? "")?.pick.focus({ preventScroll: true });
  }

  /** @param {string | undefined} id */
  #reveal(id) {
    for (const bay of this.#bays.values()) {
      const index = bay.rows.findIndex((row) => row.id === id);
      if (index >= 0) bay.reveal(index, this.#rowHeight());
    }
    this.#draw();
  }

  #makeBays() {
    for (const name of BAYS) {
      const bay = new StripWindow(name, this.list);
      this.#bays.set(name, bay);
      this.list.append(bay.section);
    }
  }

  #wireFilters() {
    for (const filter of FILTERS) {
      const show = () => board.show({ filter });
      const attributes = { class: "chip", type: "button", "data-filter": filter, onclick: show };
      this.filters.append(h("button", attributes));
    }
    this.search.value = board.search;
    this.search.addEventListener("input", () => board.show({ search: this.search.value }));
    board.addEventListener("view", () => {
      if (document.activeElement !== this.search) this.search.value = board.search;
    });
    find(".clear-filters", this).addEventListener("click", () => {
      this.search.value = "";
      board.show({ filter: "all", search: "" });
    });
  }

  /** Everything is new: of many, that is a task of its own. */
  #renew() {
    if (store.shipments.size <= MANY) return this.#refresh(true);
    clearTimeout(this.#due);
    this.#due = setTimeout(() => this.#refresh(true));
  }

  /**
   * @param {boolean} now Not only once the list has rest.
   * @param {Set<string> | null} ids
   */
  #refresh(now, ids = null) {
    if (!store.ready) return;
    const time = serverNow();
    for (const [id, strip] of this.#strips) {
      const shipment = store.shipments.get(id);
      if (shipment && (!ids || ids.has(id))) strip.update(shipment, time);
    }
    if (now || store.shipments.size <= MANY || !this.#arranged) this.#settle(now);
    else this.#due ??= setTimeout(() => this.#settle(false), SETTLE_MS);
  }

  /** @param {boolean} now */
  #settle(now) {
    clearTimeout(this.#due);
    this.#due = undefined;
    this.#arrange(now);
    if (store.shipments.size <= MANY) this.#writeFilters(serverNow());
    else setTimeout(() => this.#writeFilters(serverNow()));
  }

  /**
   * @returns {Map<string, Api.Shipment[]>}
   * @param {number} now
   */
  #wanted(now) {
    /** @type {Map<string, Api.Shipment[]>} */
    const wanted = new Map();
    for (const bay of BAYS) wanted.set(bay, []);
    for (const shipment of this.#ordered()) {
      if (board.passes(shipment, board.filter, now) && board.found(shipment)) {
        wanted.get(bayOf(shipment))?.push(shipment);
      }
    }
    wanted.set("needs_action", urgentFirst(wanted.get("needs_action") ?? []));
    return wanted;
  }

  /** All shipments, sorted from their last order: what is nearly in order is soon sorted. */
  #ordered() {
    const all = store.shipments;
    const shipments = this.#order.map((id) => all.get(id)).filter((one) => one !== undefined);
    if (shipments.length < all.size) {
      const known = new Set(this.#order);
      for (const [id, shipment] of all) if (!known.has(id)) shipments.push(shipment);
    }
    const place = placesOf(shipments);
    shipments.sort((a, b) => place(a) - place(b) || (a.reference < b.reference ? -1 : 1));
    this.#order = shipments.map(({ id }) => id);
    return shipments;
  }

  /** Put the strips in order, unless a pointer or the focus is among them. */
  #arrange(force = false) {
    const wanted = this.#wanted(serverNow());
    const bays = [...this.#bays].map(([name, bay]) => ({ name, bay, rows: wanted.get(name) ?? [] }));
    const same = bays.every(({ bay, rows }) => sameRows(bay.rows, rows));
    this.#writeStates(wanted);
    if (same && this.#arranged) return this.#showWaiting(0);
    if (!force && this.#arranged && isAmong(this.list)) return this.#wait(wanted);
    this.#arranged = true;
    const focused = focusIn(this.list);
    for (const { name, bay, rows } of bays) this.#fill(name, bay, rows);
    this.#draw();
    focused?.focus({ preventScroll: true });
    this.dispatchEvent(new Event("arranged"));
    return this.#showWaiting(0);
  }

  /**
   * @param {string} name
   * @param {StripWindow} bay
   * @param {Api.Shipment[]} rows
   */
  #fill(name, bay, rows) {
    bay.fill(rows, this.#rowHeight());
    bay.section.hidden = rows.length === 0;
    setText(bay.title, t("live.bay_count", { bay: t(`live.bay.${name}`), n: rows.length }));
  }

  #rowHeight() {
    this.#height ||= this.list.querySelector(".strip")?.offsetHeight ?? 0;
    return this.#height || USUAL_HEIGHT;
  }

  #resized() {
    this.#height = 0;
    const height = this.#rowHeight();
    for (const bay of this.#bays.values()) bay.fill(bay.rows, height);
    this.#drawSoon();
  }

  #drawSoon() {
    if (this.#drawing || store.shipments.size <= MANY) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  #draw() {
    const [now, height, bays] = [serverNow(), this.#rowHeight(), [...this.#bays.values()]];
    // All is asked of the layout before any of it is changed.
    const ranges = bays.map((bay) => bay.range(height));
    const seen = bays.map((bay, index) => bay.rows.slice(...ranges[index]));
    const ids = new Set(seen.flat().map((row) => row.id));
    const free = [...this.#strips].filter(([id, strip]) => !ids.has(id) && !strip.focused).map(([, strip]) => strip);
    const strips = new Map();
    const elements = seen.map((rows) =>
      rows.map((row) => {
        const [stands, shipment] = [this.#strips.get(row.id), store.shipments.get(row.id) ?? row];
        const strip = stands ?? free.pop() ?? new Strip(shipment);
        if (!stands) strip.take(shipment, now);
        strips.set(row.id, strip);
        return strip.element;
      }),
    );
    this.#strips = strips;
    bays.forEach((bay, index) => bay.show(ranges[index][0], elements[index], height));
    if (!bays.every(({ whole }) => whole)) this.#drawSoon();
  }

  /** @param {Map<string, Api.Shipment[]>} wanted */
  #wait(wanted) {
    this.#waitingSince ??= performance.now();
    const present = this.references;
    const next = [...wanted.values()].flatMap((rows) => rows.map((row) => row.reference));
    const moved = next.filter((reference, index) => present[index] !== reference).length;
    this.#showWaiting(Math.max(1, moved));
  }

  /** @param {number} count */
  #showWaiting(count) {
    if (count === 0) this.#waitingSince = null;
    this.chip.hidden = count === 0;
    if (count) setText(this.chip, t("live.changes", { n: count }));
  }

  /** @param {number} now */
  #tick(now) {
    if (store.paused) return;
    for (const strip of this.#strips.values()) strip.tick(now);
    const waited = performance.now() - (this.#waitingSince ?? Infinity);
    if (waited > WAIT_AT_MOST_MS) this.#arrange(true);
  }

  #markSelected() {
    const now = serverNow();
    for (const strip of this.#strips.values()) strip.update(strip.shipment, now);
    if (board.shipment) this.#reveal(board.shipment.id);
  }

  /** @param {number} now */
  #writeFilters(now) {
    const counts = new Map();
    for (const shipment of store.shipments.values()) {
      for (const filter of FILTERS) {
        if (board.passes(shipment, filter, now)) counts.set(filter, (counts.get(filter) ?? 0) + 1);
      }
    }
    for (const chip of this.filters.children) {
      const filter = chip.dataset.filter;
      setText(chip, t(`live.filter.${filter}`, { n: counts.get(filter) ?? 0 }));
      chip.setAttribute("aria-pressed", String(board.filter === filter));
    }
  }

  /** @param {Map<string, Api.Shipment[]>} wanted */
  #writeStates(wanted) {
    const shown = [...wanted.values()].some((rows) => rows.length);
    find(".skeleton", this).hidden = true;
    find(".empty", this).hidden = store.shipments.size > 0;
    const unmatched = find(".no-match", this);
    unmatched.hidden = store.shipments.size === 0 || shown;
    if (!unmatched.hidden) writeChips(find(".active", unmatched), board.active);
  }
}

customElements.define("strip-list", StripList);
