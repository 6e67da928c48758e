// Bookings: every shipment that is still to be inspected, what it holds, and the slots that keep it viable.
import { RequestError } from "./api.js";
import { documentsPart, heldPart, readOne, slotsPart } from "./booking-slots.js";
import { onTick, serverNow } from "./clock.js";
import { at, find, h } from "./dom.js";
import { clockTimeWithDay, instant } from "./format.js";
import { heldWords } from "./held-words.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { may } from "./page.js";
import { Panel } from "./panel.js";
import { noteError } from "./say.js";
import { startShell } from "./shell.js";
import { SideList, writeHead } from "./side-list.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import { isOver, markOf } from "./verdict.js";
import { writeChanged } from "./writing.js";
import { zone } from "./zone.js";

/** @import {Seen} from "./booking-slots.js" */

const SETTLE_MS = 400;
const SLOWLY_MS = 30_000;
const PARTS = { held: heldPart, documents: documentsPart, slots: slotsPart };
/** @type {Record<string, (one: Api.Shipment) => boolean>} */
const GROUPS = {
  "": () => true,
  /** @param {Api.Shipment} one */
  without: (one) => !one.appointment,
  /** @param {Api.Shipment} one */
  asked: (one) => one.appointment?.state === "REQUESTED",
  /** @param {Api.Shipment} one */
  held: (one) => Boolean(one.appointment),
};
const CLEARED = new Set(["CUSTOMS_CLEARED", "RETURN_ORDERED", "DESTRUCTION_ORDERED"]);
const place = at("one");
const panel = new Panel(find(".booking-parts", place));
const side = new SideList({
  list: "shipments",
  chip: "show",
  all,
  chips,
  passes: (one, group) => (GROUPS[group] ?? GROUPS[""])(one),
  order,
  mark: markOf,
  lines,
  nothing,
  chosen,
});
/** What the panels are made of: always the same object, so that what is pressed names the newest revision. @type {Seen} */
const seen = { id: null, shipment: null, slots: null, clearance: null, act, lost: false };
const written = new Map();
let readAt = -Infinity;
/** @type {number | undefined} */
let timer;

/** Still to be inspected: not over, not decided on, and not let through without. */
function all() {
  return [...store.shipments.values()].filter(
    (one) => !isOver(one) && !CLEARED.has(one.clearance?.state ?? "") && one.inspection_ordered !== "no",
  );
}

/**
 * @param {Api.Shipment} a
 * @param {Api.Shipment} b
 */
function order(a, b) {
  /** @param {Api.Shipment} one */
  const latest = (one) => instant(one.latest_inspection_start) ?? Number.MAX_SAFE_INTEGER;
  return latest(a) - latest(b) || a.reference.localeCompare(b.reference);
}

/**
 * @param {Api.Shipment[]} shown
 * @returns {[string, string][]}
 */
function chips(shown) {
  return Object.entries(GROUPS).map(([name, passes]) => [
    name,
    t(`booking.group.${name || "all"}`, { n: shown.filter(passes).length }),
  ]);
}

/** @param {Api.Shipment} shipment */
const placeWords = ({ appointment, ready_at: ready }) =>
  appointment ? heldWords(appointment, ready, serverNow()) : t("desk.no_place");

/** @param {Api.Shipment} one */
function lines(one) {
  const latest = instant(one.latest_inspection_start);
  return [
    h(
      "span",
      { class: "case-since" },
      latest
        ? `${t("desk.latest_start")} ${clockTimeWithDay(latest, serverNow(), zone.name)}`
        : t("booking.no_deadline"),
    ),
    h("span", { class: "at-held" }, placeWords(one)),
  ];
}

/** @returns {[string, Item]} */
function nothing() {
  return [
    t("booking.nothing"),
    may("POST /shipments") ? h("a", { class: "btn p", href: "/shipments/new" }, t("shell.new_shipment")) : "",
  ];
}

function chosen() {
  const shipment = store.byReference(side.chosen);
  place.classList.toggle("nothing", !shipment);
  if (!shipment) return;
  const anew = seen.id !== shipment.id;
  Object.assign(seen, { id: shipment.id, shipment }, anew && { slots: null, clearance: null });
  zone.ofSite(shipment.site?.zone);
  writeHead(place, shipment, { shipment: `/shipments/${shipment.id}` });
  if (!anew) return;
  // What stands there is of another shipment until this one is read.
  panel.content.inert = true;
  load();
}

function load() {
  clearTimeout(timer);
  timer = undefined;
  readAt = performance.now();
  const { id } = seen;
  if (!id) return undefined;
  return panel.load(
    () => readOne(id),
    (answer) => {
      if (id !== seen.id) return;
      Object.assign(seen, answer);
      writeParts();
    },
  );
}

const later = () => {
  timer ??= setTimeout(load, SETTLE_MS);
};

function writeParts() {
  if (!seen.slots) return;
  seen.lost = stream.state === "lost";
  for (const [name, part] of Object.entries(PARTS))
    writeChanged(find(`#${name} .body`), part(seen), written, `${name} ${seen.id}`);
  panel.content.inert = false;
}

/** @param {() => Promise<any>} run */
async function act(run) {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    noteError(error);
  }
  load();
}

const write = () => {
  if (store.ready) side.write();
  else side.panel.waiting();
};
bindKey(["b"], t("booking.keys.best"), () =>
  /** @type {HTMLElement} */ (document.querySelector("#slots .btn.p:not(:disabled)"))?.click(),
);
store.addEventListener("shipments", (event) => {
  write();
  if (event.detail.has(seen.id)) later();
});
store.addEventListener("appointments", () => {
  if (seen.id) later();
});
store.addEventListener("snapshot", write);
stream.addEventListener("link", writeParts);
zone.addEventListener("change", () => {
  write();
  writeParts();
});
onTick(() => {
  if (seen.id && !document.hidden && performance.now() - readAt > SLOWLY_MS) load();
});
startShell({ follows: ["shipments", "appointments", "sites"] });
write();
