// Several rows at once: chosen row by row, then one request for each of them, and what came of it in words.
import { newKey, RequestError } from "./api.js";
import { find, h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { note } from "./say.js";

/**
 * @template T
 * @typedef {{rows: string, fits: (one: T) => boolean, nameOf: (one: T) => string}} Kind
 *   `rows`: which elements are rows, each with its `data-id`; `fits`: whether there is anything to do with one.
 */

/** @template {{id: string}} T */
export class Chosen {
  /** @type {Set<string>} */
  #chosen = new Set();
  /** What is shown and can be chosen. @type {Map<string, T>} */
  #shown = new Map();
  #bar;
  #all;
  /** @type {Kind<T>} */
  #kind;
  /** What each button is for. @type {{button: Part, fits: (one: T) => boolean}[]} */
  #buttons = [];
  /** What was refused last. @type {HTMLElement | null} */
  #told = null;

  /**
   * @param {HTMLElement} bar Holds the box for all, the count and the buttons.
   * @param {Kind<T>} kind
   */
  constructor(bar, kind) {
    this.#bar = bar;
    this.#kind = kind;
    this.#all = /** @type {HTMLInputElement} */ (bar.querySelector("input"));
    this.#all.addEventListener("change", () => {
      this.#chosen = new Set(this.#all.checked ? this.#shown.keys() : []);
      this.#write();
    });
  }

  /**
   * A button of the bar; it sleeps while none of those chosen fits.
   * @param {string} name
   * @param {boolean} allowed
   * @param {() => unknown} run
   */
  button(name, allowed, run, fits = this.#kind.fits) {
    const button = find(`[data-bulk=${name}]`, this.#bar);
    button.hidden = !allowed;
    button.addEventListener("click", run);
    if (allowed) this.#buttons.push({ button, fits });
  }

  /**
   * The box by which a row is chosen; nothing where there is nothing to do.
   * @param {T} one
   * @param {string} label
   */
  boxFor(one, label) {
    if (!this.#buttons.length || !this.#kind.fits(one)) return null;
    const box = h("input", {
      type: "checkbox",
      class: "choose",
      "aria-label": label,
      onchange: () => {
        this.#chosen[box.checked ? "add" : "delete"](one.id);
        this.#write();
      },
    });
    box.checked = this.#chosen.has(one.id);
    return box;
  }

  /**
   * What the page shows now; what is shown no longer is chosen no longer.
   * @param {Iterable<T>} shown
   */
  shows(shown) {
    this.#shown = new Map([...shown].filter(this.#kind.fits).map((one) => [one.id, one]));
    this.#chosen = new Set([...this.#chosen].filter((id) => this.#shown.has(id)));
    this.#write();
  }

  /** Those chosen, as they were shown last. */
  get items() {
    return [...this.#chosen].map((id) => this.#shown.get(id)).filter(Boolean);
  }

  #write() {
    const n = this.#chosen.size;
    this.#bar.hidden = !this.#buttons.length || this.#shown.size === 0;
    this.#all.checked = n > 0 && n === this.#shown.size;
    this.#all.indeterminate = n > 0 && n < this.#shown.size;
    setText(find("[data-part=chosen]", this.#bar), n ? t("bulk.chosen", { n }) : "");
    for (const { button, fits } of this.#buttons) button.disabled = !this.items.some(fits);
    for (const row of document.querySelectorAll(this.#kind.rows)) {
      const box = row.querySelector(".choose");
      if (box) box.checked = this.#chosen.has(row.dataset.id ?? "");
    }
  }

  /**
   * One after the other, each an act of its own in the audit trail; what was done is not done again when the
   * rest is sent once more.
   * @param {T[]} items
   * @param {(one: T, body: any, key: string) => Promise<unknown>} send
   * @param {(asked: any, one: T) => Record<string, any>} bodyOf
   * @param {(one: T) => T} newest As it stands by now: from there it goes on when it had changed since it was chosen.
   */
  each(items, send, bodyOf, newest = (one) => one) {
    /** @type {Set<T>} */
    const done = new Set();
    /** What was sent, and under which key: an answer may have been lost. @type {Map<T, any>} */
    const sent = new Map();
    /** What was not as it had been seen. @type {Set<T>} */
    const changed = new Set();
    return (/** @type {any} */ asked) =>
      this.#rest(items, done, async (one) => {
        const words = JSON.stringify(asked);
        if (sent.get(one)?.words !== words) {
          const seen = changed.has(one) ? newest(one) : one;
          sent.set(one, { words, key: newKey(), seen, body: bodyOf(asked, seen) });
        }
        const { body, key, seen } = sent.get(one);
        try {
          return await send(seen, body, key);
        } catch (error) {
          if (error instanceof RequestError && error.status === 412) {
            changed.add(one);
            sent.delete(one);
          }
          throw error;
        }
      }).finally(() => this.#write()); // Also when the rest was not sent.
  }

  /**
   * What is refused stays chosen, and says why.
   * @param {T[]} items
   * @param {Set<T>} done
   * @param {(one: T) => Promise<unknown>} act
   */
  async #rest(items, done, act) {
    /** @type {[T, Refusal][]} */
    const refused = [];
    for (const one of items) {
      if (done.has(one)) continue;
      try {
        await act(one);
        done.add(one);
        this.#chosen.delete(one.id);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        // Nothing answers, or nobody is signed in: the words stay in the dialog, and it can be sent again.
        if (error.status <= 0 || error.status === 401) throw error;
        refused.push([one, error]);
      }
    }
    this.#tell(refused);
    if (refused.length === items.length) throw refused[0][1];
    note(t("bulk.done", { n: done.size }));
    return true;
  }

  /** @param {[T, Refusal][]} refused */
  #tell(refused) {
    this.#told?.remove();
    this.#told = null;
    if (!refused.length) return;
    const lines = refused.map(([one, error]) =>
      h("li", {}, h("b", { class: "mono" }, this.#kind.nameOf(one)), ` ${error.words}`),
    );
    const content = h("div", {}, t("bulk.refused", { n: refused.length }), h("ul", {}, lines));
    this.#told = note(content, { kind: "bad", stays: true });
  }
}
