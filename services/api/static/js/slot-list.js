// Ways to make it: free slots that meet the deadline, the best one first, and the booking.
import { afterTrace } from "./after-trace.js";
import { get, newKey, post, RequestError } from "./api.js";
import { board } from "./board.js";
import { serverNow } from "./clock.js";
import { find, focusIn, h, setText } from "./dom.js";
import { clockTimeWithDay, duration, instant } from "./format.js";
import { t } from "./i18n.js";
import { freedAt, missedMs, spareWith, spareWords } from "./missed-slot.js";
import { named } from "./page.js";
import { note, noteError } from "./say.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import { isOver } from "./verdict.js";

const SHOWN = 3;
const AGAIN_MS = 30_000;
const SETTLE_MS = 400;

/**
 * What decides which slots are in time.
 * @param {Api.Shipment | null} shipment
 */
const startOf = (shipment) => shipment?.latest_inspection_start ?? null;

/** @typedef {{items: Api.Slot[], firstOpen: Api.Slot[], error?: Refusal}} Found Free slots in time, and the first after that. */

class SlotList extends HTMLElement {
  /** @type {Found | null} */
  #slots = null;
  /** @type {string | null} */
  #chosen = null;
  /** @type {string | null} */
  #shown = null;
  #loadedAt = 0;
  /** @type {number | undefined} */
  #timer;
  #waiting = false;
  #asked = false;
  /** @type {string | null} */
  #startAtLoad = null;
  #busy = false;
  #key = newKey();
  rows = find(".slots", this);
  book = find(".book", this);
  cancel = find(".cancel", this);
  message = find(".slot-message", this);

  connectedCallback() {
    this.book.addEventListener("click", () => this.#bookChosen());
    this.cancel.addEventListener("click", () => this.#cancelBooking());
    board.addEventListener("select", () => this.#choose());
    store.addEventListener("snapshot", () => this.#choose());
    store.addEventListener("appointments", () => this.#later());
    for (const kind of ["shipments", "held"]) store.addEventListener(kind, (event) => this.#onChange(event.detail));
    stream.addEventListener("link", () => this.#write());
    if (store.ready) this.#choose();
  }

  /** The chosen shipment as it is now, also while the board stands still; nothing of one that has left meanwhile. */
  get shipment() {
    const shown = board.shipment;
    const now = shown ? store.newest(shown.id) : null;
    return now === undefined ? shown : now;
  }

  /** The booking that stands. */
  get appointment() {
    return this.shipment?.appointment ?? null;
  }

  #choose() {
    const id = board.shipment?.id ?? null;
    if (id !== this.#shown) {
      this.#shown = id;
      this.#slots = null;
      this.#chosen = null;
      this.#key = newKey();
      this.#write();
    }
    if (this.#asked) return;
    this.#asked = true;
    afterTrace(() => {
      this.#asked = false;
      this.#load();
    });
  }

  /** @param {Set<string>} ids */
  #onChange(ids) {
    if (!this.#shown || !ids.has(this.#shown)) return;
    this.#write();
    if (startOf(this.shipment) !== this.#startAtLoad) this.#later();
    else if (!this.#waiting) this.#later(Math.max(SETTLE_MS, AGAIN_MS - (performance.now() - this.#loadedAt)));
  }

  #later(delay = SETTLE_MS) {
    clearTimeout(this.#timer);
    this.#waiting = true;
    this.#timer = setTimeout(() => this.#load(), delay);
  }

  async #load() {
    const shipment = this.shipment;
    this.#loadedAt = performance.now();
    this.#startAtLoad = startOf(shipment);
    this.#waiting = false;
    if (!shipment || isOver(shipment) || shipment.appointment) return this.#write();
    try {
      const answer = await get(`/shipments/${shipment.id}/slots?limit=20`);
      if (this.#shown !== shipment.id) return undefined;
      this.#slots = { items: apart(answer.items), firstOpen: apart(answer.first_open ?? []) };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (this.#shown !== shipment.id) return undefined;
      this.#slots = { items: [], firstOpen: [], error };
    }
    return this.#write();
  }

  #write() {
    const shipment = this.shipment;
    this.hidden = !shipment || isOver(shipment);
    if (this.hidden) return;
    const booked = this.appointment;
    this.classList.toggle("booked", Boolean(booked));
    if (booked) this.#writeBooked(booked);
    else this.#writeSlots();
    this.book.hidden = Boolean(booked) || !this.#best();
    this.cancel.hidden = !booked;
    this.book.disabled = this.cancel.disabled = this.#busy || stream.state === "lost";
  }

  #best() {
    const items = this.#slots?.items ?? [];
    return items.find((slot) => keyOf(slot) === this.#chosen) ?? items[0] ?? null;
  }

  /** @param {Api.Appointment} booked */
  #writeBooked(booked) {
    const now = serverNow();
    const latest = instant(startOf(this.shipment));
    const spare = latest === null ? null : spareWith(booked, latest, now);
    const ready = this.shipment?.ready_at ?? null;
    const missed = missedMs(booked, ready, now);
    const words = missed === null ? spareWords(spare) : t("live.slot_missed", { span: duration(missed) });
    const bad = missed !== null || (spare !== null && spare < 0);
    this.#rows(
      [
        h(
          "div",
          { class: "slot booked-slot" },
          h("span", {}, h("b", { class: "mono" }, booked.number), ` ${slotWords(booked, now)}`),
          h("b", { class: bad ? "spare-minutes late" : "spare-minutes" }, words),
        ),
      ],
      keyOf(booked) + words,
    );
    const grace = store.sites.get(booked.site_id)?.grace_min;
    const freed = freedAt(booked, ready, grace, now);
    const by = booked.booked_by ? t("live.booked_by", { by: booked.booked_by }) : "";
    const free = freed === null ? "" : t("live.freed_at", { time: clockTimeWithDay(freed, now, board.zone) });
    setText(this.message, [free, by].filter(Boolean).join(" "));
  }

  #writeSlots() {
    const now = serverNow();
    const found = this.#slots;
    if (!found) {
      this.#rows([], "loading");
      return setText(this.message, "");
    }
    const items = found.items.slice(0, SHOWN);
    const best = this.#best();
    const rows = items.map((slot) => this.#slotRow(slot, slot === best, now));
    this.#rows(rows, items.map(keyOf).join() + (best ? keyOf(best) : ""));
    if (best) setText(this.book, t("live.book", { time: this.#time(best.start, now), bay: named(best, "bay_name") }));
    return setText(this.message, this.#messageWords(found, now));
  }

  /**
   * @param {Found} found
   * @param {number} now
   */
  #messageWords({ items, firstOpen: [first], error }, now) {
    if (error) return error.message || t("common.no_answer");
    if (items.length) return "";
    const open = first ? ` ${t("live.first_open", { slot: slotWords(first, now) })}` : "";
    return t("live.no_slot_in_time") + t("common.full_stop") + open;
  }

  /**
   * @param {Api.Slot} slot
   * @param {boolean} chosen
   * @param {number} now
   */
  #slotRow(slot, chosen, now) {
    const id = `slot-${keyOf(slot)}`;
    const input = h("input", { type: "radio", name: "slot", id, checked: chosen });
    input.addEventListener("change", () => {
      this.#chosen = keyOf(slot);
      this.#key = newKey();
      this.#write();
    });
    return h(
      "label",
      { class: `slot${chosen ? " chosen" : ""}`, for: id },
      input,
      h("span", {}, slotWords(slot, now)),
      h("b", { class: "spare-minutes" }, spareOf(slot)),
    );
  }

  /**
   * Replace the rows only when they differ, so that a radio button keeps its focus.
   * @param {HTMLElement[]} rows
   * @param {string} key
   */
  #rows(rows, key) {
    const full = `${this.#shown}|${key}`;
    if (this.rows.dataset.key === full) return;
    const focused = focusIn(this.rows)?.id;
    this.rows.dataset.key = full;
    this.rows.replaceChildren(...rows);
    if (focused) document.getElementById(focused)?.focus();
  }

  /**
   * @param {string} text
   * @param {number} now
   */
  #time(text, now) {
    return clockTimeWithDay(instant(text), now, board.zone);
  }

  async #bookChosen() {
    const shipment = this.shipment;
    const slot = this.#best();
    if (!shipment || !slot || this.#busy) return;
    await this.#during(async () => {
      const wish = { shipment_id: shipment.id, bay_id: slot.bay_id, start: slot.start };
      const booked = await post("/appointments", wish, this.#key);
      note(t("live.booked_note", { number: booked.number, slot: slotWords(booked, serverNow()) }));
    });
  }

  async #cancelBooking() {
    const booked = this.appointment;
    if (!booked || this.#busy) return;
    await this.#during(async () => {
      const seen = { "If-Match": `"${booked.revision}"` };
      await post(`/appointments/${booked.id}/cancel`, { reason: t("live.cancel_reason") }, newKey(), seen);
      note(t("live.cancelled_note", { number: booked.number }));
    });
  }

  /** @param {() => Promise<void>} work */
  async #during(work) {
    this.#busy = true;
    this.#write();
    try {
      await work();
    } catch (error) {
      noteError(error);
    }
    this.#key = newKey();
    this.#busy = false;
    await this.#load();
  }
}

/** @param {Api.Slot} slot */
const spareOf = (slot) => spareWords(slot.spare_s === null ? null : slot.spare_s * 1000);

/** @param {Api.Slot | Api.Appointment} slot */
const keyOf = (slot) => `${slot.bay_id}-${Date.parse(slot.start)}`;

/**
 * Slots that differ in bay or time: two places of one bay are the same way to make it.
 * @param {Api.Slot[]} slots
 */
function apart(slots) {
  const seen = new Map(slots.map((slot) => /** @type {[string, Api.Slot]} */ ([keyOf(slot), slot])).reverse());
  return slots.filter((slot) => seen.get(keyOf(slot)) === slot);
}

/**
 * @param {Api.Slot | Api.Appointment} slot
 * @param {number} now
 */
function slotWords(slot, now) {
  const time = clockTimeWithDay(instant(slot.start), now, board.zone);
  return t("live.slot", { time, bay: named(slot, "bay_name") });
}

customElements.define("slot-list", SlotList);
