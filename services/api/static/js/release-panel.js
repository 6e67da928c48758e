// The chosen shipment at the right: its place, its papers with who has them, and its inspection.
import { get } from "./api.js";
import { beginNext } from "./begin-next.js";
import { blockerList } from "./blockers.js";
import { desk, STACKED } from "./desk.js";
import { at, focusIn, h, icon } from "./dom.js";
import { clockTimeWithDay, instant } from "./format.js";
import { t } from "./i18n.js";
import { toldOf } from "./inspection-words.js";
import { may } from "./page.js";
import { customsOf, isRecheck, rowMark } from "./queue-row.js";
import { serverNow } from "./clock.js";
import { noteError } from "./say.js";
import { beginRecord } from "./slot-acts.js";
import { slotSection } from "./slot-panel.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import { zone } from "./zone.js";

const READY = new Set(["CONFIRMED", "CHECKED_IN", "IN_INSPECTION", "TENTATIVE"]);
const UNDECIDED = new Set(["OPEN", "WAITING_FOR_PAPERS"]);
const place = at("case");

/** @param {Api.QueueRow} row */
function papersSection(row) {
  const found = desk.papers.get(row.shipment_id);
  return h(
    "section",
    { class: "step" },
    h("h3", {}, t("desk.papers")),
    found
      ? [
          h("p", {}, t(`desk.stage.${found.stage}`)),
          blockerList(found),
          found.blockers.length ? h("p", { class: "sub" }, t("desk.blocks_release_only")) : null,
        ]
      : h("p", { class: "sub" }, t("shell.loading")),
  );
}

/**
 * Begin the inspection that is booked, or the recheck, which needs no slot: the box may stand in its bay still.
 * @param {Api.QueueRow} row
 */
async function beginIt(row) {
  const before = isRecheck(row) && !row.appointment ? customsOf(row) : null;
  if (!before) return beginRecord(row);
  return beginNext(await get(`/inspections/${before.inspection_id}`), null);
}

/** @param {Api.QueueRow} row */
function beginButton(row) {
  const again = isRecheck(row);
  const ready = READY.has(row.appointment?.state ?? "") || (again && !row.appointment);
  if (!ready || UNDECIDED.has(customsOf(row)?.state ?? "") || !may("POST /shipments/{shipment_id}/inspections"))
    return null;
  return h(
    "button",
    {
      class: row.appointment?.state === "CHECKED_IN" ? "btn p" : "btn",
      type: "button",
      id: "begin-record",
      disabled: stream.state === "lost",
      onclick: () => beginIt(row).catch(noteError),
    },
    t(again ? "desk.begin_recheck" : "desk.begin_record"),
  );
}

/** Records of what was chosen, by identifier and revision: they say why. @type {Map<string, Api.Inspection | null>} */
const records = new Map();

/**
 * What was found and why it was decided so, read when it is asked for.
 * @param {Api.CustomsStanding | null} now
 */
function saidOf(now) {
  if (!now || now.state === "OPEN") return null;
  const key = `${now.inspection_id} ${now.revision}`;
  const record = records.get(key);
  if (record)
    return h(
      "ul",
      { class: "said", role: "list" },
      toldOf(record).map((one) => h("li", {}, one.words, h("span", { class: "sub" }, ` ${one.by}`))),
    );
  if (record === undefined) {
    records.set(key, null);
    get(`/inspections/${now.inspection_id}`).then(
      (found) => {
        records.set(key, found);
        desk.dispatchEvent(new Event("papers"));
      },
      () => records.delete(key),
    );
  }
  return null;
}

/** @param {Api.QueueRow} row */
function inspectionSection(row) {
  const now = customsOf(row);
  const words = now?.state === "WAITING_FOR_PAPERS" ? "desk.decide_record" : "desk.open_record";
  const link = now
    ? h(
        "a",
        { class: `btn${UNDECIDED.has(now.state) ? " p" : ""}`, href: `/inspections/${now.inspection_id}` },
        t(words, { n: now.number }),
      )
    : null;
  return h(
    "section",
    { class: "step" },
    h("h3", {}, t("desk.inspection")),
    h("p", {}, now ? t(`desk.outcome.${now.state}`) : t("desk.no_record")),
    saidOf(now),
    row.picked_at
      ? h(
          "p",
          { class: "sub" },
          t("desk.picked_at", { time: clockTimeWithDay(instant(row.picked_at), serverNow(), zone.name) }),
        )
      : null,
    h("p", { class: "actions" }, beginButton(row), link),
  );
}

/**
 * Cleared or gone shipments are not in the queue any more; the link to their record stays.
 * @param {string} reference
 */
async function elsewhere(reference) {
  /** @type {Api.Page_Shipment_} */
  const { items } = await get(`/shipments?q=${encodeURIComponent(reference)}&limit=5`);
  const found = items.find((one) => one.reference === reference);
  if (desk.row || reference !== desk.wishes.get("s")) return;
  place.replaceChildren(
    h("header", {}, h("h2", { class: "mono" }, reference)),
    h(
      "section",
      { class: "step" },
      h("p", {}, t(found ? "desk.not_in_queue" : "desk.unknown", { reference })),
      found?.clearance ? h("p", {}, t(`desk.outcome.${found.clearance.state}`)) : null,
      found
        ? h(
            "p",
            { class: "actions" },
            found.clearance
              ? h(
                  "a",
                  { class: "btn p", href: `/inspections/${found.clearance.inspection_id}` },
                  t("desk.open_record", { n: found.clearance.number }),
                )
              : null,
            h("a", { class: "btn", href: `/shipments/${found.id}` }, t("desk.to_shipment")),
          )
        : null,
    ),
  );
}

export function writeCase() {
  const { row } = desk;
  const reference = desk.wishes.get("s");
  place.classList.toggle("nothing", !reference);
  if (!reference) return place.replaceChildren(h("p", { class: "choose" }, t("desk.choose")));
  if (!row) return desk.queue ? elsewhere(reference).catch(() => {}) : undefined;
  const held = focusIn(place);
  if (held?.matches("input, select") && place.dataset.of === row.shipment_id) return undefined;
  const shipment = store.shipments.get(row.shipment_id);
  const focused = held?.textContent;
  place.dataset.of = row.shipment_id;
  place.replaceChildren(
    h(
      "header",
      { class: `is-${rowMark(row)}` },
      icon(`m-${rowMark(row)}`, "mark"),
      h("h2", { class: "mono" }, row.reference),
      h("span", { class: "product" }, shipment?.product ?? ""),
      h(
        "p",
        { class: "sub" },
        t("desk.way", { from: shipment?.origin ?? "?", to: shipment?.destination ?? "?" }),
        " · ",
        h("a", { href: `/shipments/${row.shipment_id}` }, t("desk.to_shipment")),
      ),
    ),
    slotSection(row),
    papersSection(row),
    inspectionSection(row),
  );
  if (focused)
    [...place.querySelectorAll("button, a")].find((one) => one.textContent === focused)?.focus({ preventScroll: true });
  return undefined;
}

/** Where the panel lies below queue and bays, whoever chooses is taken to it. */
export function startCase() {
  desk.addEventListener("picked", () => {
    if (STACKED.matches) requestAnimationFrame(() => place.scrollIntoView({ block: "start" }));
  });
  for (const event of ["data", "chosen", "papers"]) desk.addEventListener(event, writeCase);
  place.addEventListener("focusout", () =>
    setTimeout(() => {
      if (!place.contains(document.activeElement)) writeCase();
    }),
  );
}
