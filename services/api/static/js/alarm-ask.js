// A note that asks for words about one alarm: it names it, has the focus, and belongs to no other.
import { alarmWords } from "./alarm-words.js";
import { serverNow } from "./clock.js";
import { find, h } from "./dom.js";
import { note } from "./say.js";
import { store } from "./store.js";
import { zone } from "./zone.js";

/** So many that nobody has begun to answer stand at once; an alarm whose question has gone offers it in its row. */
const MOST = 3;

/** @type {Map<string, Asked>} */
const asked = new Map();

/**
 * Which alarm a note is about.
 * @param {Api.Alarm} alarm
 */
export function headOf(alarm) {
  const { title } = alarmWords(alarm, store.newest(alarm.shipment_id), serverNow(), zone.name);
  const of = h("span", { class: "mono" }, alarm.shipment_reference ?? alarm.box_id ?? "");
  return h("b", { class: "of" }, `P${alarm.priority} `, of, ` ${title}`);
}

/**
 * What is asked: the name of the question, its label, the button, what is done with the words, and what stands before.
 * @typedef {{name: string, label: string, button: string, say: (reason: string) => Promise<unknown>,
 *   before?: HTMLElement[]}} Question
 */

class Asked {
  #note;
  #key;
  #from = document.activeElement;

  /**
   * @param {Api.Alarm} alarm
   * @param {Question} question
   */
  constructor(alarm, { name, label, button, say, before = [] }) {
    this.#key = `${name}-${alarm.id}`;
    this.alarm = alarm;
    this.input = h("input", { id: this.#key, class: "field", maxlength: 1000, autocomplete: "off" });
    const save = h("button", { class: "btn sm p", type: "submit" }, button);
    const form = h(
      "form",
      { class: "reason" },
      headOf(alarm),
      before,
      h("label", { for: this.#key }, label),
      this.input,
      save,
    );
    this.#note = note(form, { kind: "asks", stays: true });
    this.#note.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape") this.close();
    });
    find(":scope > .btn", this.#note).addEventListener("click", () => this.close());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const words = this.input.value.trim();
      if (words && (await say(words))) this.close();
    });
    asked.set(this.#key, this);
  }

  /**
   * Something else to do, beside the answer.
   * @param {HTMLElement | null} button
   */
  offer(button) {
    this.#note.querySelector(".undo")?.remove();
    if (button) find("form", this.#note).append(button);
  }

  /** Whoever was in it goes on where they came from. */
  close() {
    const inside = this.#note.contains(document.activeElement) || document.activeElement === document.body;
    this.#note.remove();
    asked.delete(this.#key);
    if (!inside) return;
    const row = document.querySelector(`.alarm-row[data-id="${this.alarm.id}"]`);
    /** @type {HTMLElement | null} */ (this.#from?.isConnected ? this.#from : row)?.focus({ preventScroll: true });
  }
}

/**
 * What was asked of an alarm is asked no longer; the words that were typed, if any.
 * @param {Api.Alarm} alarm
 * @param {string} name
 */
export function endAsking(alarm, name) {
  const open = asked.get(`${name}-${alarm.id}`);
  open?.close();
  return open?.input.value ?? "";
}

/**
 * Ask, or go on with what is being asked already. It stays until it is said or closed.
 * @param {Api.Alarm} alarm
 * @param {Question} question
 */
export function askWords(alarm, question) {
  const open = asked.get(`${question.name}-${alarm.id}`) ?? new Asked(alarm, question);
  const waiting = [...asked.values()].filter((one) => one !== open && !one.input.value);
  for (const one of waiting.slice(0, Math.max(0, waiting.length - MOST + 1))) one.close();
  open.input.focus();
  return open;
}
