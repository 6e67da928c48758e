// The inspection record: five steps on a tablet or a phone, each written at once, and a signed decision.
import { get } from "./api.js";
import { onTick, serverNow } from "./clock.js";
import { at, focusIn, h, icon } from "./dom.js";
import { clockTimeWithDay, dateTime, instant } from "./format.js";
import { t } from "./i18n.js";
import { pathPart } from "./page.js";
import { Panel } from "./panel.js";
import { decisionStep } from "./record-decision.js";
import { clockLine, tickClock } from "./record-clock.js";
import { nextStep } from "./record-next.js";
import { tickLid, physicalStep } from "./record-physical.js";
import { isMine } from "./record-send.js";
import { documentsStep, identityStep, temperatureStep } from "./record-steps.js";
import { note } from "./say.js";
import { startShell } from "./shell.js";
import { store } from "./store.js";
import { zone } from "./zone.js";

/** @import {Seen} from "./record-send.js" */

const AGAIN_MS = 5_000;
const SLOWLY_MS = 20_000;
const panel = new Panel(at("record"));
/** @type {Record<string, (seen: Seen) => (HTMLElement | null)[]>} */
const STEPS = {
  head: heading,
  identity: identityStep,
  temperature: temperatureStep,
  documents: documentsStep,
  physical: physicalStep,
  decision: decisionStep,
};
/** What was written last in each step, so that only what differs is written anew. */
const written = new Map();
/** What every step is given: always the same object, so that what is pressed names the newest revision. @type {Seen | null} */
let seen = null;
let readAt = -Infinity;
/** What is being pressed: written anew in between, it would swallow the press. @type {Element | null} */
let pressed = null;
/** Whether the stream has told something since. */
let told = false;

async function read() {
  const record = await get(`/inspections/${pathPart.inspection_id}`);
  const [clearance, asked] = await Promise.all([
    get(`/shipments/${record.shipment_id}/clearance`).catch(() => /** @type {Api.Clearance | null} */ (null)),
    store.shipments.get(record.shipment_id) ??
      get(`/shipments/${record.shipment_id}`).catch(() => /** @type {Api.Shipment | null} */ (null)),
  ]);
  // While all this was read, the stream may have told something newer.
  const shipment = store.shipments.get(record.shipment_id) ?? asked;
  return { record, clearance, shipment, readAt: serverNow(), calls: { done, again: load } };
}

function load() {
  readAt = performance.now();
  told = false;
  return panel.load(read, write);
}

/**
 * Take what the server answered to something that was entered here.
 * @param {Api.Inspection} record
 * @param {string} words
 */
function done(record, words) {
  if (words) note(words);
  if (seen) write({ ...seen, record, readAt: serverNow() });
  load();
}

/** @param {Seen} found */
function write(found) {
  if (seen && found.record.revision < seen.record.revision) return;
  const whole = Object.assign(seen ?? {}, found);
  seen = whole;
  zone.ofSite(found.shipment?.site?.zone);
  document.title = `${t("record.title", { n: found.record.number })} · ${found.record.shipment_reference}`;
  for (const name of Object.keys(STEPS)) writeStep(name, whole);
}

/**
 * A step in which somebody types or presses stays as it is until they leave it, and what is not yet sent stays in
 * its field.
 * @param {string} name
 * @param {Seen} seen
 */
function writeStep(name, seen) {
  const place = at(`step-${name}`);
  const focused = focusIn(place);
  const typing = focused?.matches("input:not([type=radio]), textarea, select") && focused.value;
  const parts = STEPS[name](seen);
  const key = parts.map((part) => part?.outerHTML ?? "").join("");
  if (typing || place.contains(pressed) || written.get(name) === key) return;
  written.set(name, key);
  const fields = place.querySelectorAll("input[type=text], input:not([type]), textarea, select");
  const typed = [...fields].filter((one) => one.value);
  place.replaceChildren(...parts.filter(Boolean));
  for (const { id, value } of typed) {
    const field = document.getElementById(id);
    if (field && (!field.value || field.matches("select"))) field.value = value;
  }
  if (focused?.id) document.getElementById(focused.id)?.focus({ preventScroll: true });
}

function release() {
  pressed = null;
  if (seen) write(seen);
}

/** @param {Seen} seen */
function heading(seen) {
  const { record, shipment } = seen;
  const now = serverNow();
  const over = record.state !== "OPEN";
  return [
    h(
      "h1",
      {},
      h("span", { class: "mono" }, record.shipment_reference),
      " ",
      h("span", { class: "product" }, shipment?.product ?? ""),
    ),
    h(
      "p",
      { class: "sub" },
      [
        t("record.title", { n: record.number }),
        t(`record.mode.${record.mode}`),
        record.bay_id ?? "",
        t("record.begun", { time: clockTimeWithDay(instant(record.begun_at), now, zone.name) }),
      ]
        .filter(Boolean)
        .join(" · "),
    ),
    h(
      "p",
      { class: "tags" },
      record.no_xray ? h("span", { class: "tag" }, t("record.no_xray")) : null,
      record.may_open ? null : h("span", { class: "tag" }, t("record.no_open")),
      record.follows ? h("a", { class: "tag", href: `/inspections/${record.follows}` }, t("record.follows")) : null,
    ),
    over
      ? h(
          "p",
          { class: `outcome at-${record.state}`, role: "status" },
          icon(record.state === "CUSTOMS_CLEARED" ? "m-done" : "m-adv", "mark"),
          " ",
          h("b", {}, t(`desk.outcome.${record.state}`)),
          " ",
          signed(record),
        )
      : null,
    clockLine(seen),
    over ? nextStep(seen) : null,
    record.state === "CUSTOMS_CLEARED" && shipment?.clearance?.deliver_by
      ? h("p", {}, t("record.deliver_by", { time: dateTime(instant(shipment.clearance.deliver_by), zone.name) }))
      : null,
    !over && !isMine(record) ? h("p", { class: "lacks" }, t("record.claimed", { name: record.claimed_by })) : null,
  ];
}

/** @param {Api.Inspection} record */
const signed = (record) =>
  record.decided_by && record.decided_at
    ? t("record.signed", { name: record.decided_by, time: dateTime(instant(record.decided_at), zone.name) })
    : "";

store.addEventListener("shipments", (event) => {
  const shipment = seen && store.shipments.get(seen.record.shipment_id);
  if (!seen || !shipment || !event.detail.has(shipment.id)) return;
  // What it tells is shown at once; the record is read anew with the next tick, though not each time.
  write({ ...seen, shipment });
  told = true;
});
zone.addEventListener("change", () => {
  if (seen) write(seen);
});
onTick(() => {
  if (!seen || document.hidden) return;
  tickLid(seen);
  tickClock(seen);
  if (performance.now() - readAt > (told ? AGAIN_MS : SLOWLY_MS)) load();
});
at("record").addEventListener("pointerdown", ({ target, button }) => {
  // A menu or a list that opens swallows the end of a press: only what becomes a click is waited for.
  pressed = button === 0 && target instanceof Element ? target.closest("button, a, label") : null;
});
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, () => {
    // Behind the click that the press becomes.
    if (pressed) setTimeout(release);
  });
}
addEventListener("focusout", () =>
  setTimeout(() => {
    if (seen) write(seen);
  }),
);
startShell({ follows: ["shipments"] });
load();
