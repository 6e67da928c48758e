// The numbers of untaken and shelved alarms in the head of a page that has no stream.
import { get } from "./api.js";
import { setText } from "./dom.js";

const EVERY_MS = 30_000;
const UNTAKEN = new Set(["UNACKNOWLEDGED", "RTN_UNACKNOWLEDGED"]);
const SHELVED = new Set(["SHELVED", "SHELVED_RETURNED"]);

/** Write both numbers; a number that is nought is not shown. */
export function writeCounts(alarms) {
  write("[data-alarm-count]", alarms.filter((alarm) => UNTAKEN.has(alarm.state)).length);
  write("[data-shelved-count]", alarms.filter((alarm) => SHELVED.has(alarm.state)).length);
}

function write(selector, count) {
  document.querySelectorAll(selector).forEach((element) => {
    element.hidden = count === 0;
    setText(element.querySelector("b") ?? element, String(count));
  });
}

/** Ask now and every half minute; while nobody answers the last numbers stand. */
export function keepCounting() {
  const ask = () => get("/alarms?open=true").then(({ items }) => writeCounts(items)).catch(() => {});
  ask();
  setInterval(ask, EVERY_MS);
}
