// Capacity of a site: what is published and closed, bay by bay, and what the site decides about its slots.
import { get, post, RequestError } from "./api.js";
import * as acts from "./capacity-acts.js";
import * as closing from "./capacity-closing.js";
import * as ways from "./capacity-ways.js";
import { readRules, regimeName } from "./clearance-words.js";
import { serverNow } from "./clock.js";
import { controlsThat } from "./control.js";
import { at, focusIn, h } from "./dom.js";
import { clockTimeWithDay, dateTime, instant, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { Panel } from "./panel.js";
import { note, noteError } from "./say.js";
import { startShell } from "./shell.js";
import { store } from "./store.js";
import { facts, table } from "./tables.js";
import { Wishes } from "./wishes.js";
import { nameOf } from "./writing.js";
import { zone } from "./zone.js";

/** @typedef {{site: Api.Site, openings: Api.BayOpenings[], closures: Api.Closure[], rooms: Api.BayRoom[]}} Found */

const SHOWN = 6;
const DAY_MS = 86_400_000;
const panel = new Panel(at("capacity"));
const choice = /** @type {HTMLSelectElement} */ (at("site"));
const wishes = new Wishes({ site: "" });
/** @type {Api.Site[]} */
let sites = [];
/** @type {Api.PaperRules | null} */
let rules = null;

async function read() {
  [sites, rules] = [(await get("/sites")).items, await readRules()];
  const site = sites.find((one) => one.site_id === wishes.get("site")) ?? sites[0];
  if (!site) return null;
  const [openings, closures, ...rooms] = await Promise.all([
    get(`/sites/${site.site_id}/openings`),
    get(`/sites/${site.site_id}/closures`),
    ...site.bays.map((bay) => get(`/bays/${bay.bay_id}/room`)),
  ]);
  return { site, openings: openings.items, closures: closures.items, rooms };
}

const load = () =>
  panel.load(read, (found) => {
    if (!found) return panel.empty(t("capacity.no_site"));
    const { site } = found;
    zone.ofSite(site.zone);
    choice.replaceChildren(
      ...sites.map((one) => h("option", { value: one.site_id }, `${one.site_id} · ${named(one)}`)),
    );
    choice.value = site.site_id;
    write("bays", bays(found), [
      act("capacity.form.publish", "POST /sites/{site_id}/openings", () => acts.publish(site)),
      act("capacity.form.copy", "POST /sites/{site_id}/openings/copy", () => acts.copy(site)),
    ]);
    write("closures", closures(found), [
      act("capacity.form.close", CLOSE, () => closing.close(site)),
      act("capacity.form.holidays", CLOSE, () => closing.holidays(site)),
    ]);
    write("loggers", loggers(found), [
      act("capacity.form.logger", "POST /bays/{bay_id}/loggers", () => ways.putLogger(site)),
    ]);
    write("routes", routes(site), [act("capacity.add_route", ROUTES, () => ways.addRoute(site, sites))]);
    write("minutes", minutes(site), [act("capacity.change", CHANGE, () => acts.setMinutes(site))]);
    write("hours", hours(site), [act("capacity.add_hours", CHANGE, () => acts.addHours(site))]);
    write("quota", quota(site), [act("capacity.change", CHANGE, async () => rules && acts.setQuota(site, rules))]);
    return undefined;
  });

const CLOSE = "POST /sites/{site_id}/closures";
const CHANGE = "PATCH /sites/{site_id}";
const ROUTES = "PUT /sites/{site_id}/routes";

/**
 * Parts are written anew; the control that has the focus keeps it by its words.
 * @param {string} name
 * @param {HTMLElement} content
 * @param {(HTMLElement | null)[]} controls
 */
function write(name, content, controls) {
  const place = at(name).parentElement ?? document.body;
  const focused = focusIn(place);
  at(name).replaceChildren(content);
  at(`${name}-acts`).replaceChildren(...controls.filter(Boolean));
  if (focused) [...place.querySelectorAll("button")].find((one) => nameOf(one) === nameOf(focused))?.focus();
}

const act = controlsThat(() => load());

/** @param {string} words */
const n = (words) => h("span", { class: "num" }, words);
/** @param {number} count */
const minutesWords = (count) => n(t("capacity.min", { n: count }));

/** @param {Api.OpenStretch | Api.Closure} stretch */
const span = ({ start, end }) =>
  t("capacity.span", {
    from: dateTime(instant(start), zone.name),
    to: clockTimeWithDay(instant(end), instant(start), zone.name),
  });

/**
 * The stretches of a bay that are not over; the rest is a count.
 * @param {Api.OpenStretch[]} open
 * @param {number} now
 */
function stretches(open, now) {
  const coming = open.filter((one) => instant(one.end) > now);
  if (!coming.length) return h("b", { class: "lacks" }, t("capacity.none"));
  const lines = coming.slice(0, SHOWN).map((one) => h("div", { class: "num" }, span(one)));
  return [
    ...lines,
    coming.length > SHOWN ? h("div", { class: "sub" }, t("capacity.more", { n: coming.length - SHOWN })) : null,
  ].filter(Boolean);
}

/** @param {Api.Site} site @param {Api.Bay} bay */
const bayActs = (site, bay) =>
  h(
    "div",
    { class: "acts" },
    act("capacity.times", "POST /sites/{site_id}/bays/{bay_id}/times", () => acts.setTimes(site, bay), named(bay)),
    act("capacity.close_it", CLOSE, () => closing.close(site, bay), named(bay)),
    act(
      bay.unfit_since ? "capacity.fit_again" : "capacity.unfit_now",
      "POST /sites/{site_id}/bays/{bay_id}/fitness",
      () => closing.setFitness(site, bay),
      named(bay),
    ),
  );

/** @param {Found} found */
function bays({ site, openings }) {
  const now = serverNow();
  const open = new Map(openings.map((one) => [one.bay_id, one.open]));
  return table(
    t("capacity.bays"),
    [
      t("capacity.bay"),
      t("capacity.places"),
      t("capacity.inspection"),
      t("capacity.way"),
      `${t("capacity.open")} ${zoneName(now, zone.name)}`,
      t("capacity.state"),
      t("capacity.acts"),
    ],
    site.bays.map((bay) => [
      [h("b", {}, named(bay)), h("span", { class: "sub" }, t(`desk.class.${bay.bay_class}`))],
      t("capacity.places_of", { n: bay.places, min: bay.slot_min }),
      bay.inspection_min === null
        ? [minutesWords(site.inspection_min), h("span", { class: "sub" }, ` ${t("capacity.as_site")}`)]
        : minutesWords(bay.inspection_min),
      minutesWords(bay.transfer_min),
      stretches(open.get(bay.bay_id) ?? [], now),
      bay.unfit_since
        ? h("b", { class: "lacks" }, t("desk.unfit", { reason: bay.unfit_reason ?? "" }))
        : t("capacity.fit"),
      bayActs(site, bay),
    ]),
    { end: true },
  );
}

/**
 * Whole days are said as days: a holiday has no hours.
 * @param {Api.Closure} one
 */
function closedWords(one) {
  /** @param {string} text */
  const midnight = (text) => clockTimeWithDay(instant(text), instant(text), zone.name) === "00:00";
  const days = (instant(one.end) - instant(one.start)) / DAY_MS;
  return midnight(one.start) && midnight(one.end) && days < 1.1
    ? t("capacity.whole_day", { day: dateTime(instant(one.start), zone.name).replace(/\s*\d\d:\d\d$/, "") })
    : span(one);
}

/** @param {Found} found */
function closures({ site, closures: found }) {
  const standing = found.filter((one) => !one.withdrawn_at);
  if (!standing.length) return h("p", { class: "sub" }, t("capacity.no_closure"));
  const WITHDRAW = "POST /sites/{site_id}/closures/{closure_id}/withdraw";
  return table(
    t("capacity.closures"),
    [
      t("capacity.bay"),
      `${t("capacity.when")} ${zoneName(serverNow(), zone.name)}`,
      t("capacity.reason"),
      t("capacity.take_back"),
    ],
    standing.map((one) => {
      const bay = named(site.bays.find((each) => each.bay_id === one.bay_id));
      const back = () =>
        sent(() => post(`/sites/${site.site_id}/closures/${one.closure_id}/withdraw`, {}), "capacity.said.withdrawn");
      return [
        bay,
        n(closedWords(one)),
        one.reason,
        act("capacity.withdraw", WITHDRAW, back, `${bay}, ${closedWords(one)}`) ?? "",
      ];
    }),
    { end: true },
  );
}

/** @param {Found} found */
const loggers = ({ site, rooms }) =>
  ways.loggersTable(site, rooms, (bay, logger) =>
    act(
      "capacity.logger_out",
      "POST /bays/{bay_id}/loggers/end",
      () => ways.endLogger(bay, logger),
      `${logger.box_id}, ${named(bay)}`,
    ),
  );

/** @param {Api.Site} site */
const routes = (site) =>
  ways.routesList(site, sites, (rest, name) =>
    act("capacity.remove", ROUTES, () => sent(() => ways.setRoutes(site, rest), "capacity.said.routes"), name),
  );

/** @param {Api.Site} site */
const minutes = (site) =>
  facts(
    /** @type {const} */ (["picking_min", "inspection_min", "receiving_min", "onward_min"]).map((name) => [
      t(`capacity.field.${name}`),
      minutesWords(site[name]),
    ]),
  );

/** @param {number} minute */
const clock = (minute) => [minute / 60, minute % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");

/** @param {Api.Site} site */
function hours(site) {
  const all = site.hours;
  if (!all?.length) return h("p", {}, h("b", {}, t("capacity.day_and_night")));
  return h(
    "ul",
    { class: "hours-list", role: "list" },
    all.map((one) => {
      const days = one.days.map((day) => t(`capacity.day.${day}`)).join(t("common.comma"));
      const words = `${clock(one.from_min)}–${clock(one.until_min)}`;
      const rest = all.filter((other) => other !== one);
      const remove = () => sent(() => acts.setHours(site, rest), "capacity.said.hours");
      return h(
        "li",
        {},
        h("span", {}, `${days} `, n(words)),
        act("capacity.remove", CHANGE, remove, `${days} ${words}`),
      );
    }),
  );
}

/** @param {Api.Site} site */
function quota(site) {
  const regimes = (site.quota_regimes ?? []).map((one) => (rules ? regimeName(rules, one) : one));
  return facts([
    [t("capacity.field.reserve_share"), n(`${Math.round(site.reserve_share * 100)} %`)],
    [t("capacity.field.reserve_until_min"), minutesWords(site.reserve_until_min)],
    [t("capacity.field.quota_regimes"), regimes.join(t("common.comma")) || t("capacity.every_urgent")],
    .../** @type {const} */ (["freeze_min", "grace_min", "answer_min"]).map((name) => [
      t(`capacity.field.${name}`),
      minutesWords(site[name]),
    ]),
    [t("capacity.field.book_ahead_h"), n(t("capacity.h", { n: site.book_ahead_h }))],
  ]);
}

/**
 * Send without asking, say what was done; false when it was refused.
 * @param {() => Promise<any>} request
 * @param {string} said
 */
async function sent(request, said) {
  try {
    await request();
    note(t(said));
    return true;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    noteError(error);
    return false;
  }
}

choice.addEventListener("change", () => {
  wishes.set({ site: choice.value });
  load();
});
addEventListener("popstate", load);
store.addEventListener("sites", load);
zone.addEventListener("change", load);
startShell({ follows: ["sites"] });
load();
