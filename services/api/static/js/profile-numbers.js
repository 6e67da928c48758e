// One profile version in tables: each number with basis, grade and source beside it, and what differs.
import { h } from "./dom.js";
import { dateTime, instant, number, recordedNumber, recordedTemperature } from "./format.js";
import { has, t } from "./i18n.js";
import { named } from "./page.js";
import { facts, table } from "./tables.js";

/**
 * A number of a profile, as its document has it.
 * @typedef {{value: number, unit: string, basis: string, grade: string, source: string, url?: string,
 *   binding?: boolean, switched_on?: string}} Numbered
 */

/** In the order in which people ask for them; what is not named here stands at the end. @type {Record<string, string[]>} */
const GROUPS = {
  limits: ["label_lo_c", "label_hi_c", "absolute_lo_c", "absolute_hi_c", "glass_transition_c", "freeze_point_c"],
  clocks: [
    "hold_h",
    "assumed_before_packing_h",
    "age_budget_h",
    "container_hold_h",
    "container_derate",
    "tilt_over_deg",
    "tilt_factor",
    "inverted_over_deg",
    "inverted_factor",
    "lid_allowance_min",
  ],
  estimate: ["viability_at_start_percent", "loss_p10_per_h", "loss_p50_per_h", "loss_p90_per_h"],
};

/** @param {string} name */
export const numberName = (name) => (has(`profiles.number.${name}`) ? t(`profiles.number.${name}`) : name);

/**
 * Whose it is: an organisation's, the product's, or made here without an organisation.
 * @param {Api.Profile} profile
 */
export const whose = ({ owner, shipped }) => owner ?? t(shipped ? "profiles.shipped" : "profiles.own");

/**
 * Names, clock, container, and whether it may still change.
 * @param {Api.Profile} profile
 * @param {Api.Profile | null} compared
 * @param {string} zone
 */
export function head(profile, compared, zone) {
  const { document: told } = profile;
  return h(
    "div",
    {},
    h("h2", {}, named(profile)),
    facts([
      [
        t("profiles.fact.name"),
        h("span", { class: "mono" }, t("profiles.name_version", { name: profile.profile_id, n: profile.version })),
      ],
      [t("profiles.fact.owner"), profile.shipped ? t("profiles.shipped_means") : whose(profile)],
      [
        t("profiles.fact.state"),
        profile.frozen_at
          ? t("profiles.frozen", { time: dateTime(instant(profile.frozen_at), zone) })
          : t("profiles.draft_means"),
      ],
      [t("profiles.fact.clock"), t(`profiles.clock.${told.clock_start}`)],
      [t("profiles.fact.container"), told.container ? t(`profiles.container.${told.container}`) : null],
      [
        t("profiles.fact.compared"),
        compared
          ? t("profiles.name_version", { name: compared.profile_id, n: compared.version })
          : t("profiles.nothing_before"),
      ],
    ]),
  );
}

/** @param {string} name */
function groupOf(name) {
  return Object.keys(GROUPS).find((group) => GROUPS[group].includes(name)) ?? "rules";
}

/** @param {string} name */
const place = (name) => {
  const order = Object.values(GROUPS).flat().indexOf(name);
  return order < 0 ? Infinity : order;
};

/**
 * One table; a heading row before each group, and numbers that were taken away struck through.
 * @param {Api.Profile} profile
 * @param {Api.Profile | null} compared
 */
export function numbers(profile, compared) {
  const [mine, theirs] = [profile.document.numbers, compared?.document.numbers ?? {}];
  const names = [...new Set([...Object.keys(mine), ...(compared ? Object.keys(theirs) : [])])].sort(
    (a, b) => place(a) - place(b) || a.localeCompare(b),
  );
  const heads = ["number", "value", "basis", "grade", "source"].map((one) =>
    h("th", { scope: "col" }, t(`profiles.column.${one}`)),
  );
  /** @type {[string, string[]][]} */
  const inGroups = [...Object.keys(GROUPS), "rules"].map((group) => [
    group,
    names.filter((name) => groupOf(name) === group),
  ]);
  const bodies = inGroups
    .filter(([, inside]) => inside.length)
    .map(([group, inside]) =>
      h(
        "tbody",
        {},
        h("tr", { class: "group" }, h("th", { scope: "rowgroup", colspan: 5 }, t(`profiles.group.${group}`))),
        inside.map((name) => row(name, mine[name], compared ? theirs[name] : mine[name])),
      ),
    );
  return h(
    "div",
    { class: "table-frame" },
    h(
      "table",
      { class: "table numbers" },
      h("caption", { class: "sr" }, t("profiles.numbers")),
      h("thead", {}, h("tr", {}, heads)),
      bodies,
    ),
  );
}

/**
 * @param {string} name
 * @param {Numbered | undefined} mine
 * @param {Numbered | undefined} theirs
 */
function row(name, mine, theirs) {
  const label = h("th", { scope: "row" }, numberName(name), h("span", { class: "sub mono" }, name));
  if (!mine)
    return h(
      "tr",
      {},
      label,
      h("td", { class: "struck" }, theirs ? recordedNumber(theirs) : ""),
      h("td", { colspan: 3 }, h("span", { class: "sub" }, t("profiles.taken_away"))),
    );
  const differs = !theirs || theirs.value !== mine.value;
  const before =
    theirs && differs ? h("span", { class: "sub" }, t("profiles.was", { value: recordedNumber(theirs) })) : null;
  const fresh = differs ? h("span", { class: "tag" }, t(theirs ? "profiles.changed" : "profiles.added")) : null;
  return h(
    "tr",
    { class: differs ? "differs" : null },
    label,
    h("td", { class: "num" }, h("b", {}, recordedNumber(mine)), fresh ? [" ", fresh] : null, before),
    h("td", {}, t(`profiles.basis.${mine.basis}`), h("span", { class: "sub" }, binding(mine))),
    h("td", {}, h("abbr", { title: t(`profiles.grade.${mine.grade}`) }, mine.grade)),
    h("td", { class: "long" }, sourceOf(mine)),
  );
}

/** @param {Numbered} number */
function binding({ binding: binds, switched_on: why }) {
  if (why) return t("profiles.switched_on", { why });
  return t(binds ? "profiles.binds" : "profiles.advisory");
}

/**
 * Sources lie outside: the link says so by its host, and is opened only by hand.
 * @param {Numbered} number
 */
export function sourceOf({ source: words, url }) {
  const text = h("span", { lang: "en" }, words);
  if (!url || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return text;
  return [text, " ", h("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, new URL(url).hostname)];
}

/**
 * Bands of excursion and the rate table, where a profile has them.
 * @param {Api.Profile} profile
 */
export function tables({ document: told }) {
  const found = [];
  for (const band of told.bands ?? []) {
    const rows = Object.entries(band.numbers).map(([name, one]) => [
      numberName(name),
      recordedNumber(one),
      t(`profiles.basis.${one.basis}`),
      one.grade,
      sourceOf(one),
    ]);
    found.push(
      h("h3", {}, t("profiles.band", { name: band.name, side: t(`profiles.side.${band.side}`) })),
      table(
        band.name,
        ["number", "value", "basis", "grade", "source"].map((one) => t(`profiles.column.${one}`)),
        rows,
      ),
    );
  }
  const rates = told.rate_table;
  if (rates) {
    const { reference } = rates;
    found.push(
      h("h3", {}, t("profiles.rates", { name: rates.name })),
      h(
        "p",
        { class: "sub long" },
        binding(reference),
        " ",
        t(`profiles.basis.${reference.basis}`),
        ", ",
        reference.grade,
        ". ",
        sourceOf(reference),
      ),
      table(
        rates.name,
        [t("profiles.column.temperature"), t("profiles.column.rate")],
        rates.knots.map((/** @type {number[]} */ [temp, rate]) => [recordedTemperature(temp), `× ${number(rate, 2)}`]),
      ),
    );
  }
  return found;
}
