// The rows of one bay: all of them while they are few, else those that can be seen and a few around.
import { h } from "./dom.js";

/** So many rows stand in the page at once; what is beyond is room of their height. */
export const MANY = 150;
const AROUND = 12;
/** So many are added on each side at a time: a frame has room for about twenty new rows. */
const STEP = 4;

export class StripWindow {
  /** What the bay holds, in order. @type {Api.Shipment[]} */
  rows = [];
  whole = true;
  /** From which row to which stand in the page. */
  #stands = [0, 0];

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

  /**
   * Hold these rows; of many the height is said, so that what is below lies right at once.
   * @param {Api.Shipment[]} rows
   * @param {number} height
   */
  fill(rows, height) {
    this.rows = rows;
    this.list.style.height = rows.length > MANY ? `${rows.length * height}px` : "";
  }

  /**
   * From which row to which shall stand in the page: those that are seen at once, of those around a few more with
   * each drawing; `whole` says whether that is all.
   * @returns {[number, number]}
   * @param {number} height
   */
  range(height) {
    this.whole = true;
    if (this.rows.length <= MANY) return [0, this.rows.length];
    const above = Math.floor((this.scroller.scrollTop - this.list.offsetTop) / height);
    const fit = Math.ceil(this.scroller.clientHeight / height);
    /** @param {number} index */
    const within = (index) => Math.min(this.rows.length, Math.max(0, index));
    const [from, to] = [within(above - AROUND), within(above + fit + AROUND)];
    const [first, last] = this.#near(within(above - 1), within(above + fit + 1));
    const range = [Math.max(from, first - STEP), Math.min(to, last + STEP)];
    this.whole = range[0] === from && range[1] === to;
    return /** @type {[number, number]} */ (range);
  }

  /**
   * What is seen, with what stands beside it already.
   * @param {number} from
   * @param {number} to
   */
  #near(from, to) {
    const [first, last] = this.#stands;
    return first <= to && last >= from ? [Math.min(first, from), Math.max(last, to)] : [from, to];
  }

  /**
   * Put the rows from `first` on in the page. Those that stay are not touched: what leaves goes first, then what
   * is new comes in its place.
   * @param {number} first
   * @param {Element[]} elements
   * @param {number} height
   */
  show(first, elements, height) {
    this.#stands = [first, first + elements.length];
    this.list.style.paddingTop = `${first * height}px`;
    const wanted = new Set(elements);
    for (const element of [...this.list.children]) if (!wanted.has(element)) element.remove();
    elements.forEach((element, index) => {
      if (this.list.children[index] !== element) this.list.insertBefore(element, this.list.children[index] ?? null);
    });
  }

  /**
   * Bring a row into view, also one that does not stand in the page yet.
   * @param {number} index
   * @param {number} height
   */
  reveal(index, height) {
    const top = this.list.offsetTop + index * height;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop + height) this.scroller.scrollTop = top - height;
    else if (top + height > scrollTop + clientHeight) this.scroller.scrollTop = top + height - clientHeight;
  }
}
