// The parts of the page on data that leaves: emergencies, persons against thresholds, papers, rules, lists.
import {
  because,
  classNames,
  daysWords,
  holds,
  instrumentNames,
  personsWords,
  purposeNames,
  sourceWords,
} from "./data-policy-words.js";
import { serverNow } from "./clock.js";
import { h, icon } from "./dom.js";
import { dateTime, instant, number } from "./format.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { signerLine } from "./signatures.js";
import { table } from "./tables.js";
import { zone } from "./zone.js";

/** @typedef {Record<"settle" | "end", (one: Api.DataEntry) => HTMLElement | null>} Acts */

/** @param {...Content} words */
const sub = (...words) => h("span", { class: "sub" }, ...words);
/** @param {string} text */
const time = (text) => dateTime(instant(text), zone.name);
/** @param {string} words */
const none = (words) => h("p", { class: "sub" }, words);

/**
 * A table whose rows may carry a class: over, late.
 * @param {HTMLElement} frame
 * @param {string[]} classes
 */
function marked(frame, classes) {
  frame.querySelectorAll("tbody tr").forEach((row, index) => {
    if (classes[index]) row.className = classes[index];
  });
  return frame;
}

/** @param {Api.DataEntry} one */
const isOpen = (one) => !one.withdrawn_at && (instant(one.document.ends_at) ?? 0) > serverNow();

/** @param {Api.DataEntry} one */
function openWords(one) {
  if (one.withdrawn_at) return t("policy.ended", { time: time(one.withdrawn_at) });
  return h(
    isOpen(one) ? "b" : "span",
    {},
    t(isOpen(one) ? "policy.open_until" : "policy.was_open_until", { time: time(one.document.ends_at) }),
  );
}

/** @param {Api.DataEntry} one */
function dueWords(one) {
  if (one.settled_at)
    return [t("policy.papers_came", { reference: one.settled_reference ?? "–" }), sub(time(one.settled_at))];
  return one.overdue
    ? h("span", { class: "due" }, icon("m-p1", "mark"), t("policy.overdue_since", { day: one.due_on ?? "–" }))
    : t("policy.due_on", { day: one.due_on ?? "–" });
}

/**
 * Overdue ones first, then those that are open, then those whose papers are to come.
 * @param {Api.DataEntry} one
 */
const weight = (one) => (one.overdue ? 0 : isOpen(one) ? 1 : one.settled_at ? 3 : 2);

/** @param {Api.DataEntry[]} entries @param {Acts} acts */
export function emergencies(entries, { settle, end }) {
  const found = entries.filter((one) => one.kind === "emergency").sort((a, b) => weight(a) - weight(b));
  if (!found.length) return none(t("policy.no_emergency"));
  const frame = table(
    t("policy.emergencies"),
    [
      t("policy.recipient"),
      t("policy.classes"),
      t("policy.open"),
      t("policy.papers"),
      t("policy.declared"),
      t("policy.acts"),
    ],
    found.map((one) => [
      h("b", {}, one.organisation_id ?? "–"),
      classNames(one.document.classes),
      openWords(one),
      dueWords(one),
      [
        h("span", { class: "long" }, one.reason),
        sub(`${one.entered_by ?? ""} · ${time(one.entered_at)}`),
        ...one.signatures.map(signerLine),
      ],
      h("div", { class: "acts" }, one.settled_at ? null : settle(one), isOpen(one) ? end(one) : null),
    ]),
    { end: true },
  );
  return marked(
    frame,
    found.map((one) => (one.overdue ? "is-late" : weight(one) === 3 ? "is-over" : "")),
  );
}

/** @param {Api.DataEntry} one */
const stateWords = (one) =>
  one.withdrawn_at
    ? [t("policy.ended", { time: time(one.withdrawn_at) }), sub(one.withdrawn_reason ?? "")]
    : holds(one.document)
      ? h("b", {}, t("policy.in_force"))
      : t("policy.not_in_force");

/** @param {Api.DataEntry} one */
const isOver = (one) => (one.withdrawn_at || !holds(one.document) ? "is-over" : "");

/** @param {Api.DataEntry[]} entries @param {Acts} acts */
export function instruments(entries, { end }) {
  const found = entries.filter((one) => one.kind === "instrument");
  if (!found.length) return none(t("policy.no_instrument"));
  const frame = table(
    t("policy.instruments"),
    [
      t("policy.recipient"),
      t("policy.instrument"),
      t("policy.covers"),
      t("policy.days"),
      t("policy.state"),
      t("policy.acts"),
    ],
    found.map((one) => [
      h("b", {}, one.organisation_id ?? "–"),
      [t(`policy.instrument.${one.document.kind}`), sub(h("span", { class: "mono" }, one.document.number))],
      [
        classNames(one.document.classes),
        sub(
          purposeNames(one.document.purposes),
          one.document.persons_most ? ` · ${t("policy.persons_most", { n: number(one.document.persons_most) })}` : "",
        ),
      ],
      daysWords(one.document),
      stateWords(one),
      one.withdrawn_at ? "" : h("div", { class: "acts" }, end(one)),
    ]),
    { end: true },
  );
  return marked(frame, found.map(isOver));
}

/** @param {Api.DataEntry[]} entries @param {Acts} acts */
export function ownRules(entries, { end }) {
  const found = entries.filter((one) => one.kind === "rule");
  if (!found.length) return none(t("policy.no_rule"));
  const frame = table(
    t("policy.rules"),
    [t("policy.says"), t("policy.covers"), t("policy.source"), t("policy.days"), t("policy.state"), t("policy.acts")],
    found.map((one) => [
      [h("b", {}, t(`policy.outcome.${one.document.outcome}`)), sub(because(one.document))],
      coverWords(one.document),
      sourceWords(one.document),
      daysWords(one.document),
      stateWords(one),
      one.withdrawn_at ? "" : h("div", { class: "acts" }, end(one)),
    ]),
    { end: true },
  );
  return marked(frame, found.map(isOver));
}

/** @param {Rule} rule */
const coverWords = (rule) => [
  classNames(rule.classes),
  sub(
    [
      purposeNames(rule.purposes),
      personsWords(rule),
      rule.countries?.length ? rule.countries.join(t("common.comma")) : null,
    ]
      .filter(Boolean)
      .join(" · "),
  ),
];

/** @param {Rule[]} rules */
function ruleRows(rules) {
  const frame = table(
    t("policy.list_rules"),
    [t("policy.says"), t("policy.covers"), t("policy.settled_by"), t("policy.source"), t("policy.days")],
    rules.map((one) => [
      [h("b", {}, t(`policy.outcome.${one.outcome}`)), sub(because(one))],
      coverWords(one),
      instrumentNames(one.settled_by) || "–",
      sourceWords(one),
      [daysWords(one), holds(one) ? null : sub(t("policy.not_in_force"))].filter(Boolean),
    ]),
  );
  return marked(
    frame,
    rules.map((one) => (holds(one) ? "" : "is-over")),
  );
}

/**
 * The country's list and those of the free-trade zones, side by side, each with its rules.
 * @param {Api.DataRules} rules
 */
export function lists({ lists: all, rules }) {
  return h(
    "div",
    {},
    all.map((one) => {
      const own = rules.filter((rule) => rule.list_id === one.list_id);
      return h(
        "details",
        { "data-list": one.list_id },
        h(
          "summary",
          {},
          h("b", {}, named(one)),
          sub(
            `${one.place} · ${t("policy.edition", { edition: one.edition })} · ${t("policy.rule_count", { n: own.filter(holds).length })}`,
          ),
        ),
        h("p", { class: "sub" }, sourceWords(one)),
        own.length ? ruleRows(own) : h("p", { class: "sub" }, t("policy.no_rules_in_list")),
      );
    }),
  );
}
