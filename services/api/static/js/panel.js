// The states of a panel: loading, nothing yet, nothing that matches, failed, not allowed; old data stays.
import { RequestError } from "./api.js";
import { serverNow } from "./clock.js";
import { h, icon } from "./dom.js";
import { clockTimeSeconds, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { zone } from "./zone.js";

const SKELETON_LINES = 6;

/**
 * What narrows a list, as `Wishes` has it.
 * @typedef {{words: string, remove: () => void}} Filter
 * @typedef {{active: Filter[], clear: () => void}} Narrowing
 */

/**
 * The filters that hold, each with a cross that takes it away.
 * @param {Filter[]} active
 */
const filterChips = (active) =>
  h(
    "p",
    { class: "actions filter-chips" },
    active.map(({ words, remove }) =>
      h(
        "button",
        { class: "chip", type: "button", "aria-label": t("shell.remove_filter", { filter: words }), onclick: remove },
        words,
        h("span", { "aria-hidden": "true" }, " ×"),
      ),
    ),
  );

/**
 * The same in a place of their own; written anew only when they differ.
 * @param {HTMLElement} place
 * @param {Filter[]} active
 */
export function writeChips(place, active) {
  const key = active.map(({ words }) => words).join("\n");
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.replaceChildren(filterChips(active));
}

/** One panel: `element` holds its content; the state stands in front of it. */
export class Panel {
  #asked = 0;
  #loaded = false;
  #readAt = 0;
  #failing = false;

  /** @param {HTMLElement} element The content: hidden while there is nothing to show. */
  constructor(element) {
    this.content = element;
    this.state = h("div", { role: "status" });
    element.before(this.state);
    element.hidden = true;
  }

  /**
   * Read and show. An answer that a later question has overtaken is thrown away; a failure keeps
   * what was shown before, below the words that say so.
   * @param {() => Promise<any>} read
   * @param {(answer: any) => void} show
   */
  async load(read, show) {
    const mine = ++this.#asked;
    this.#failing = false;
    if (this.#loaded) this.content.classList.add("refreshing");
    else this.#put(skeleton());
    try {
      const answer = await read();
      if (mine !== this.#asked) return;
      this.#loaded = true;
      this.#readAt = serverNow();
      this.ready();
      show(answer);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (mine === this.#asked) this.failed(error, () => this.load(read, show));
    } finally {
      if (mine === this.#asked) this.content.classList.remove("refreshing");
    }
  }

  /** There is something to show; what was read in vain stays told above it. */
  ready() {
    if (!this.#failing) this.state.replaceChildren();
    this.content.hidden = false;
  }

  /** What the stream tells has not come yet: an empty place would say that there is nothing. */
  waiting() {
    if (!this.#failing) this.#put(skeleton());
  }

  /**
   * Nothing yet: one sentence, and the action that fills it.
   * @param {string} words
   * @param {...Item} actions
   */
  empty(words, ...actions) {
    this.#nothing(h("p", {}, words), actions);
  }

  /**
   * Nothing matches the filters: each can be taken away alone, all of them by one press.
   * @param {string} words
   * @param {Narrowing} wishes
   */
  filtered(words, wishes) {
    const all = h("button", { class: "btn", type: "button", onclick: () => wishes.clear() }, t("shell.clear_filters"));
    this.#nothing([h("h2", {}, words), filterChips(wishes.active)], [all]);
  }

  /**
   * What happened, when, what still works, and another try.
   * @param {Refusal} error
   * @param {() => void} again
   */
  failed(error, again) {
    this.#failing = true;
    const now = serverNow();
    const values = { status: error.status, time: `${clockTimeSeconds(now, zone.name)} ${zoneName(now, zone.name)}` };
    const words = error.status === 0 ? t("shell.no_answer_at", values) : t("shell.answered", values);
    const refused = error.status === 403 || error.status === 404;
    this.state.replaceChildren(
      h(
        "section",
        { class: "state state-failed" },
        h("h2", {}, icon("m-p1", "mark"), t(refused ? "shell.not_for_you" : "shell.failed")),
        h("p", {}, words),
        error.message && error.status ? h("p", {}, error.words) : null,
        error.number && !refused
          ? h("p", { class: "sub" }, t("shell.trace"), " ", h("span", { class: "mono" }, error.number))
          : null,
        this.#loaded ? h("p", {}, t("shell.shown_of", { time: clockTimeSeconds(this.#readAt, zone.name) })) : null,
        refused
          ? null
          : h(
              "p",
              { class: "actions" },
              h("button", { class: "btn", type: "button", onclick: again }, t("common.try_again")),
            ),
      ),
    );
    this.content.hidden = !this.#loaded;
  }

  /**
   * @param {Content} words
   * @param {Item[]} actions
   */
  #nothing(words, actions) {
    if (this.#failing) return;
    this.#put(h("section", { class: "state" }, words, actions.length ? h("p", { class: "actions" }, actions) : null));
  }

  /**
   * What says the same stays: whoever goes through it by key is not thrown out.
   * @param {HTMLElement} element
   */
  #put(element) {
    const [stands, more] = this.state.children;
    if (more || !stands?.isEqualNode(element)) this.state.replaceChildren(element);
    this.content.hidden = true;
  }
}

const skeleton = () =>
  h(
    "div",
    { class: "state state-loading" },
    Array.from({ length: SKELETON_LINES }, () => h("i", { "aria-hidden": "true" })),
    h("p", {}, t("shell.loading")),
  );
