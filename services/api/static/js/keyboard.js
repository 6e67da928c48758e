// Single keys, and `g` with a letter for the pages; `?` shows what there is, and a switch turns all off.
import { at, find, h } from "./dom.js";
import { t } from "./i18n.js";

const OFF = "keys_off";
const GO_WITHIN_MS = 3_000;
/** @type {{keys: string[], words: string, act: () => void, when?: (event: OnPart<KeyboardEvent>) => boolean}[]} */
const bindings = [];
let goingSince = -Infinity;

/**
 * Offer a key on this page; `when` says whether it belongs to the page at this moment.
 * @param {string[]} keys
 * @param {string} words
 * @param {() => void} act
 * @param {(event: OnPart<KeyboardEvent>) => boolean} [when]
 */
export function bindKey(keys, words, act, when) {
  bindings.push({ keys, words, act, when });
}

const TEXT = "input:not([type=checkbox], [type=range]), textarea, select, [contenteditable], .asks";
/**
 * Whether a key belongs to what has the focus: letters do where words go, and anywhere in a note that asks for them,
 * the others in every control.
 * @param {Part} element
 * @param {string} key
 */
const typing = (element, key) => element.closest?.(key.length === 1 && key !== " " ? TEXT : `${TEXT}, input`);
const links = () => [...document.querySelectorAll("[data-go]")];

function showKeys() {
  /**
   * @param {string[]} keys
   * @param {string} words
   */
  const row = (keys, words) =>
    h(
      "div",
      {},
      h(
        "dt",
        {},
        keys.flatMap((/** @type {string} */ key) => [h("kbd", {}, key), " "]),
      ),
      h("dd", {}, words),
    );
  find("#keys dl").replaceChildren(
    ...bindings.map(({ keys, words }) => row(keys, words)),
    ...links().map(({ dataset: { go = "", name = "" } }) => row(["g", go], name)),
    row(["?"], t("shell.keys.help")),
  );
  at("keys").showModal();
}

/** @param {string} key */
function go(key) {
  const link = links().find((one) => one.dataset.go === key);
  if (link) location.assign(link.href);
  return Boolean(link);
}

/** @param {OnPart<KeyboardEvent>} event */
function onKey(event) {
  const { key } = event;
  if (performance.now() - goingSince < GO_WITHIN_MS) {
    goingSince = -Infinity;
    if (go(key)) return event.preventDefault();
  }
  if (key === "g") {
    goingSince = performance.now();
    return undefined;
  }
  const action = key === "?" ? showKeys : actionOf(event);
  if (!action) return undefined;
  // Enter still presses what has the focus, which the action may move.
  if (key === "Enter") return setTimeout(action);
  event.preventDefault();
  // Done before the next key comes: `j` and a quick Enter open the row that `j` has reached.
  return action();
}

/** @param {OnPart<KeyboardEvent>} event */
const actionOf = (event) => bindings.find(({ keys, when }) => keys.includes(event.key) && (!when || when(event)))?.act;

export function startKeyboard() {
  const off = at("keys-off");
  off.checked = localStorage.getItem(OFF) === "1";
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : "0"));
  document.querySelectorAll("[data-part=keys]").forEach((button) => button.addEventListener("click", showKeys));
  addEventListener("keydown", (pressed) => {
    const event = /** @type {OnPart<KeyboardEvent>} */ (pressed);
    if (event.ctrlKey || event.metaKey || event.altKey || off.checked) return;
    if (!typing(event.target, event.key) && !document.querySelector("dialog[open]")) onKey(event);
  });
}
