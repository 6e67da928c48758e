// The change of shift: what is open, what was promised, notes; one press takes it over by name.
import { alarmRow, bayOfAlarm } from "./alarm-row.js";
import { get, newKey, post } from "./api.js";
import { onTick, serverNow } from "./clock.js";
import { at, find, h, setText } from "./dom.js";
import { clockTimeWithDay, dateTime, instant, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { may, viewer } from "./page.js";
import { Panel } from "./panel.js";
import { note, noteError } from "./say.js";
import { startShell } from "./shell.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import { zone } from "./zone.js";
import { isoIn } from "./zones.js";

const EVERY_MS = 30_000;
const panel = new Panel(at("table"));
const open = new Panel(find("#alarms .open"));
const take = at("take");
/** @type {HTMLFormElement} */
const form = at("write");
let key = newKey();
/** @type {Api.ShiftTable | null} */
let table = null;
/** How many open alarms the person has before their eyes. */
let seen = 0;

function writeAlarms() {
  if (!store.ready) {
    open.waiting();
    return;
  }
  open.ready();
  const now = serverNow();
  const alarms = [...store.alarms.values()].filter((alarm) => bayOfAlarm(alarm) !== "ended");
  alarms.sort((a, b) => a.priority - b.priority || instant(a.act_by) - instant(b.act_by));
  seen = alarms.length;
  for (const section of document.querySelectorAll("#alarms [data-bay]")) {
    const here = alarms.filter((alarm) => bayOfAlarm(alarm) === section.dataset.bay);
    setText(find("h2", section), t(`alarms.bay.${section.dataset.bay}`, { n: here.length }));
    find(".nothing", section).hidden = here.length > 0;
    if (section.contains(document.activeElement)) continue;
    find("ol", section).replaceChildren(
      ...here.map((alarm) => alarmRow(alarm, store.shipments.get(alarm.shipment_id ?? ""), now, zone.name)),
    );
  }
  writeOwners(alarms);
  take.hidden = !may("POST /handover");
}

/**
 * How many are whose: given to somebody, else of whoever has taken it.
 * @param {Api.Alarm[]} alarms
 */
function writeOwners(alarms) {
  /** @type {Map<string, string | null>} */
  const names = new Map();
  for (const { assigned } of alarms) if (assigned?.to) names.set(assigned.to, assigned.name);
  if (viewer) names.set(viewer.id, viewer.name);
  const owned = Map.groupBy(alarms, ({ assigned, acknowledged }) => assigned?.to ?? acknowledged?.by ?? "");
  const words = [...owned]
    .filter(([id]) => id)
    .map(([id, theirs]) => t("handover.owner", { name: names.get(id) ?? id, n: theirs.length }));
  const place = at("owners");
  setText(place, t("handover.owners", { list: words.sort().join(" · ") }));
  place.hidden = words.length === 0;
}

/**
 * @param {Api.ShiftNote} one
 * @param {number} now
 */
function noteRow(one, now) {
  const due = instant(one.due_at);
  const done = h(
    "button",
    {
      class: "btn sm",
      type: "button",
      "data-writes": true,
      onclick: () => act(() => post(`/handover/notes/${one.note_id}/done`, {})),
    },
    t("handover.done"),
  );
  return h(
    "li",
    { class: due !== null && due < now ? "late" : null },
    h(
      "span",
      { class: "words" },
      due === null
        ? null
        : h("span", { class: "due" }, t("handover.due_by", { time: clockTimeWithDay(due, now, zone.name) }), " "),
      one.words,
      one.shipment_id
        ? [" ", h("a", { class: "mono", href: `/shipments/${one.shipment_id}` }, one.shipment_reference)]
        : null,
    ),
    may("POST /handover/notes/{note_id}/done") ? done : null,
    h(
      "span",
      { class: "sub" },
      t("handover.by", { name: one.written_by, time: dateTime(instant(one.written_at), zone.name) }),
    ),
  );
}

/** @param {Api.ShiftTable} found */
function writeTable(found) {
  table = found;
  const now = serverNow();
  setText(at("ends"), t("handover.ends", { time: clockTimeWithDay(instant(found.ends_at), now, zone.name) }));
  document.querySelectorAll(".zone-name").forEach((element) => setText(element, zoneName(now, zone.name)));
  find(".shift-notes").replaceChildren(...found.notes.map((one) => noteRow(one, now)));
  if (!found.notes.length) panel.empty(t("handover.no_notes"));
  find(".takings").replaceChildren(
    ...(found.handovers.length ? [] : [h("li", { class: "sub" }, t("handover.not_taken"))]),
    ...found.handovers.map((one) =>
      h(
        "li",
        {},
        h("b", {}, one.taken_by),
        ` ${dateTime(instant(one.taken_at), zone.name)} `,
        h(
          "span",
          { class: "sub" },
          t("handover.lay", { alarms: one.seen.alarms.length, notes: one.seen.notes.length }),
        ),
      ),
    ),
  );
}

const load = () => panel.load(() => get("/handover"), writeTable);

/**
 * Do something, then read anew; the key makes a second press the same request.
 * @param {() => Promise<any>} doing
 */
async function act(doing) {
  try {
    const answer = await doing();
    key = newKey();
    await load();
    return answer;
  } catch (error) {
    noteError(error);
    return null;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { words, due } = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
  const body = { words, ...(due && { due_at: isoIn(due, zone.name) }) };
  if (await act(() => post("/handover/notes", body, key))) form.reset();
});
take.addEventListener("click", async () => {
  if (await act(() => post("/handover", { alarms: seen }, key)))
    note(t("handover.taken", { name: viewer?.name ?? "" }));
});
at("print").addEventListener("click", () => print());
form.hidden = !may("POST /handover/notes");
for (const event of ["snapshot", "alarms", "shipments"]) store.addEventListener(event, writeAlarms);
stream.addEventListener("link", writeAlarms);
zone.addEventListener("change", () => {
  writeAlarms();
  if (table) writeTable(table);
});
let readAt = performance.now();
onTick(() => {
  if (document.hidden || performance.now() - readAt < EVERY_MS) return;
  readAt = performance.now();
  load();
});
startShell({ follows: ["shipments"] });
writeAlarms();
load();
