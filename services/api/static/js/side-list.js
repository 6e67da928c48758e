// A list of shipments at the left of a page: chips, search, keys; the chosen one stands in the address.
import { at, find, focusIn, h, icon, setText } from "./dom.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { Panel } from "./panel.js";
import { store } from "./store.js";
import { Wishes } from "./wishes.js";

/** @param {string} text */
const folded = (text) => text.normalize("NFKC").toLowerCase().trim();
/** @param {Element} element */
const referenceOf = (element) => /** @type {HTMLElement} */ (element).dataset.reference ?? "";

/** @typedef {{reference: string, product?: string, shipment_id?: string}} Listed A shipment, or something about one. */

/**
 * What a page says of its list.
 * @typedef {{
 *   list: string, chip: string, all: () => any[], chips: (all: any[]) => [string, string][],
 *   passes: (one: any, chip: string) => boolean, order: (a: any, b: any) => number,
 *   mark: (one: any) => string, lines: (one: any) => Item[], nothing: () => [string, Item], chosen: () => void
 * }} Plan
 */

export class SideList {
  /** @param {Plan} plan */
  constructor(plan) {
    this.plan = plan;
    this.wishes = new Wishes({ [plan.chip]: "", q: "", s: "" });
    this.list = at(plan.list);
    this.row = at("who");
    this.panel = new Panel(this.list);
    const search = at("f-q");
    this.wishes.bind("q", search, "input");
    this.wishes.addEventListener("change", () => this.write());
    /** @param {OnPart<KeyboardEvent>} event */
    const within = (event) => this.list.contains(event.target);
    bindKey(
      ["j", "ArrowDown"],
      t("live.keys.down"),
      () => this.#step(1),
      (event) => event.key === "j" || within(event),
    );
    bindKey(
      ["k", "ArrowUp"],
      t("live.keys.up"),
      () => this.#step(-1),
      (event) => event.key === "k" || within(event),
    );
    bindKey(["/"], t("live.keys.search"), () => search.focus());
  }

  /** The reference of the chosen one. */
  get chosen() {
    return this.wishes.get("s");
  }

  write() {
    const { plan, wishes } = this;
    const all = plan.all();
    const shown = all.filter((one) => plan.passes(one, wishes.get(plan.chip)) && this.#found(one)).sort(plan.order);
    this.#writeChips(plan.chips(all));
    setText(at("count"), t("shipments.count", { n: shown.length }));
    if (!all.length) this.panel.empty(...plan.nothing());
    else if (!shown.length) this.panel.filtered(t("live.no_match"), this.#narrowing());
    else this.panel.ready();
    const held = focusIn(this.list);
    const focused = held && referenceOf(held);
    this.list.replaceChildren(...shown.map((one) => this.#row(one)));
    if (focused) this.#button(focused)?.focus({ preventScroll: true });
    plan.chosen();
  }

  /** The search, and the chip above the list that is pressed: what else the address says is no filter. */
  #narrowing() {
    const { plan, wishes } = this;
    return { active: wishes.active, clear: () => wishes.set({ [plan.chip]: "", q: "" }) };
  }

  /** @param {Listed} one */
  #found(one) {
    const words = [one.reference, productOf(one)];
    return words.some((text) => folded(text).includes(folded(this.wishes.get("q"))));
  }

  /** @param {[value: string, words: string][]} chips */
  #writeChips(chips) {
    const { row, wishes, plan } = this;
    const at = [...row.children].findIndex((chip) => focusIn(chip));
    row.replaceChildren(
      ...chips.map(([value, words]) =>
        h(
          "button",
          {
            class: "chip",
            type: "button",
            "data-chip": value,
            "aria-pressed": String(wishes.get(plan.chip) === value),
            onclick: () => wishes.set({ [plan.chip]: value }),
          },
          words,
        ),
      ),
    );
    if (at >= 0) /** @type {HTMLElement} */ (row.children[at])?.focus();
  }

  /** @param {Listed} one */
  #row(one) {
    const mark = this.plan.mark(one);
    return h(
      "li",
      {},
      h(
        "button",
        {
          class: `case is-${mark}`,
          type: "button",
          "data-reference": one.reference,
          "aria-current": this.chosen === one.reference ? "true" : null,
          onclick: () => this.wishes.set({ s: one.reference }),
        },
        h(
          "span",
          { class: "case-head" },
          icon(`m-${mark}`, "mark"),
          h("b", { class: "mono" }, one.reference),
          ` ${productOf(one)}`,
        ),
        this.plan.lines(one),
      ),
    );
  }

  /** @param {string} reference */
  #button(reference) {
    return /** @type {HTMLElement} */ (this.list.querySelector(`[data-reference="${CSS.escape(reference)}"]`));
  }

  /**
   * The next one below or above, and the focus with it.
   * @param {number} by
   */
  #step(by) {
    const all = [...this.list.querySelectorAll(".case")];
    const at = all.findIndex((one) => referenceOf(one) === this.chosen);
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    if (!next) return;
    const reference = referenceOf(next);
    this.wishes.set({ s: reference }, { push: false });
    this.#button(reference)?.focus();
  }
}

/** @param {Listed} one */
export const productOf = (one) => one.product ?? store.shipments.get(one.shipment_id ?? "")?.product ?? "";

/**
 * The head of the chosen one, with where its links lead.
 * @param {HTMLElement} place
 * @param {Listed} one
 * @param {Record<string, string>} links
 */
export function writeHead(place, one, links) {
  setText(find("h2", place), one.reference);
  setText(find(".product", place), productOf(one));
  for (const [name, path] of Object.entries(links)) find(`[data-link=${name}]`, place).href = path;
}
