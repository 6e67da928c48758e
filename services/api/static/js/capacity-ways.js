// Where goods of a site may be inspected instead, and the loggers that watch its bays.
import { post, put } from "./api.js";
import { DAY_MIN, field } from "./capacity-fields.js";
import { h } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { clockTimeWithDay, degrees, instant, rangeText } from "./format.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { table } from "./tables.js";
import { zone } from "./zone.js";

/** @param {Api.Site} site */
const titled = (site) => `${site.site_id} · ${named(site)}`;

/**
 * All of them at once: the API replaces what is there.
 * @param {Api.Site} site
 * @param {Api.NewRoute[]} routes
 */
export const setRoutes = (site, routes) => put(`/sites/${site.site_id}/routes`, { routes });

/**
 * One more way under customs control, from here to a supervised site.
 * @param {Api.Site} site
 * @param {Api.Site[]} sites
 */
export function addRoute(site, sites) {
  const known = new Set([site.site_id, ...site.routes.map((one) => one.to_site_id)]);
  const others = sites.filter((one) => !known.has(one.site_id) && one.simulated === site.simulated);
  return askFor({
    title: t("capacity.form.route", { site: site.site_id }),
    hint: t(others.length ? "capacity.hint.route" : "capacity.hint.no_other_site"),
    fields: [
      field("to_site_id", { kind: "select", options: others.map((one) => [one.site_id, titled(one)]) }),
      field("transfer_min", {
        label: t("capacity.in_min", { what: t("capacity.field.route_min") }),
        kind: "number",
        min: 1,
        max: DAY_MIN,
        step: "1",
        value: 60,
      }),
      field("direct_distribution", { kind: "check", required: false, value: true, hint: t("capacity.direct_hint") }),
    ],
    submit: t("capacity.do.add"),
    said: t("capacity.said.routes"),
    act: (/** @type {Api.NewRoute} */ body) => setRoutes(site, [...site.routes.map(plain), body]),
  });
}

/**
 * @param {Api.SiteRoute} route
 * @returns {Api.NewRoute}
 */
const plain = ({ to_site_id, transfer_min, direct_distribution }) => ({
  to_site_id,
  transfer_min,
  direct_distribution,
});

/**
 * @param {Api.Site} site
 * @param {Api.Site[]} sites
 * @param {(rest: Api.NewRoute[], of: string) => HTMLElement | null} remove The control that takes a way back.
 */
export function routesList(site, sites, remove) {
  if (!site.routes.length) return h("p", {}, h("b", {}, t("capacity.no_route")));
  return h(
    "ul",
    { class: "hours-list", role: "list" },
    site.routes.map((one) => {
      const to = sites.find((other) => other.site_id === one.to_site_id);
      const name = to ? titled(to) : one.to_site_id;
      const rest = site.routes.filter((other) => other !== one).map(plain);
      return h(
        "li",
        {},
        h("span", {}, `${name} `, h("span", { class: "num" }, t("capacity.min", { n: one.transfer_min }))),
        one.direct_distribution ? h("span", { class: "tag" }, t("capacity.field.direct_distribution")) : null,
        remove(rest, name),
      );
    }),
  );
}

/** @param {string} name */
const celsius = (name) =>
  field(name, { kind: "number", required: false, hint: t("capacity.class_range"), min: -273.15, max: 100 });

/** @param {Api.Site} site */
export const putLogger = (site) =>
  askFor({
    title: t("capacity.form.logger"),
    hint: t("capacity.hint.logger"),
    fields: [
      field("bay_id", { kind: "select", options: site.bays.map((one) => [one.bay_id, named(one)]) }),
      field("box_id", { label: t("capacity.field.logger"), hint: t("capacity.logger_kind") }),
      celsius("low_c"),
      celsius("high_c"),
    ],
    submit: t("capacity.do.logger"),
    said: t("capacity.said.logger"),
    act: (/** @type {Api.NewLogger & {bay_id: string}} */ { bay_id: bay, ...body }, key) =>
      post(`/bays/${bay}/loggers`, body, key),
  });

/**
 * @param {Api.Bay} bay
 * @param {Api.BayLogger} logger
 */
export const endLogger = (bay, logger) =>
  askFor({
    title: t("capacity.form.logger_end", { logger: logger.box_id, bay: named(bay) }),
    hint: t("capacity.hint.logger_end"),
    fields: [field("reason", { kind: "area", hint: t("capacity.no_names") })],
    submit: t("capacity.do.logger_end"),
    said: t("capacity.said.logger_end"),
    act: (/** @type {{reason: string}} */ body, key) =>
      post(`/bays/${bay.bay_id}/loggers/end`, { box_id: logger.box_id, ...body }, key),
  });

/** @param {Api.BayLogger} logger */
const rangeOf = ({ low_c: low, high_c: high }) =>
  low === null && high === null ? t("capacity.not_judged") : rangeText(low, high);

/**
 * What its logger says of a bay: every fault since when, or that it is well.
 * @param {Api.BayRoom} room
 * @param {Api.BayLogger} logger
 */
function stateOf(room, logger) {
  const faults = room.faults.filter((one) => one.box_id === logger.box_id);
  if (!faults.length) return t("capacity.logger_well");
  /** @param {Api.BayFault} fault */
  const since = ({ since: at }) => clockTimeWithDay(instant(at), instant(room.measured_at ?? at), zone.name);
  return h(
    "b",
    { class: "lacks" },
    faults.map((one) => t(`capacity.fault.${one.why}`, { since: since(one) })).join(t("common.comma")),
  );
}

/**
 * @param {Api.Site} site
 * @param {Api.BayRoom[]} rooms
 * @param {(bay: Api.Bay, logger: Api.BayLogger) => HTMLElement | null} end The control that takes a logger out.
 */
export function loggersTable(site, rooms, end) {
  const there = rooms.flatMap((room) => room.loggers.filter((one) => !one.until).map((logger) => ({ room, logger })));
  if (!there.length) return h("p", { class: "sub" }, t("capacity.no_logger"));
  const heads = ["bay", "field.logger", "range", "reading", "state", "acts"];
  return table(
    t("capacity.loggers"),
    heads.map((name) => t(`capacity.${name}`)),
    there.map(({ room, logger }) => {
      const bay = site.bays.find((one) => one.bay_id === room.bay_id);
      const measured = room.temperature_c === null ? t("capacity.no_reading") : degrees(room.temperature_c);
      return [
        named(bay),
        h("span", { class: "mono" }, logger.box_id),
        h("span", { class: "num" }, rangeOf(logger)),
        h("span", { class: "num" }, measured),
        stateOf(room, logger),
        (bay && end(bay, logger)) ?? "",
      ];
    }),
    { end: true },
  );
}
