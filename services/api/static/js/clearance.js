// All shipments by what they still need for their release and who has it; beside them the chosen one.
import { get } from "./api.js";
import { lackWords, whoWords } from "./blockers.js";
import { ClearanceView } from "./clearance-view.js";
import { paperName, readRules } from "./clearance-words.js";
import { onTick, serverNow } from "./clock.js";
import { at, h } from "./dom.js";
import { clockTimeWithDay, instant } from "./format.js";
import { t } from "./i18n.js";
import { startShell } from "./shell.js";
import { SideList, writeHead } from "./side-list.js";
import { store } from "./store.js";
import { zone } from "./zone.js";

const PART = 500;
const SETTLE_MS = 400;
const SLOWLY_MS = 60_000;
const TOLD = 3;
const place = at("one");
const view = new ClearanceView(at("one-body"));
const side = new SideList({
  list: "clearances",
  chip: "with",
  all: () => items,
  chips,
  passes: (one, who) => !who || holders(one).includes(who),
  order,
  mark,
  lines,
  nothing,
  chosen,
});
/** @type {[items: Api.ClearanceLine[], rules: Api.PaperRules | null, readAt: number, timer: number | undefined]} */
let [items, rules, readAt, timer] = [[], null, -Infinity, undefined];

async function readAll() {
  const found = [];
  for (let cursor = ""; cursor !== null; ) {
    const page = await get(`/clearances?limit=${PART}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...page.items);
    cursor = page.next_cursor;
  }
  return found;
}

function load() {
  clearTimeout(timer);
  timer = undefined;
  readAt = performance.now();
  return side.panel.load(
    () => Promise.all([readAll(), readRules()]),
    ([found, known]) => {
      [items, rules] = [found, known];
      side.write();
    },
  );
}

const later = () => {
  timer ??= setTimeout(load, SETTLE_MS);
};
const write = () => {
  if (rules) side.write();
};

/**
 * Who has something of this shipment: each once.
 * @param {Api.ClearanceLine} one
 */
const holders = (one) => [...new Set(one.blockers.map((blocker) => blocker.who))];
/** @param {Api.ClearanceLine} one */
const isOverdue = (one) => one.stage === "emergency_overdue" || one.sign_offs.some((step) => step.overdue);
/** @param {Api.ClearanceLine} one */
const latestOf = (one) => instant(store.shipments.get(one.shipment_id)?.latest_inspection_start);

/**
 * What is missing comes first, then what must be inspected soonest.
 * @param {Api.ClearanceLine} a
 * @param {Api.ClearanceLine} b
 */
function order(a, b) {
  /** @param {Api.ClearanceLine} one */
  const soon = (one) => latestOf(one) ?? instant(one.arrival_at) ?? Number.MAX_SAFE_INTEGER;
  return (
    Number(!a.blockers.length) - Number(!b.blockers.length) ||
    soon(a) - soon(b) ||
    a.reference.localeCompare(b.reference)
  );
}

/**
 * @param {Api.ClearanceLine[]} all
 * @returns {[string, string][]}
 */
function chips(all) {
  const counts = new Map();
  for (const who of all.flatMap(holders)) counts.set(who, (counts.get(who) ?? 0) + 1);
  /** @type {[string, string][]} */
  const held = [...counts].sort((a, b) => b[1] - a[1]).map(([who, n]) => [who, `${whoWords(who)} ${n}`]);
  return [["", t("clear.all", { n: all.length })], ...held];
}

/** @param {Api.ClearanceLine} one */
function mark(one) {
  if (isOverdue(one)) return "p2";
  if (one.blockers.length) return "adv";
  return one.stage === "ready" ? "done" : "plan";
}

/** @param {Api.ClearanceLine} one */
function lines(one) {
  const latest = latestOf(one);
  const missing = one.blockers.map(lackWords);
  const more = missing.length > TOLD ? ` · +${missing.length - TOLD}` : "";
  const who = holders(one).map(whoWords).join(t("common.comma"));
  return [
    h(
      "span",
      { class: "case-since" },
      latest ? `${t("desk.latest_start")} ${clockTimeWithDay(latest, serverNow(), zone.name)}` : "",
    ),
    h(
      "span",
      { class: `case-who${missing.length ? " lacks-some" : ""}` },
      missing.length ? t("desk.papers_missing", { n: missing.length, who }) : t(`desk.stage.${one.stage}`),
    ),
    missing.length ? h("span", { class: "sub" }, missing.slice(0, TOLD).join(" · ") + more) : null,
    one.lapsing?.length
      ? h(
          "span",
          { class: "lapsing" },
          t("clear.lapsing", {
            papers: one.lapsing.map((paper) => (rules ? paperName(rules, paper) : paper)).join(t("common.comma")),
          }),
        )
      : null,
    isOverdue(one) ? h("span", { class: "tag" }, t("clear.is_overdue")) : null,
  ];
}

/** @returns {[string, Item]} */
function nothing() {
  return [t("clear.nothing"), h("a", { class: "btn", href: "/shipments" }, t("shell.shipments"))];
}

function chosen() {
  const one = items.find((found) => found.reference === side.chosen);
  place.classList.toggle("nothing", !one);
  if (!one) return;
  writeHead(place, one, {
    shipment: `/shipments/${one.shipment_id}`,
    board: `/inspections?s=${encodeURIComponent(one.reference)}`,
  });
  view.show(one.shipment_id);
}

store.addEventListener("shipments", later);
store.addEventListener("snapshot", () => {
  if (rules) later();
});
zone.addEventListener("change", write);
onTick(() => {
  if (!document.hidden && performance.now() - readAt > SLOWLY_MS) load();
});
startShell({ follows: ["shipments", "sites"] });
load();
