// The keys of the live board: j and k move, Enter opens, a takes the alarm, b books, / searches.
import { acknowledge } from "./alarm-acts.js";
import { untakenAlarms } from "./alarm-bar.js";
import { board } from "./board.js";
import { find } from "./dom.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { store } from "./store.js";
import { stream } from "./stream.js";

/** @param {number} step */
function move(step) {
  const list = /** @type {import("./strip-list.js").StripList} */ (find("strip-list"));
  const references = list.references;
  if (!references.length) return;
  const present = references.indexOf(board.selected ?? "");
  const next = Math.min(references.length - 1, Math.max(0, present + step));
  board.select(references[next], { push: false });
  list.focusStrip(references[next]);
}

function takeAlarm() {
  if (stream.state === "lost") return;
  const chosen = board.shipment;
  const alarms = untakenAlarms();
  const alarm = alarms.find((one) => chosen && one.shipment_id === chosen.id) ?? alarms[0];
  if (alarm) acknowledge(alarm);
}

/**
 * Arrow keys belong to the list alone: elsewhere they scroll, and on the map they pan.
 * @param {OnPart<KeyboardEvent>} event
 */
const inList = (event) =>
  !event.key.startsWith("Arrow") ||
  (Boolean(event.target.closest?.("strip-list")) && !event.target.closest(".leaflet-container"));
/** @param {OnPart<KeyboardEvent>} event */
const onStrip = (event) => Boolean(event.target.closest?.("strip-list .pick"));

export function bindLiveKeys() {
  bindKey(["j", "ArrowDown"], t("live.keys.down"), () => move(1), inList);
  bindKey(["k", "ArrowUp"], t("live.keys.up"), () => move(-1), inList);
  bindKey(["Enter"], t("live.keys.open"), () => document.querySelector("#detail h2")?.focus(), onStrip);
  bindKey(["a"], t("live.keys.take"), takeAlarm);
  bindKey(["b"], t("live.keys.book"), () => document.querySelector("slot-list .book:not(:disabled)")?.click());
  bindKey(["p"], t("live.keys.pause"), () => store.setPaused(!store.paused));
  bindKey(["/"], t("live.keys.search"), () => find("strip-list input[type=search]").focus());
}
