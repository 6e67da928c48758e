// One shipment as the cells of a table's row.
import { h, icon } from "./dom.js";
import { clockTimeWithDay, dateTime, hoursMinutes, instant, unitName } from "./format.js";
import { has, t } from "./i18n.js";
import { named } from "./page.js";
import { revisedAt } from "./revised.js";
import * as verdict from "./verdict.js";

/** @typedef {(shipment: Api.Shipment, now: number, zone: string) => HTMLElement} Cell */

/**
 * The columns in their order; the first one always stands.
 * @type {Record<string, Cell>}
 */
const CELLS = {
  shipment: (shipment, now, zone) =>
    h(
      "td",
      {},
      icon(`m-${verdict.markOf(shipment)}`, "mark"),
      h("a", { class: "reference mono", href: `/shipments/${shipment.id}` }, shipment.reference),
      shipment.simulated ? [" ", h("span", { class: "tag" }, t("live.tag.simulated"))] : null,
      h("span", { class: "sub product" }, shipment.product),
      h("span", { class: "sub on-phone" }, verdict.phaseWords(shipment, now, zone)),
    ),
  way: (shipment, now, zone) =>
    h(
      "td",
      {},
      h("span", { class: "mono" }, `${shipment.origin ?? "–"} → ${shipment.destination ?? "–"}`),
      h("span", { class: "sub" }, verdict.phaseWords(shipment, now, zone)),
    ),
  temperature,
  condition: (shipment) => h("td", {}, keyed("live.condition", shipment.condition), dispositionTag(shipment)),
  evidence: (shipment) => h("td", {}, keyed("live.evidence", shipment.evidence)),
  parties: ({ shipper, consignee }) => h("td", {}, shipper ?? "–", h("span", { class: "sub" }, consignee ?? "–")),
  boxes: ({ boxes }) =>
    h(
      "td",
      {},
      boxes.flatMap((box, index) => [
        index ? " " : "",
        h("a", { class: "mono", href: `/boxes/${encodeURIComponent(box)}` }, box),
      ]),
    ),
  profile: ({ profile }) =>
    h("td", {}, profile ? named(profile) : "–", h("span", { class: "sub num" }, profile ? `v${profile.version}` : "")),
  slot,
  latest,
  entered: (shipment, _now, zone) => h("td", { class: "num" }, dateTime(instant(shipment.created_at), zone)),
};
export const COLUMNS = Object.keys(CELLS);
/** What is shown while nobody has chosen. */
export const USUAL = ["shipment", "way", "temperature", "condition", "evidence", "slot", "latest"];

/**
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @param {string} zone
 * @param {string[]} columns
 */
export const cellsOf = (shipment, now, zone, columns) =>
  columns.map((name) => {
    const cell = CELLS[name](shipment, now, zone);
    cell.dataset.column = name;
    return cell;
  });

/**
 * @param {string} group
 * @param {string} code
 */
const keyed = (group, code) => (has(`${group}.${code}`) ? t(`${group}.${code}`) : (code ?? "–"));

/**
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @param {string} zone
 */
function temperature(shipment, now, zone) {
  const value = verdict.temperatureWords(shipment);
  const silent = verdict.isSilent(shipment) ? "silent" : "";
  const revised = revisedAt(shipment, now) === null ? "" : " revised";
  return h(
    "td",
    { class: "end" },
    value === null
      ? h("span", { class: "sub" }, t("live.no_value"))
      : h("b", { class: silent + revised }, `${value} ${unitName()}`),
    h("span", { class: "sub" }, verdict.limitWords(shipment, now, zone)),
  );
}

/** @param {Api.Shipment} shipment */
function dispositionTag({ disposition }) {
  if (!disposition || disposition === "NONE") return null;
  return h("span", { class: "sub" }, keyed("live.disposition", disposition));
}

/**
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @param {string} zone
 */
function slot({ appointment, site }, now, zone) {
  if (!appointment) return h("td", {}, "–", h("span", { class: "sub" }, site?.site_id ?? ""));
  return h(
    "td",
    {},
    h("span", { class: "mono" }, appointment.number),
    h("span", { class: "sub" }, clockTimeWithDay(instant(appointment.start), now, zone)),
  );
}

/**
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @param {string} zone
 */
function latest(shipment, now, zone) {
  const spare = verdict.spareOf(shipment, now);
  if (spare.kind === "over")
    return h(
      "td",
      { class: "end" },
      t(`state.${shipment.state}`),
      h("span", { class: "sub" }, dateTime(instant(shipment.received_at ?? shipment.created_at), zone)),
    );
  if (spare.kind === "none") return h("td", { class: "end sub" }, t("live.spare_unknown"));
  const words = verdict.spareWords(shipment, now, zone);
  const left = words.value ?? `${words.atMost ? `${t("live.at_most")} ` : ""}${hoursMinutes(spare.ms)}`;
  return h("td", { class: "end" }, h("span", { class: "spare" }, left), h("span", { class: "sub" }, words.under));
}
