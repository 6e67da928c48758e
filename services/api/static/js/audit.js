// The audit trail: who did what to what, when and why; filters in the address, check of the chain, export.
import { get } from "./api.js";
import { entryRow, verification } from "./audit-rows.js";
import { serverNow } from "./clock.js";
import { saveCsv } from "./csv.js";
import { at, find, setText } from "./dom.js";
import { zoneName } from "./format.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { may } from "./page.js";
import { Panel } from "./panel.js";
import { note, noteError } from "./say.js";
import { startShell } from "./shell.js";
import { Wishes } from "./wishes.js";
import { instantIn } from "./zones.js";
import { zone } from "./zone.js";

const PART = 100;
const EXPORT_PART = 500;
const MOST_EXPORTED = 10_000;
const NAMES = ["principal", "action", "entity", "entity_id", "since", "until"];
const COLUMNS = [
  "id",
  "position",
  "at",
  "principal_id",
  "source",
  "action",
  "entity",
  "entity_id",
  "reason",
  "before",
  "after",
  "sealed_at",
  "hash",
];
const wishes = new Wishes(Object.fromEntries(NAMES.map((name) => [name, ""])));
const panel = new Panel(at("list"));
const check = new Panel(at("checked"));
/** @type {Api.AuditEntryOut[]} */
let entries = [];
/** @type {string | null} */
let cursor = null;
/** @type {Api.AuditVerification | null} */
let verified = null;
/** People name a shipment by its reference, the trail by its id. @type {Map<string, string>} */
const ids = new Map();

async function learnId() {
  const name = wishes.get("entity_id").trim();
  if (!name || ids.has(name) || !may("GET /shipments")) return;
  const found = await get(`/shipments?q=${encodeURIComponent(name)}&limit=5`);
  const one = found.items.find((/** @type {Api.Shipment} */ { reference }) => reference === name);
  ids.set(name, one?.id ?? name);
}

/** @param {string | null} from */
function path(from, { limit = PART, purpose = "read" } = {}) {
  const query = new URLSearchParams({ limit: String(limit), purpose });
  for (const name of NAMES) {
    const value = wishes.get(name).trim();
    if (!value) continue;
    const moment = name === "since" || name === "until";
    const wanted = name === "entity_id" ? (ids.get(value) ?? value) : value;
    query.set(name, moment ? new Date(instantIn(value, zone.name) ?? NaN).toISOString() : wanted);
  }
  if (from) query.set("cursor", from);
  return `/audit?${query}`;
}

const load = () =>
  panel.load(
    async () => {
      await learnId();
      return get(path(null));
    },
    (page) => {
      entries = [];
      add(page);
    },
  );

/** @param {Api.Page_AuditEntryOut_} page */
function add({ items, next_cursor: next }) {
  entries.push(...items);
  cursor = next;
  at("more").hidden = next === null;
  write();
}

function write() {
  document.querySelectorAll(".zone-name").forEach((element) => setText(element, zoneName(serverNow(), zone.name)));
  setText(at("count"), entries.length ? t(cursor ? "audit.count_more" : "audit.count", { n: entries.length }) : "");
  if (!entries.length)
    return wishes.narrowed ? panel.filtered(t("audit.no_match"), wishes) : panel.empty(t("audit.empty"));
  find("#entries tbody").replaceChildren(...entries.map((one) => entryRow(one, zone.name, narrow)));
  return undefined;
}

/**
 * What stands in a row narrows the list by itself.
 * @param {Record<string, string>} changes
 */
const narrow = (changes) => wishes.set(changes);

const verify = () =>
  check.load(
    () => get("/audit/verification"),
    (answer) => {
      verified = answer;
      writeCheck();
    },
  );

function writeCheck() {
  if (verified) at("checked").replaceChildren(verification(verified, zone.name));
}

/** All that matches, part by part, as a file; the trail says that it was exported. */
async function save() {
  at("export").disabled = true;
  const rows = [];
  let from = null;
  try {
    do {
      const page = await get(path(from, { limit: EXPORT_PART, purpose: "export" }));
      rows.push(...page.items);
      from = page.next_cursor;
    } while (from && rows.length < MOST_EXPORTED);
    /** @param {any} value What changed is anything. */
    const cell = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : value);
    saveCsv(`audit-${new Date(serverNow()).toISOString().slice(0, 10)}.csv`, [
      COLUMNS,
      ...rows.map((one) => COLUMNS.map((name) => cell(one[name]))),
    ]);
    if (from) note(t("audit.cut", { n: rows.length }), { stays: true });
  } catch (error) {
    noteError(error);
  } finally {
    at("export").disabled = false;
  }
}

for (const name of NAMES) wishes.bind(name, at(`f-${name}`), "change");
wishes.addEventListener("change", load);
zone.addEventListener("change", () => {
  write();
  writeCheck();
});
at("more").addEventListener("click", () => get(path(cursor)).then(add, noteError));
at("verify").addEventListener("click", verify);
at("export").addEventListener("click", save);
bindKey(["/"], t("audit.keys.search"), () => at("f-principal").focus());
startShell();
load();
