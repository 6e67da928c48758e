// Words for people who listen, and short notes about what the person on the page just did.
import { RequestError } from "./api.js";
import { at, h } from "./dom.js";
import { t } from "./i18n.js";

const APART_MS = 10_000;
const NOTE_MS = 8_000;
let spokenAt = -APART_MS;
/** @type {{sentence: string, alarm: boolean, urgent: boolean}[]} */
let held = [];
/** @type {number | null} */
let timer = null;

/**
 * Speak at most once in ten seconds; what comes in between is said together, and several alarms as their count.
 * @param {{sentence: string, alarm: boolean, urgent: boolean}} one
 */
function hold(one) {
  held.push(one);
  if (timer) return;
  timer = setTimeout(speak, Math.max(0, spokenAt + APART_MS - performance.now()));
}

function speak() {
  const alarms = held.filter(({ alarm }) => alarm);
  const rest = new Set(held.filter(({ alarm }) => !alarm).map(({ sentence }) => sentence));
  const words = alarms.length > 1 ? [t("shell.new_alarms", { n: alarms.length })] : alarms.map((one) => one.sentence);
  const [told, silent] = held.some(({ urgent }) => urgent) ? ["say-alert", "say"] : ["say", "say-alert"];
  at(silent).textContent = "";
  at(told).textContent = [...words, ...rest].join(" ");
  spokenAt = performance.now();
  held = [];
  timer = null;
}

/**
 * Speak of a new alarm: the first rank interrupts, the others wait until the reader pauses.
 * @param {string} sentence
 * @param {boolean} urgent
 */
export const announceAlarm = (sentence, urgent) => hold({ sentence, alarm: true, urgent });

/**
 * Speak politely: link state, countdown steps.
 * @param {string} sentence
 */
export const announce = (sentence) => hold({ sentence, alarm: false, urgent: false });

/**
 * A note at the lower edge; it stays while it carries something to do.
 * @param {Item} content
 */
export function note(content, { kind = "", stays = false } = {}) {
  const close = h("button", { class: "btn sm", type: "button" }, t("common.close"));
  const element = h("div", { class: `note ${kind}` }, h("div", { class: "note-body" }, content), close);
  close.addEventListener("click", () => element.remove());
  at("notes").append(element);
  if (!stays) setTimeout(() => element.remove(), NOTE_MS);
  return element;
}

/**
 * Show a failed request as the server worded it.
 * @param {unknown} error
 */
export function noteError(error) {
  const refused = error instanceof RequestError;
  const words = refused && error.status === 0 ? t("common.no_answer") : refused ? error.words : wordsOf(error);
  return note(words, { kind: "bad", stays: true });
}

/** @param {unknown} error What is no refusal: the browser's own, such as of a passkey. */
const wordsOf = (error) => (error instanceof Error ? error.message : String(error));
