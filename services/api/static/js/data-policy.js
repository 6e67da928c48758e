// What may leave the country: lists in force, persons of the year, what was signed, emergencies, decisions.
import { get } from "./api.js";
import * as acts from "./data-policy-acts.js";
import * as parts from "./data-policy-parts.js";
import { persons } from "./data-policy-persons.js";
import { classNames, decisionWords, purposeNames } from "./data-policy-words.js";
import { onTick, serverNow } from "./clock.js";
import { controlsThat } from "./control.js";
import { at, find, h, icon, setText } from "./dom.js";
import { dateTime, instant, number, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { may } from "./page.js";
import { Panel } from "./panel.js";
import { noteError } from "./say.js";
import { startShell } from "./shell.js";
import { Wishes } from "./wishes.js";
import { zone } from "./zone.js";

/** @typedef {{standing: Api.DataStanding, rules: Api.DataRules, entries: Api.DataEntry[]}} Seen */

const AGAIN_MS = 60_000;
const PART = 50;
const NAMES = ["outcome", "passed", "organisation"];
const wishes = new Wishes(Object.fromEntries(NAMES.map((name) => [name, ""])));
const panel = new Panel(at("policy"));
const decided = new Panel(at("decisions"));
const DECISIONS = may("GET /data-policy/decisions");
/** @type {Seen | null} */
let seen = null;
/** @type {Api.DataDecision[]} */
let decisions = [];
/** @type {string | null} */
let cursor = null;
let readAt = 0;

const control = controlsThat(() => load());

const ofEntry = {
  /** @param {Api.DataEntry} one */
  settle: (one) =>
    control(
      "policy.settle",
      "POST /data-policy/emergencies/{entry_id}/papers",
      () => acts.settle(one),
      one.organisation_id ?? "",
    ),
  /** @param {Api.DataEntry} one */
  end: (one) =>
    control(
      "policy.end",
      "POST /data-policy/entries/{entry_id}/withdrawal",
      () => acts.end(one),
      one.organisation_id ?? one.document.id,
    ),
};

async function read() {
  readAt = performance.now();
  const [standing, rules, entries] = await Promise.all([
    get("/data-policy"),
    get("/data-policy/rules"),
    get("/data-policy/entries"),
  ]);
  return { standing, rules, entries: entries.items };
}

const load = () =>
  panel.load(read, (found) => {
    seen = found;
    write();
    if (DECISIONS) loadDecisions();
  });

/** Shipped rules and own ones by their names. */
const rulesById = () => {
  /** @type {Map<string, Rule>} */
  const found = new Map();
  for (const one of seen?.rules.rules ?? []) found.set(one.rule_id, one);
  for (const { document } of own()) found.set(document.id, document);
  return found;
};

const own = () => (seen?.entries ?? []).filter((one) => one.kind === "rule");
/**
 * @param {string} name
 * @param {HTMLElement} content
 * @param {(HTMLElement | null)[]} controls
 */
const put = (name, content, controls = []) => {
  at(name).replaceChildren(content);
  document.getElementById(`${name}-acts`)?.replaceChildren(...controls.filter(Boolean));
};

function write() {
  if (!seen) return;
  const { standing, rules, entries } = seen;
  setText(
    at("standing"),
    t(standing.abroad ? "policy.you_are_abroad" : "policy.you_are_home", {
      country: standing.home,
      where: standing.country ?? "?",
    }),
  );
  const inForce = [
    ...rules.rules,
    ...own()
      .filter((one) => !one.withdrawn_at)
      .map((one) => ({ ...one.document, list_id: "" })),
  ];
  put("emergencies", parts.emergencies(entries, ofEntry), [
    control("policy.form.emergency", "POST /data-policy/emergencies", acts.declareEmergency),
  ]);
  put("persons", persons(rules, inForce));
  setText(at("persons-title"), t("policy.persons_of", { year: rules.year }));
  put("instruments", parts.instruments(entries, ofEntry), [
    control("policy.form.instrument", "POST /data-policy/instruments", acts.enterInstrument),
  ]);
  put("rules", parts.ownRules(entries, ofEntry), [
    control("policy.form.rule", "POST /data-policy/rules", acts.enterRule),
  ]);
  const open = new Set([...document.querySelectorAll("#lists details[open]")].map((one) => one.dataset.list));
  put("lists", parts.lists(rules));
  for (const one of document.querySelectorAll("#lists details")) one.open = open.has(one.dataset.list);
}

/** @param {string | null} from */
function path(from) {
  const query = new URLSearchParams({ limit: String(PART) });
  for (const name of NAMES) if (wishes.get(name).trim()) query.set(name, wishes.get(name).trim());
  if (from) query.set("cursor", from);
  return `/data-policy/decisions?${query}`;
}

const loadDecisions = () =>
  decided.load(
    () => get(path(null)),
    (page) => {
      decisions = [];
      add(page);
    },
  );

/** @param {Api.Page_DataDecision_} page */
function add({ items, next_cursor: next }) {
  decisions.push(...items);
  cursor = next;
  at("more").hidden = next === null;
  writeDecisions();
}

/** @param {Content} words */
const sub = (words) => h("span", { class: "sub" }, words);

/**
 * @param {Api.DataDecision} one
 * @param {Map<string, Rule>} rules
 */
function decisionRow(one, rules) {
  const counted = Object.entries(one.persons).map(([name, count]) =>
    t("policy.persons_counted", { n: number(count), name: t(`policy.class.${name}`) }),
  );
  return h(
    "tr",
    { "data-decision": one.decision_no },
    h("td", { class: "num" }, dateTime(instant(one.at), zone.name), sub(one.principal_id ?? "")),
    h(
      "td",
      {},
      h(
        "div",
        { class: `verdict-mark is-${one.passed ? "passed" : "held"}` },
        icon(one.passed ? "m-done" : "m-plan", "mark"),
        h(
          "div",
          {},
          h("b", {}, t(one.passed ? "policy.left" : "policy.stayed")),
          t("policy.colon"),
          decisionWords(one, rules),
          sub(one.rule_id),
        ),
      ),
    ),
    h("td", {}, one.organisation_id ?? "–", sub(one.country ?? "?")),
    h(
      "td",
      {},
      purposeNames([one.purpose]),
      h("span", { class: "sub mono long" }, one.about),
      sub(classNames(one.classes)),
      counted.map(sub),
    ),
    h(
      "td",
      {},
      one.held_back.length
        ? h(
            "details",
            {},
            h("summary", {}, t("policy.fields", { n: one.held_back.length })),
            h("p", { class: "mono sub long" }, one.held_back.join(", ")),
          )
        : "–",
    ),
  );
}

function writeDecisions() {
  if (!seen) return undefined;
  for (const element of document.querySelectorAll(".zone-name")) setText(element, zoneName(serverNow(), zone.name));
  setText(
    at("count"),
    decisions.length ? t(cursor ? "policy.count_more" : "policy.count", { n: decisions.length }) : "",
  );
  if (!decisions.length)
    return wishes.narrowed ? decided.filtered(t("policy.no_match"), wishes) : decided.empty(t("policy.no_decision"));
  const rules = rulesById();
  return find("#decisions tbody").replaceChildren(...decisions.map((one) => decisionRow(one, rules)));
}

at("decided").hidden = !DECISIONS;
for (const name of NAMES) wishes.bind(name, at(`f-${name}`), "change");
wishes.addEventListener("change", () => DECISIONS && loadDecisions());
zone.addEventListener("change", () => {
  write();
  writeDecisions();
});
at("more").addEventListener("click", () => get(path(cursor)).then(add, noteError));
if (DECISIONS) bindKey(["/"], t("policy.keys.search"), () => at("f-organisation").focus());
onTick(() => {
  const busy = panel.content.contains(document.activeElement) || at("decided").contains(document.activeElement);
  if (document.hidden || busy || performance.now() - readAt < AGAIN_MS) return;
  load();
});
startShell();
load();
