// Single keys: j and k move, Enter opens, a takes the alarm, b books, / searches, ? helps.
import { acknowledge } from "./alarm-acts.js";
import { untakenAlarms } from "./alarm-bar.js";
import { board } from "./board.js";
import { store } from "./store.js";
import { stream } from "./stream.js";

const OFF = "keys_off";

const typing = (element) => element.closest?.("input, textarea, select, [contenteditable]");

function move(step) {
  const list = document.querySelector("strip-list");
  const references = list.references;
  if (!references.length) return;
  const present = references.indexOf(board.selected);
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

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: () => document.querySelector("#detail h2")?.focus(),
  a: takeAlarm,
  b: () => document.querySelector("slot-list .book:not(:disabled)")?.click(),
  p: () => store.setPaused(!store.paused),
  "/": () => document.querySelector("strip-list input[type=search]").focus(),
  "?": () => document.getElementById("keys").showModal(),
};

/** Whether a key belongs to the element that has the focus rather than to the page. */
function elsewhere(event) {
  const target = event.target;
  if (typing(target) || document.querySelector("dialog[open]")) return true;
  const inMap = Boolean(target.closest?.(".leaflet-container"));
  if (event.key.startsWith("Arrow")) return inMap || !target.closest?.("strip-list");
  return event.key === "Enter" && !target.closest?.("strip-list .pick");
}

export function startKeyboard() {
  const off = document.getElementById("keys-off");
  off.checked = localStorage.getItem(OFF) === "1";
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : "0"));
  document.querySelector("[data-part=keys]").addEventListener("click", ACTIONS["?"]);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || off.checked) return;
    const action = ACTIONS[event.key];
    if (!action || elsewhere(event)) return;
    if (event.key !== "Enter") event.preventDefault();
    setTimeout(action);
  });
}
