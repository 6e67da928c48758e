// The filters of a page, kept in its address so that a link and the back button bring them again.
import { t } from "./i18n.js";

/**
 * @template {Record<string, string>} T
 * @param {T} defaults Names and what they are when the address is silent.
 */
export class Wishes extends EventTarget {
  #defaults;
  /** The fields that people filter with, by name. @type {Map<string, Part>} */
  #fields = new Map();

  /** @param {T} defaults */
  constructor(defaults) {
    super();
    this.#defaults = defaults;
    addEventListener("popstate", () => this.dispatchEvent(new Event("change")));
  }

  /** @param {string} name */
  get(name) {
    return new URLSearchParams(location.search).get(name) ?? this.#defaults[name];
  }

  /** Whether any filter differs from its default. */
  get narrowed() {
    return Object.keys(this.#defaults).some((name) => this.get(name) !== this.#defaults[name]);
  }

  /** Each field that narrows what is shown: in words, and how to take it away alone. */
  get active() {
    return [...this.#fields]
      .filter(([name]) => this.get(name) !== this.#defaults[name])
      .map(([name, field]) => ({
        words: t("shell.filter_named", { name: labelOf(field), value: chosenIn(field, this.get(name)) }),
        remove: () => {
          this.set({ [name]: "" });
          field.focus();
        },
      }));
  }

  /**
   * Change some; `push` makes a step that the back button undoes.
   * @param {Record<string, string>} changes
   */
  set(changes, { push = true } = {}) {
    const query = new URLSearchParams(location.search);
    for (const name of ["lang", "theme"]) query.delete(name);
    for (const [name, value] of Object.entries(changes)) {
      if (!value || value === this.#defaults[name]) query.delete(name);
      else query.set(name, value);
    }
    history[push ? "pushState" : "replaceState"](null, "", query.size ? `?${query}` : location.pathname);
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Go to what an address of this page says, and no more.
   * @param {string} query
   */
  go(query) {
    history.pushState(null, "", query ? `?${query}` : location.pathname);
    this.dispatchEvent(new Event("change"));
  }

  clear() {
    this.set(Object.fromEntries(Object.keys(this.#defaults).map((name) => [name, ""])));
  }

  /**
   * Bind a form field: its value is the wish, both ways.
   * @param {string} name
   * @param {Part} field
   */
  bind(name, field, event = "change") {
    this.#fields.set(name, field);
    const write = () => {
      if (document.activeElement !== field) field.value = this.get(name);
    };
    field.value = this.get(name);
    field.addEventListener(event, () => this.set({ [name]: field.value }, { push: event === "change" }));
    this.addEventListener("change", write);
  }
}

/** @param {Part} field */
function labelOf(field) {
  const texts = [...(field.labels?.[0]?.childNodes ?? [])].filter((node) => node.nodeType === Node.TEXT_NODE);
  return texts.map((node) => node.textContent?.trim()).find(Boolean) ?? field.getAttribute("aria-label") ?? "";
}

/**
 * What people chose or typed, as they see it.
 * @param {Part} field
 * @param {string} value
 */
function chosenIn(field, value) {
  const option = [...(field.options ?? [])].find((one) => one.value === value);
  return option ? option.textContent.trim() : value;
}
