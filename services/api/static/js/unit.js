// The unit in which a person reads temperatures. What is kept, sent, signed, printed and saved as a file stays °C.
import { viewer } from "./page.js";
import { zone } from "./zone.js";

/** Each person's own, also where several work at one computer. */
const CHOICE = `unit_choice:${viewer?.id ?? ""}`;
export const UNIT_CHOICES = ["c", "f"];

class Unit {
  #choice = localStorage.getItem(CHOICE) ?? "c";
  #paper = false;

  constructor() {
    // Another tab of the same browser chose.
    addEventListener("storage", ({ key, newValue }) => {
      if (key === CHOICE) this.#take(newValue ?? "c");
    });
  }

  get choice() {
    return this.#choice;
  }

  get fahrenheit() {
    return this.#choice === "f" && !this.#paper;
  }

  /** @param {string} choice */
  choose(choice) {
    const known = UNIT_CHOICES.includes(choice) ? choice : "c";
    localStorage.setItem(CHOICE, known);
    this.#take(known);
  }

  /**
   * What goes onto paper is a record.
   * @param {boolean} paper
   */
  onPaper(paper) {
    this.#paper = paper;
    zone.again();
  }

  /** @param {string} choice */
  #take(choice) {
    this.#choice = choice;
    zone.again();
  }
}

export const unit = new Unit();
