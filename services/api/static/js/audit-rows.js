// One audit entry as a row, and what the check of the chain found.
import { h, icon } from "./dom.js";
import { clockTimeSeconds, dateTime, instant, number } from "./format.js";
import { has, t } from "./i18n.js";
import { facts } from "./tables.js";

const SHORT = 12;

/**
 * @param {string} code What is looked for, as it is kept.
 * @param {() => void} act
 */
const pick = (code, act, words = code) =>
  h(
    "button",
    { class: "link pick-one", type: "button", title: t("audit.narrow", { what: code }), onclick: act },
    words,
  );

/** @param {string} key @param {string} code A code that has no words yet stands for itself. */
const worded = (key, code) => (has(`audit.${key}.${code}`) ? t(`audit.${key}.${code}`) : code);

/**
 * Names of what changed, with both values; nested things as they are.
 * @param {Record<string, any> | null} before
 * @param {Record<string, any> | null} after
 */
function change(before, after) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (!names.length) return h("span", { class: "sub" }, "–");
  /** @param {any} value What changed is anything. */
  const text = (value) => (value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value));
  const list = h(
    "dl",
    { class: "change" },
    names.map((name) =>
      h(
        "div",
        {},
        h("dt", { class: "mono" }, name),
        h(
          "dd",
          { class: "long" },
          before && name in before ? [h("del", {}, text(before[name])), " "] : null,
          after && name in after ? h("ins", {}, text(after[name])) : null,
        ),
      ),
    ),
  );
  return h("details", {}, h("summary", {}, t("audit.changes", { n: names.length })), list);
}

/** @param {Api.AuditEntryOut} entry @param {string} zone @param {(changes: Record<string, string>) => void} narrow */
export function entryRow(entry, zone, narrow) {
  const ms = instant(entry.at);
  return h(
    "tr",
    {},
    h(
      "td",
      { class: "num" },
      dateTime(ms, zone).replace(/\d\d:\d\d$/, clockTimeSeconds(ms, zone)),
      h("span", { class: "sub" }, t("audit.number", { n: entry.id })),
    ),
    h(
      "td",
      {},
      pick(entry.principal_id, () => narrow({ principal: entry.principal_id })),
      h("span", { class: "sub long" }, entry.source),
    ),
    h(
      "td",
      {},
      pick(entry.action, () => narrow({ action: entry.action }), worded("act", entry.action)),
    ),
    h(
      "td",
      {},
      pick(entry.entity, () => narrow({ entity: entry.entity }), worded("entity", entry.entity)),
      h(
        "span",
        { class: "sub mono long" },
        pick(entry.entity_id, () => narrow({ entity: entry.entity, entity_id: entry.entity_id })),
      ),
    ),
    h("td", { class: "long" }, entry.reason ?? "", change(entry.before, entry.after)),
    h(
      "td",
      { class: "end" },
      entry.position === null
        ? h("b", { class: "is-p1" }, t("audit.outside"))
        : h("span", { class: "num" }, number(entry.position)),
      entry.hash ? h("span", { class: "sub mono", title: entry.hash }, entry.hash.slice(0, SHORT)) : null,
    ),
  );
}

/**
 * Whether the trail still stands as it was written, in words first.
 * @param {Api.AuditVerification} found
 * @param {string} zone
 */
export function verification(found, zone) {
  const { ok, findings } = found;
  const said = h(
    "p",
    { class: `verdict is-${ok ? "done" : "p1"}`, role: "status" },
    icon(ok ? "m-done" : "m-p1", "mark"),
    h("b", {}, t(ok ? "audit.stands" : "audit.broken")),
  );
  return h(
    "div",
    {},
    said,
    findings.length
      ? h(
          "ul",
          { class: "findings" },
          findings.map((one) => h("li", {}, h("b", {}, t(`audit.fault.${one.fault}`)), ` ${one.detail}`)),
        )
      : null,
    facts([
      [t("audit.checked_at"), dateTime(instant(found.checked_at), zone)],
      [t("audit.entries"), number(found.entries)],
      [t("audit.head"), h("span", { class: "mono long" }, found.head)],
      [
        t("audit.anchors"),
        found.last_anchor_at
          ? t("audit.anchored", {
              n: found.anchors,
              entries: number(found.anchored_entries),
              time: dateTime(instant(found.last_anchor_at), zone),
            })
          : t("audit.no_anchor"),
      ],
      [
        t("audit.keyed"),
        found.keyed
          ? found.unproven
            ? t("audit.unproven", { n: found.unproven })
            : t("audit.proven")
          : t("audit.no_key"),
      ],
      [t("audit.signatures"), number(found.signatures)],
      [
        t("audit.clock"),
        found.clock_steps.length ? t("audit.clock_back", { n: found.clock_steps.length }) : t("audit.clock_right"),
      ],
    ]),
  );
}
