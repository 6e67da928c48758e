// The list of shipments: filters in the address, part by part, and rows that follow the stream.
import { get } from "./api.js";
import { onTick, serverNow } from "./clock.js";
import { at, find, h, setText } from "./dom.js";
import { zoneName } from "./format.js";
import { t } from "./i18n.js";
import { keep, kept } from "./kept.js";
import { bindKey } from "./keyboard.js";
import { may } from "./page.js";
import { Panel } from "./panel.js";
import { savedViews } from "./saved-views.js";
import { chosenShipments } from "./shipment-bulk.js";
import { cellsOf, COLUMNS, USUAL } from "./shipment-row.js";
import { noteError } from "./say.js";
import { startShell } from "./shell.js";
import { store } from "./store.js";
import { markOf } from "./verdict.js";
import { Wishes } from "./wishes.js";
import { zone } from "./zone.js";

const PART = 100;
/** @type {Record<string, string>} */
const GROUPS = { live: "draft,packed,moving", ended: "received,closed,cancelled,returned,destroyed", all: "" };
const wishes = new Wishes({ q: "", show: "live", sort: "slack" });
const panel = new Panel(at("list"));
const body = find("#shipments tbody");
const more = at("more");
/** @typedef {HTMLTableRowElement & { shipment?: Api.Shipment, choosing?: HTMLElement }} Row */
/** @type {Map<string, Row>} */
const rows = new Map();
const chosen = chosenShipments(at("bulk"));
/** @type {string | null} */
let cursor = null;
/** @type {string[]} */
let columns = kept("columns-shipments", USUAL, (found) => Array.isArray(found) && found.includes(COLUMNS[0])).filter(
  (name) => COLUMNS.includes(name),
);

/** What the filters ask for. */
function asked() {
  const show = wishes.get("show");
  const states = GROUPS[show] ?? show;
  const query = new URLSearchParams({ sort: show === "live" ? wishes.get("sort") : "-created_at" });
  if (states) query.set("state", states);
  if (wishes.get("q")) query.set("q", wishes.get("q"));
  return query;
}

/** @param {string | null} from */
function path(from = null) {
  const query = asked();
  query.set("limit", String(PART));
  if (from) query.set("cursor", from);
  return `/shipments?${query}`;
}

const load = () =>
  panel.load(
    () => get(path()),
    (page) => {
      rows.clear();
      body.replaceChildren();
      add(page);
      if (!rows.size) nothing();
    },
  );

/** @param {Api.Page_Shipment_} page */
function add({ items, next_cursor: next }) {
  cursor = next;
  more.hidden = next === null;
  for (const shipment of items) {
    /** @type {Row} */
    const row = h("tr", { "data-id": shipment.id });
    row.choosing = h("td", {}, chosen.boxFor(shipment, t("shipments.bulk.choose", { name: shipment.reference })));
    rows.set(shipment.id, row);
    write(row, shipment);
    body.append(row);
  }
  chosen.shows([...rows.values()].flatMap((row) => row.shipment ?? []));
  setText(at("count"), t(next ? "shipments.count_more" : "shipments.count", { n: rows.size }));
}

function nothing() {
  setText(at("count"), "");
  if (wishes.narrowed) panel.filtered(t("live.no_match"), wishes);
  else
    panel.empty(
      t("live.empty"),
      may("POST /shipments") ? h("a", { class: "btn p", href: "/shipments/new" }, t("shell.new_shipment")) : "",
    );
}

/**
 * @param {Row} row
 * @param {Api.Shipment} shipment
 */
function write(row, shipment) {
  row.shipment = shipment;
  row.className = `is-${markOf(shipment)}`;
  row.dataset.reference = shipment.reference;
  const focused = row.contains(document.activeElement);
  const choosing = row.choosing?.contains(document.activeElement);
  row.replaceChildren(row.choosing ?? "", ...cellsOf(shipment, serverNow(), zone.name, columns));
  if (focused) find(choosing ? "input" : "a", row).focus();
}

/**
 * Rows keep their places while one reads them; what a row says is always the newest.
 * @param {Iterable<string>} ids
 */
function follow(ids) {
  for (const id of ids) {
    const [row, shipment] = [rows.get(id), store.shipments.get(id)];
    if (row && shipment) write(row, shipment);
  }
}

function rewrite() {
  for (const element of document.querySelectorAll(".zone-name")) setText(element, zoneName(serverNow(), zone.name));
  for (const row of rows.values()) if (row.shipment) write(row, row.shipment);
}

function writeHead() {
  for (const head of document.querySelectorAll("#shipments thead [data-column]"))
    head.hidden = !columns.includes(head.dataset.column ?? "");
}

/** Which columns stand is each person's own; what a row is about always stands. */
function wireColumns() {
  const choices = [...document.querySelectorAll("#columns input")];
  const show = () => {
    for (const choice of choices) choice.checked = columns.includes(choice.value);
    writeHead();
    rewrite();
  };
  for (const choice of choices)
    choice.addEventListener("change", () => {
      columns = COLUMNS.filter((name) => choices.find(({ value }) => value === name)?.checked ?? true);
      keep("columns-shipments", columns);
      show();
    });
  at("usual-columns").addEventListener("click", () => {
    columns = USUAL;
    keep("columns-shipments", null);
    show();
  });
  show();
}

/** The file holds all that the filters find, also what is not read here yet. */
function writeExport() {
  const link = /** @type {HTMLAnchorElement} */ (at("export"));
  link.hidden = !may("GET /shipments.csv");
  link.href = `/api/v1/shipments.csv?${asked()}`;
}

/** @param {number} step */
function move(step) {
  const links = [...body.querySelectorAll("a.reference")];
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
}

function wire() {
  wireColumns();
  writeExport();
  savedViews("shipments", at("views"), wishes);
  at("new").hidden = !may("POST /shipments");
  const search = at("f-q");
  for (const [name, event] of [
    ["q", "input"],
    ["show", "change"],
    ["sort", "change"],
  ]) {
    wishes.bind(name, at(`f-${name}`), event);
  }
  /** @type {number | undefined} */
  let timer;
  wishes.addEventListener("change", () => {
    at("f-sort").disabled = wishes.get("show") !== "live";
    writeExport();
    clearTimeout(timer);
    timer = setTimeout(load, 200);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      move(1);
    }
  });
  more.addEventListener("click", () => get(path(cursor)).then(add, noteError));
  bindKey(
    ["j", "ArrowDown"],
    t("live.keys.down"),
    () => move(1),
    (event) => event.key === "j" || body.contains(event.target),
  );
  bindKey(
    ["k", "ArrowUp"],
    t("live.keys.up"),
    () => move(-1),
    (event) => event.key === "k" || body.contains(event.target),
  );
  bindKey(["x"], t("shipments.keys.choose"), () =>
    document.activeElement?.closest("#shipments tr")?.querySelector(".choose")?.click(),
  );
  bindKey(["/"], t("live.keys.search"), () => search.focus());
}

wire();
store.addEventListener("shipments", (event) => follow(event.detail));
store.addEventListener("alarms", rewrite);
store.addEventListener("snapshot", () => {
  follow(rows.keys());
  rewrite();
});
zone.addEventListener("change", rewrite);
onTick(() => {
  if (!document.hidden && new Date().getSeconds() === 0) rewrite();
});
startShell({ follows: ["shipments"] });
load();
