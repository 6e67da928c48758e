// The page of alarms: open ones from the stream in three bays, ended ones part by part, keys to act.
import { isFor } from "./alarm-acts.js";
import { Bulk } from "./alarm-bulk.js";
import { readLoad, writeLoad } from "./alarm-load.js";
import { alarmRow, bayOfAlarm } from "./alarm-row.js";
import { get } from "./api.js";
import { onTick, serverNow } from "./clock.js";
import { at, find, focusIn, h, setText } from "./dom.js";
import { instant } from "./format.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { may } from "./page.js";
import { Panel } from "./panel.js";
import { noteError } from "./say.js";
import { startShell } from "./shell.js";
import { fade, Still } from "./still.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import { alarmWords } from "./alarm-words.js";
import { Wishes } from "./wishes.js";
import { zone } from "./zone.js";

const HOUR = 3_600_000;
const PART = 100;
const COUNT_EVERY_MS = 60_000;
const BAYS = ["untaken", "taken", "shelved", "ended"];
const list = at("alarms");
const panel = new Panel(list);
const wishes = new Wishes({ q: "", show: "all", priority: "", whose: "" });
const more = at("more");
/** Ended alarms as read so far; open ones are in the store. @type {Api.Alarm[]} */
const ended = [];
/** @type {string | null} */
let cursor = null;
let drawn = new Map();
const still = new Still(list, () => write());
const bulk = new Bulk(at("bulk"));
const load = at("alarm-load");
let countedAt = -Infinity;

/** @param {string} [from] */
const path = (from) => `/alarms?limit=${PART}${from ? `&cursor=${encodeURIComponent(from)}` : ""}`;

/** @param {Api.Page_Alarm_} page */
function take({ items, next_cursor: next }) {
  const open = new Set(store.alarms.keys());
  ended.push(...items.filter((alarm) => alarm.state === "CLOSED" && !open.has(alarm.id)));
  cursor = next;
  more.hidden = next === null;
  writeLastHour(items);
  write();
}

/**
 * How many came in the last hour, beside what a person can bear.
 * @param {Api.Alarm[]} newest
 */
function writeLastHour(newest) {
  const since = serverNow() - HOUR;
  const known = new Map([...newest, ...store.alarms.values()].map((alarm) => [alarm.id, alarm]));
  const n = [...known.values()].filter((alarm) => instant(alarm.raised_at) >= since).length;
  setText(at("load"), t("alarms.load", { n }));
}

/** @param {string} text */
const folded = (text) => text.normalize("NFKC").toLowerCase().trim();

/**
 * Everybody's, their own who look, or those that nobody has and nobody was given.
 * @param {Api.Alarm} alarm
 */
function isWanted(alarm) {
  if (wishes.get("whose") === "mine") return isFor(alarm);
  return wishes.get("whose") !== "nobody" || !(alarm.assigned || alarm.acknowledged);
}

/** @param {Api.Alarm} alarm */
function matches(alarm) {
  const wanted = folded(wishes.get("q"));
  if (wishes.get("priority") && String(alarm.priority) !== wishes.get("priority")) return false;
  if (!isWanted(alarm)) return false;
  if (!wanted) return true;
  const { title } = alarmWords(alarm, store.shipments.get(alarm.shipment_id ?? ""), serverNow(), zone.name);
  return folded([alarm.shipment_reference, alarm.box_id, title].join(" ")).includes(wanted);
}

/**
 * @param {Api.Alarm} a
 * @param {Api.Alarm} b
 */
const urgency = (a, b) => a.priority - b.priority || instant(a.act_by) - instant(b.act_by);
/**
 * @param {Api.Alarm} a
 * @param {Api.Alarm} b
 */
const newest = (a, b) => instant(b.raised_at) - instant(a.raised_at);

/**
 * While places are kept, an alarm stays in the bay in which it stands.
 * @param {Api.Alarm} alarm
 * @returns {string}
 */
function bayNow(alarm) {
  const place = still.keeps && drawn.get(alarm.id)?.isConnected && drawn.get(alarm.id).closest("[data-bay]");
  return place ? place.dataset.bay : bayOfAlarm(alarm);
}

function write(force = false) {
  if (!store.ready) {
    panel.waiting();
    return;
  }
  still.begin(force);
  const focused = focusIn(list);
  const all = [...store.alarms.values(), ...ended.filter((one) => !store.alarms.has(one.id))].filter(matches);
  const now = serverNow();
  /** @type {Api.Alarm[]} */
  const shown = [];
  for (const bay of BAYS) {
    const alarms = all.filter((alarm) => bayNow(alarm) === bay).sort(bay === "ended" ? newest : urgency);
    const wanted = wishes.get("show") === "all" || wishes.get("show") === bay;
    writeBay(bay, wanted ? alarms : [], now);
    if (wanted) shown.push(...alarms);
  }
  if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  bulk.shows(shown);
  if (shown.length) panel.ready();
  else if (wishes.narrowed) panel.filtered(t("alarms.no_match"), wishes);
  else panel.empty(t("alarms.none"));
}

/**
 * A row is made anew only when it says something else; the focus stays where it is.
 * @param {string} bay
 * @param {Api.Alarm[]} alarms
 * @param {number} now
 */
function writeBay(bay, alarms, now) {
  const section = find(`[data-bay=${bay}]`, list);
  const rows = alarms.map((alarm) => rowOf(alarm, now));
  const place = find("ol", section);
  still.put(place, rows);
  section.hidden = place.childElementCount === 0;
  setText(find("h2", section), t(`alarms.bay.${bay}`, { n: alarms.length }));
}

/**
 * @param {Api.Alarm} alarm
 * @param {number} now
 */
function rowOf(alarm, now) {
  const fresh = alarmRow(alarm, store.shipments.get(alarm.shipment_id ?? ""), now, zone.name);
  const box = bulk.boxFor(alarm, find(".title", fresh).textContent);
  fresh.prepend(box ?? h("span"));
  const held = bayNow(alarm) !== bayOfAlarm(alarm);
  if (held) {
    fade(fresh);
    still.wait();
  }
  const old = drawn.get(alarm.id);
  const busy = old?.contains(document.activeElement);
  if (
    old &&
    (old.outerHTML === fresh.outerHTML ||
      (busy &&
        !held &&
        old.querySelector("[data-act]:focus")?.dataset.act === fresh.querySelector("[data-act]")?.dataset.act))
  )
    return old;
  drawn.set(alarm.id, fresh);
  const choosing = old?.querySelector(".choose:focus") && fresh.querySelector(".choose:not(:disabled)");
  if (busy) setTimeout(() => (choosing ?? fresh).focus());
  return fresh;
}

/** @param {number} step */
function move(step) {
  const rows = [...list.querySelectorAll(".alarm-row")];
  const at = rows.indexOf(document.activeElement?.closest(".alarm-row"));
  rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
}

/**
 * Press a button of the row that has the focus, else of the first.
 * @param {...string} verbs
 */
function press(...verbs) {
  const row = document.activeElement?.closest(".alarm-row") ?? list.querySelector(".alarm-row");
  row?.querySelector(verbs.map((verb) => `[data-act=${verb}]:not(:disabled)`).join())?.click();
}

/** The counts are read again every minute, while somebody looks; who is among them by key keeps them until then. */
function count() {
  if (document.hidden || performance.now() - countedAt < COUNT_EVERY_MS) return;
  countedAt = performance.now();
  readLoad().then(
    () => {
      if (!load.contains(document.activeElement)) writeLoad(load, serverNow());
    },
    () => {},
  );
}

function wire() {
  for (const [name, event] of [
    ["q", "input"],
    ["show", "change"],
    ["priority", "change"],
    ["whose", "change"],
  ]) {
    wishes.bind(name, at(`f-${name}`), event);
  }
  wishes.addEventListener("change", () => write(true));
  more.addEventListener("click", () => get(path(cursor ?? "")).then(take, noteError));
  bindKey(["j"], t("alarms.keys.down"), () => move(1));
  bindKey(["k"], t("alarms.keys.up"), () => move(-1));
  bindKey(["a"], t("live.keys.take"), () => press("acknowledge", "take-over"));
  bindKey(["s"], t("alarms.keys.shelve"), () => press("shelve", "unshelve"));
  bindKey(["o"], t("alarms.keys.assign"), () => press("assign"));
  bindKey(["x"], t("alarms.keys.choose"), () =>
    document.activeElement?.closest(".alarm-row")?.querySelector(".choose")?.click(),
  );
  bindKey(["/"], t("live.keys.search"), () => at("f-q").focus());
  for (const event of ["snapshot", "alarms"]) store.addEventListener(event, () => write());
  stream.addEventListener("link", () => write());
  zone.addEventListener("change", () => {
    drawn = new Map();
    write(true);
    writeLoad(load, serverNow());
  });
  onTick(() => {
    if (may("GET /alarms/load")) count();
    if (!document.hidden && !list.contains(document.activeElement)) write();
  });
}

wire();
startShell({ follows: ["shipments"] });
panel.load(() => get(path()), take);
