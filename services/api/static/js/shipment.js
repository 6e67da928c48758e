// The page of one shipment: trace and facts as on the board, then timeline, payloads, budgets, evidence.
import { at, find } from "./dom.js";
import "./trace-chart.js";
import "./detail-facts.js";
import "./slot-list.js";
import { afterTrace } from "./after-trace.js";
import { get } from "./api.js";
import { board } from "./board.js";
import { ClearanceView } from "./clearance-view.js";
import { serverNow } from "./clock.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { may, pathPart } from "./page.js";
import { Panel } from "./panel.js";
import { writeBudgets, writePayloads } from "./shipment-budgets.js";
import { showContacts } from "./shipment-contacts.js";
import { writeEvidence, writeVerdicts } from "./shipment-evidence.js";
import { wireLinks } from "./shipment-links.js";
import { hasMoreNotes, wireNotes } from "./shipment-notes.js";
import { timelineOf, writeTimeline } from "./shipment-timeline.js";
import { startShell } from "./shell.js";
import { store } from "./store.js";
import { zone } from "./zone.js";

const REREAD_MS = 30_000;
/** What others write is looked for sooner than the rest is read again. */
const NOTES_MS = 2_000;
const id = pathPart.shipment_id;
/** @param {string} name */
const bodyOf = (name) => find(`#${name} .body`);
const panel = new Panel(at("shipment"));
/** What the release needs; who has nothing to do with it does not see the section. */
const documents = may("GET /shipments/{shipment_id}/clearance") ? new ClearanceView(bodyOf("documents")) : null;
const [timeline, proofs, kept] = ["timeline", "evidence", "verdicts"].map((name) => new Panel(bodyOf(name)));
/** @type {Api.Shipment | null} */
let shipment = null;
let readAt = 0;

/**
 * Take the shipment as the page's own; one that has left the board is a visitor to it.
 * @param {Api.Shipment} found
 */
function take(found) {
  shipment = found;
  store.visitor = found;
  zone.ofSite(found.site?.zone);
  document.title = `${found.reference} · Coldlane`;
  find(".to-board").href = `/live?s=${encodeURIComponent(found.reference)}`;
  board.pin(found.reference);
  writeOwn();
}

function writeOwn() {
  if (!shipment) return;
  const now = serverNow();
  bodyOf("payloads").replaceChildren(writePayloads(shipment, zone.name));
  bodyOf("budgets").replaceChildren(writeBudgets(shipment, now, zone.name));
}

function readMore() {
  const of = shipment;
  if (!of) return;
  readAt = performance.now();
  const verdicts = newestVerdicts();
  timeline.load(
    () => timelineOf(shipment ?? of, verdicts),
    (rows) => {
      bodyOf("timeline").replaceChildren(writeTimeline(rows, serverNow(), zone.name));
    },
  );
  proofs.load(
    () => evidence(shipment ?? of),
    (found) => {
      bodyOf("evidence").replaceChildren(...writeEvidence(shipment ?? of, found, zone.name));
    },
  );
  kept.load(
    () => verdicts,
    (found) => {
      if (!found.length) return kept.empty(t("shipments.no_verdicts"));
      return bodyOf("verdicts").replaceChildren(writeVerdicts(found, zone.name));
    },
  );
}

async function newestVerdicts() {
  const found = [];
  for (let cursor = /** @type {string | null} */ (""); cursor !== null; ) {
    const page = await get(
      `/shipments/${id}/assessments?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    found.push(...page.items);
    cursor = page.next_cursor;
  }
  return found;
}

/** @param {Api.Shipment} of */
async function evidence({ boxes }) {
  const logs = await Promise.all(boxes.map((box) => get(`/boxes/${encodeURIComponent(box)}/boots`)));
  return { logs };
}

const load = () =>
  panel.load(
    () => get(`/shipments/${id}`),
    (found) => {
      take(found);
      afterTrace(() => {
        documents?.show(id);
        showContacts(at("contacts"), id);
        readMore();
      });
    },
  );

/** @param {Set<string>} ids */
function follow(ids) {
  const fresh = store.shipments.get(id);
  if (!fresh || !ids.has(id)) return;
  shipment = fresh;
  writeOwn();
  if (performance.now() - readAt > REREAD_MS) readMore();
  else lookForNotes();
}

let looking = false;
function lookForNotes() {
  if (looking) return;
  looking = true;
  setTimeout(async () => {
    if (await hasMoreNotes(id)) readMore();
    looking = false;
  }, NOTES_MS);
}

for (const part of document.querySelectorAll("#documents, [href='#documents']")) part.hidden = !documents;
bindKey(["b"], t("live.keys.book"), () => document.querySelector("slot-list .book:not(:disabled)")?.click());
store.addEventListener("shipments", (event) => follow(event.detail));
zone.addEventListener("change", () => {
  if (!shipment) return;
  writeOwn();
  readMore();
});
wireNotes(at("note"), id, readMore);
wireLinks(at("links"), id);
startShell({ follows: ["shipments", "appointments", "sites"] });
load();
