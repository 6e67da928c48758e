// The numbers of untaken and shelved alarms in the head of every page.
import { setText } from "./dom.js";
import { store } from "./store.js";

const UNTAKEN = new Set(["UNACKNOWLEDGED", "RTN_UNACKNOWLEDGED"]);
const SHELVED = new Set(["SHELVED", "SHELVED_RETURNED"]);

/** @param {Api.Alarm} alarm */
export const isUntaken = (alarm) => UNTAKEN.has(alarm.state);
/** @param {Api.Alarm} alarm */
export const isShelved = (alarm) => SHELVED.has(alarm.state);

function writeCounts() {
  const alarms = [...store.alarms.values()];
  write("[data-alarm-count]", alarms.filter(isUntaken).length);
  write("[data-shelved-count]", alarms.filter(isShelved).length);
}

/**
 * A number that is nought is not shown.
 * @param {string} selector
 * @param {number} count
 */
function write(selector, count) {
  document.querySelectorAll(selector).forEach((element) => {
    element.hidden = count === 0;
    setText(element.querySelector("b") ?? element, String(count));
  });
}

export function startCounting() {
  store.addEventListener("snapshot", writeCounts);
  store.addEventListener("alarms", writeCounts);
}
