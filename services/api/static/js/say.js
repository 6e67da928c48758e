// Words for people who listen, and short notes about what the person on the page just did.
import { h } from "./dom.js";
import { t } from "./i18n.js";

const APART_MS = 10_000;
const NOTE_MS = 8_000;
let spokenAt = -APART_MS;
/** @type {string[]} */
let held = [];
/** @type {number | null} */
let timer = null;

/**
 * Speak at most once in ten seconds; more alarms in between become a count.
 * @param {string} sentence
 */
export function announceAlarm(sentence) {
  held.push(sentence);
  if (timer) return;
  const pause = Math.max(0, spokenAt + APART_MS - performance.now());
  timer = setTimeout(speakAlarms, pause);
}

function speakAlarms() {
  const words = held.length > 1 ? t("shell.new_alarms", { n: held.length }) : held[0];
  document.getElementById("say-alert").textContent = words;
  spokenAt = performance.now();
  held = [];
  timer = null;
}

/**
 * Speak politely: link state, second-rank alarms, countdown steps.
 * @param {string} sentence
 */
export function announce(sentence) {
  document.getElementById("say").textContent = sentence;
}

/**
 * A note at the lower edge; it stays while it carries something to do.
 * @param {Item} content
 */
export function note(content, { kind = "", stays = false } = {}) {
  const close = h("button", { class: "btn sm", type: "button" }, t("common.close"));
  const element = h("div", { class: `note ${kind}` }, h("div", { class: "note-body" }, content), close);
  close.addEventListener("click", () => element.remove());
  document.getElementById("notes").append(element);
  if (!stays) setTimeout(() => element.remove(), NOTE_MS);
  return element;
}

/**
 * Show a failed request as the server worded it.
 * @param {Refusal} error
 */
export function noteError(error) {
  return note(error.status === 0 ? t("common.no_answer") : (error.words ?? error.message), {
    kind: "bad",
    stays: true,
  });
}
