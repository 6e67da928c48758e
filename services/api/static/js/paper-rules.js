// Rules on papers as data: own and shipped ones with source and dates, firms in regimes, who signs for whom.
import { get } from "./api.js";
import { whoWords } from "./blockers.js";
import { paperName, regimeName, today } from "./clearance-words.js";
import { controlsThat } from "./control.js";
import { at, h } from "./dom.js";
import { dateTime, instant } from "./format.js";
import { has, t } from "./i18n.js";
import { may } from "./page.js";
import { Panel } from "./panel.js";
import * as acts from "./paper-rules-acts.js";
import { startShell } from "./shell.js";
import { table } from "./tables.js";
import { zone } from "./zone.js";

/**
 * What one may not read is null.
 * @typedef {{rules: Api.PaperRules, firms: Api.Membership[] | null, officials: Api.Official[] | null}} Seen
 */

const panel = new Panel(at("rules"));
/** @type {Seen | null} */
let seen = null;

/**
 * What a role may not read is left out of the page, not refused.
 * @param {Api.Call} call
 * @param {string} path
 */
const ifMay = (call, path) => (may(call) ? get(path).then((page) => page.items) : Promise.resolve(null));

async function read() {
  const [rules, firms, officials] = await Promise.all([
    get("/paper-rules"),
    ifMay("GET /memberships", "/memberships"),
    ifMay("GET /officials", "/officials"),
  ]);
  return { rules, firms, officials };
}

const load = () =>
  panel.load(read, (found) => {
    seen = found;
    write();
  });

const control = controlsThat(() => load());

/** @param {...Content} words */
const sub = (...words) => h("span", { class: "sub" }, ...words);

/** @param {Rule} rule */
function daysWords({ valid_from: from, valid_until: until }) {
  if (!from && !until) return t("rules.always");
  return t(until ? (from ? "rules.from_until" : "rules.until") : "rules.since", {
    from: from ?? "",
    until: until ?? "",
  });
}

/** @param {Rule} rule */
const days = (rule) => h("span", { class: "days num" }, daysWords(rule));

/** @param {Rule} rule */
const holds = ({ valid_from: from, valid_until: until }) => (!from || from <= today()) && (!until || until >= today());
/** @param {Rule} rule */
const sourceWords = ({ source, grade, url }) => [
  h("span", { class: "tag", title: t(`rules.grade.${grade}`) }, grade),
  " ",
  url ? h("a", { href: url, rel: "noreferrer", target: "_blank" }, source) : source,
];

/** @type {Record<string, string>} */
const FACT = { use: "purpose", item: "item", direction: "direction", risk_class: "risk_class", regime: "regime" };
/**
 * @param {string} key
 * @param {string} otherwise
 */
const known = (key, otherwise) => (has(key) ? t(key) : otherwise);

/**
 * One fact and the values at which the rule applies; the names of sponsors and sites are their own.
 * @param {Api.PaperRules} rules
 * @param {string} name
 * @param {string[]} values
 */
function factWords(rules, name, values) {
  if (values.length === 1 && values[0] === "yes" && has(`clear.is.${name}`)) return t(`clear.is.${name}`);
  const label = known(`rules.scope.${name}`, known(`clear.${FACT[name] ?? name}`, name));
  /** @param {string} value */
  const one = (value) =>
    name === "regime" ? regimeName(rules, value) : known(`clear.${FACT[name] ?? name}.${value}`, value);
  return `${label}${t("rules.colon")}${values.map(one).join(" / ")}`;
}

/**
 * Under which facts it applies.
 * @param {Api.PaperRules} rules
 */
const whenWords = (rules, when = {}) =>
  Object.entries(when)
    .map(([name, values]) => factWords(rules, name, values))
    .join(t("common.semicolon"));

/**
 * @param {Api.PaperRules} rules
 * @param {Rule} rule
 */
function ruleCells(rules, rule) {
  return [
    [
      h("b", {}, paperName(rules, rule.paper)),
      sub(`${t(`rules.effect.${rule.effect ?? "needs"}`)} · ${whoWords(rule.who ?? "applicant")}`),
    ],
    [
      h("span", { class: "long" }, whenWords(rules, rule.when) || t("rules.everywhere")),
      sub(h("span", { class: "mono" }, rule.id)),
    ],
    sourceWords(rule),
    [days(rule), holds(rule) ? null : sub(t("rules.not_in_force"))].filter(Boolean),
  ];
}

const heads = () => ["paper", "when", "source", "days"].map((name) => t(`rules.column.${name}`));

/** @param {Seen} seen */
function own({ rules }) {
  if (!rules.own.length) return h("p", { class: "sub" }, t("rules.no_own"));
  return table(
    t("rules.own"),
    [...heads(), t("rules.column.state")],
    rules.own.map((one) => [
      ...ruleCells(rules, one.document),
      one.withdrawn_at
        ? t("rules.withdrawn", { time: dateTime(instant(one.withdrawn_at), zone.name) })
        : (control(
            "rules.withdraw",
            "POST /paper-rules/{entry_id}/withdrawal",
            () => acts.withdraw(one),
            String(one.document.id),
          ) ?? t("rules.in_force")),
    ]),
    { end: true },
  );
}

/** @param {Seen} seen */
function firms({ rules, firms: found }) {
  if (!found) return h("p", { class: "sub" }, t("rules.not_yours"));
  if (!found.length) return h("p", { class: "sub" }, t("rules.no_firm"));
  return table(
    t("rules.firms"),
    ["firm", "regime", "reference", "days"].map((name) => t(`rules.column.${name}`)),
    found.map((one) => [
      [h("b", {}, one.firm), one.item ? sub(one.item) : null].filter(Boolean),
      regimeName(rules, one.regime),
      one.reference,
      [days(one), holds(one) ? null : sub(t("rules.not_in_force"))].filter(Boolean),
    ]),
  );
}

/**
 * Who may sign: a department's step by whom, an emergency release from which grade on.
 * @param {Seen} seen
 */
function officials({ officials: found }) {
  if (!found) return h("p", { class: "sub" }, t("rules.not_yours"));
  if (!found.length) return h("p", { class: "sub" }, t("rules.no_official"));
  return table(
    t("rules.officials"),
    ["who", "department", "grade", "since", "acts"].map((name) => t(`rules.column.${name}`)),
    found.map((one) => [
      h("b", { class: "mono" }, one.principal_id ?? "–"),
      one.department ? whoWords(one.department) : t("rules.nobody"),
      h("span", { class: "num" }, one.grade ?? "–"),
      [h("span", { class: "num" }, dateTime(instant(one.entered_at), zone.name)), sub(one.entered_by ?? "")],
      control("rules.change", "POST /officials/{principal_id}", () => acts.appoint(one), one.principal_id) ?? "",
    ]),
    { end: true },
  );
}

function write() {
  if (!seen) return;
  const { rules } = seen;
  /** @type {Record<string, HTMLElement | null>} */
  const controls = {
    own: control("rules.form.rule", "POST /paper-rules", () => acts.enterRule(rules)),
    firms: control("rules.form.firm", "POST /memberships", () => acts.enterFirm(rules)),
    officials: control("rules.form.official", "POST /officials/{principal_id}", () => acts.appoint()),
  };
  const parts = { own: own(seen), firms: firms(seen), officials: officials(seen) };
  for (const [name, content] of Object.entries(parts)) {
    at(name).replaceChildren(content);
    at(`${name}-acts`).replaceChildren(...[controls[name]].filter(Boolean));
  }
  at("shipped").replaceChildren(
    table(
      t("rules.shipped"),
      heads(),
      rules.shipped.rule.map((one) => ruleCells(rules, one)),
    ),
  );
}

zone.addEventListener("change", write);
startShell();
load();
