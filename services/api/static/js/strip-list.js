// The strips in rank order inside three bays; their order waits while somebody is in the list.
import { FILTERS, board } from "./board.js";
import { onTick, serverNow } from "./clock.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { store } from "./store.js";
import { Strip } from "./strip.js";
import { BAYS, bayOf, isOver } from "./verdict.js";

const WAIT_AT_MOST_MS = 10_000;
const LAST = Number.MAX_SAFE_INTEGER;

export class StripList extends HTMLElement {
  #strips = new Map();
  #bays = new Map();
  #order = "";
  #waitingSince = null;

  connectedCallback() {
    this.list = this.querySelector(".strips");
    this.chip = this.querySelector(".changes");
    this.chip.addEventListener("click", () => this.#arrange(true));
    this.#makeBays();
    this.#wireFilters();
    store.addEventListener("snapshot", () => this.#refresh(true));
    store.addEventListener("shipments", (event) => this.#refresh(false, event.detail));
    store.addEventListener("alarms", () => this.#refresh(false));
    board.addEventListener("view", () => this.#refresh(true));
    board.addEventListener("select", () => this.#markSelected());
    this.list.addEventListener("pointerleave", () => this.#arrange());
    this.list.addEventListener("focusout", () => setTimeout(() => this.#arrange()));
    onTick((now) => this.#tick(now));
  }

  /** References in the order in which they stand on the page. */
  get references() {
    return [...this.list.querySelectorAll(".strip")].map((strip) => strip.dataset.reference);
  }

  focusStrip(reference) {
    const strip = this.#strips.get(store.byReference(reference)?.id);
    strip?.element.scrollIntoView({ block: "nearest" });
    strip?.pick.focus({ preventScroll: true });
  }

  #makeBays() {
    for (const bay of BAYS) {
      const title = h("h2", { class: "bay-title", id: `bay-${bay}` });
      const rows = h("ol", { class: "bay-rows", role: "list", "aria-labelledby": `bay-${bay}` });
      const section = h("section", { class: "bay", "data-bay": bay, hidden: true }, title, rows);
      this.#bays.set(bay, { title, rows, section });
      this.list.append(section);
    }
  }

  #wireFilters() {
    this.filters = this.querySelector(".filters");
    for (const filter of FILTERS) {
      const show = () => board.show({ filter });
      const attributes = { class: "chip", type: "button", "data-filter": filter, onclick: show };
      this.filters.append(h("button", attributes));
    }
    this.search = this.querySelector("input[type=search]");
    this.search.value = board.search;
    this.search.addEventListener("input", () => board.show({ search: this.search.value }));
    this.querySelector(".clear-filters").addEventListener("click", () => {
      this.search.value = "";
      board.show({ filter: "all", search: "" });
    });
  }

  #refresh(now, ids = null) {
    if (!store.ready) return;
    const time = serverNow();
    for (const [id] of this.#strips) if (!store.shipments.has(id)) this.#strips.delete(id);
    for (const shipment of store.shipments.values()) {
      const strip = this.#strips.get(shipment.id);
      if (strip && ids && !ids.has(shipment.id)) continue;
      (strip ?? this.#add(shipment)).update(shipment, time);
    }
    this.#writeFilters(time);
    this.#arrange(now);
  }

  #add(shipment) {
    const strip = new Strip(shipment);
    this.#strips.set(shipment.id, strip);
    return strip;
  }

  /** @returns {Array<[string, Api.Shipment[]]>} */
  #wanted(now) {
    const shown = [...store.shipments.values()].filter(
      (shipment) => board.passes(shipment, board.filter, now) && board.found(shipment),
    );
    const place = (shipment) => (isOver(shipment) ? LAST : (shipment.rank ?? LAST - 1));
    shown.sort((a, b) => place(a) - place(b) || a.reference.localeCompare(b.reference));
    return BAYS.map((bay) => [bay, shown.filter((shipment) => bayOf(shipment) === bay)]);
  }

  /** Put the strips in order, unless a pointer or the focus is among them. */
  #arrange(force = false) {
    const wanted = this.#wanted(serverNow());
    const order = JSON.stringify(wanted.map(([bay, rows]) => [bay, rows.map((row) => row.id)]));
    this.#writeStates(wanted);
    if (order === this.#order) return this.#showWaiting(0);
    if (!force && this.#busy()) return this.#wait(wanted);
    this.#order = order;
    const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
    for (const [bay, rows] of wanted) this.#fill(bay, rows);
    focused?.focus({ preventScroll: true });
    return this.#showWaiting(0);
  }

  #fill(bay, rows) {
    const { title, rows: list, section } = this.#bays.get(bay);
    section.hidden = rows.length === 0;
    setText(title, t("live.bay_count", { bay: t(`live.bay.${bay}`), n: rows.length }));
    const elements = rows.map((row) => this.#strips.get(row.id).element);
    elements.forEach((element, index) => {
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
    });
    while (list.children.length > elements.length) list.lastChild.remove();
  }

  #busy() {
    if (this.list.childElementCount === 0 || this.#order === "") return false;
    return this.list.matches(":hover") || this.list.contains(document.activeElement);
  }

  #wait(wanted) {
    this.#waitingSince ??= performance.now();
    const present = this.references;
    const next = wanted.flatMap(([, rows]) => rows.map((row) => row.reference));
    const moved = next.filter((reference, index) => present[index] !== reference).length;
    this.#showWaiting(Math.max(1, moved));
  }

  #showWaiting(count) {
    if (count === 0) this.#waitingSince = null;
    this.chip.hidden = count === 0;
    if (count) setText(this.chip, t("live.changes", { n: count }));
  }

  #tick(now) {
    if (store.paused) return;
    for (const strip of this.#strips.values()) strip.tick(now);
    const waited = this.#waitingSince !== null && performance.now() - this.#waitingSince;
    if (waited > WAIT_AT_MOST_MS) this.#arrange(true);
  }

  #markSelected() {
    const now = serverNow();
    for (const strip of this.#strips.values()) strip.update(strip.shipment, now);
    const strip = board.shipment && this.#strips.get(board.shipment.id);
    strip?.element.scrollIntoView({ block: "nearest" });
  }

  #writeFilters(now) {
    const all = [...store.shipments.values()];
    for (const chip of this.filters.querySelectorAll("[data-filter]")) {
      const filter = chip.dataset.filter;
      const n = all.filter((shipment) => board.passes(shipment, filter, now)).length;
      setText(chip, t(`live.filter.${filter}`, { n }));
      chip.setAttribute("aria-pressed", String(board.filter === filter));
    }
  }

  #writeStates(wanted) {
    const shown = wanted.some(([, rows]) => rows.length);
    this.querySelector(".skeleton").hidden = true;
    this.querySelector(".empty").hidden = store.shipments.size > 0;
    this.querySelector(".no-match").hidden = store.shipments.size === 0 || shown;
  }
}

customElements.define("strip-list", StripList);
