// A list keeps its places while somebody is among it, at most ten seconds: nothing slides under a press.
import { onTick } from "./clock.js";

export const WAIT_AT_MOST_MS = 10_000;

/**
 * Whether a pointer or the focus is among what a list shows.
 * @param {HTMLElement} list
 */
export const isAmong = (list) => list.matches(":hover") || list.contains(document.activeElement);

/**
 * What is not there any more stays where it was until places may change, and nothing in it can be pressed.
 * @param {Element} element
 */
export function fade(element) {
  element.classList.add("gone");
  for (const control of element.querySelectorAll("button, input")) control.disabled = true;
}

export class Still {
  /** Whether places are kept in this writing. */
  keeps = false;
  #list;
  /** Since when a change waits. @type {number | null} */
  #since = null;

  /**
   * @param {HTMLElement} list What people look at and press in.
   * @param {() => unknown} write Writes it anew, once places may change.
   */
  constructor(list, write) {
    this.#list = list;
    const settle = () => {
      if (this.#since !== null && (!this.#busy() || this.#isOver())) write();
    };
    list.addEventListener("pointerleave", settle);
    list.addEventListener("focusout", () => setTimeout(settle));
    onTick(settle);
  }

  #busy() {
    return this.#list.childElementCount > 0 && isAmong(this.#list);
  }

  #isOver() {
    return this.#since !== null && performance.now() - this.#since > WAIT_AT_MOST_MS;
  }

  /** Before each writing: are places kept? */
  begin(force = false) {
    this.keeps = !force && !this.#isOver() && this.#busy();
    if (!this.keeps) this.#since = null;
  }

  /** Something waits until places may change. */
  wait() {
    this.#since ??= performance.now();
  }

  /**
   * Put elements, known by their data-id, in their order; or new ones at the end while places are kept.
   * @param {HTMLElement} place
   * @param {HTMLElement[]} elements
   */
  put(place, elements) {
    const order = this.keeps ? this.#kept(place, elements) : elements;
    const stay = new Set(order);
    for (const child of [...place.children]) if (!stay.has(child)) child.remove();
    order.forEach((element, index) => {
      if (place.children[index] !== element) place.insertBefore(element, place.children[index] ?? null);
    });
  }

  /**
   * @param {HTMLElement} place
   * @param {HTMLElement[]} elements
   */
  #kept(place, elements) {
    const byId = new Map(elements.map((element) => [element.dataset.id, element]));
    const old = [...place.querySelectorAll(":scope > *")].map((child) => {
      const same = byId.get(child.dataset.id);
      if (!same) fade(child);
      return same ?? child;
    });
    const order = [...new Set([...old, ...elements])];
    if (order.some((element, index) => element !== elements[index])) this.wait();
    return order;
  }
}
