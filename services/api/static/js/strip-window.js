// The rows of one bay: all of them while they are few, else those that can be seen and a few around.
import { h } from "./dom.js";

/** So many rows stand in the page at once; what is beyond is room of their height. */
export const MANY = 150;
const AROUND = 12;

export class StripWindow {
  /** What the bay holds, in order. @type {Api.Shipment[]} */
  rows = [];

  /**
   * @param {string} bay
   * @param {HTMLElement} scroller
   */
  constructor(bay, scroller) {
    this.scroller = scroller;
    this.title = h("h2", { class: "bay-title", id: `bay-${bay}` });
    this.list = h("ol", { class: "bay-rows", role: "list", "aria-labelledby": `bay-${bay}` });
    this.section = h("section", { class: "bay", "data-bay": bay, hidden: true }, this.title, this.list);
  }

  /** Put in place what can be seen; `elementOf` makes or finds the row of a shipment. */
  show(height, elementOf) {
    const [first, last] = this.#range(height);
    this.list.style.paddingTop = `${first * height}px`;
    this.list.style.paddingBottom = `${(this.rows.length - last) * height}px`;
    const elements = this.rows.slice(first, last).map(elementOf);
    elements.forEach((element, index) => {
      if (this.list.children[index] !== element) this.list.insertBefore(element, this.list.children[index] ?? null);
    });
    while (this.list.children.length > elements.length) this.list.lastChild.remove();
  }

  /** Bring a row into view, also one that does not stand in the page yet. */
  reveal(index, height) {
    const top = this.list.offsetTop + index * height;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop + height) this.scroller.scrollTop = top - height;
    else if (top + height > scrollTop + clientHeight) this.scroller.scrollTop = top + height - clientHeight;
  }

  #range(height) {
    if (this.rows.length <= MANY) return [0, this.rows.length];
    const above = this.scroller.scrollTop - this.list.offsetTop;
    const fit = Math.ceil(this.scroller.clientHeight / height);
    const first = Math.min(this.rows.length, Math.max(0, Math.floor(above / height) - AROUND));
    return [first, Math.min(this.rows.length, Math.max(0, Math.floor(above / height)) + fit + AROUND)];
  }
}
