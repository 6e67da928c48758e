// One box as the cells of a table's row, and the words for what runs out.
import { ageOf } from "./ages.js";
import { h, icon } from "./dom.js";
import { dateTime, instant, number } from "./format.js";
import { t } from "./i18n.js";

const DAY = 86_400_000;
/** A certificate that ends is told a month before, as the alarms do. */
const SOON = 30 * DAY;
const LOW_PCT = 20;

/**
 * How an end in time stands: over, soon, later, or unknown.
 * @param {string | null} text
 * @param {number} now
 */
export function endState(text, now) {
  const end = instant(text);
  if (end === null) return "none";
  if (end <= now) return "over";
  return end - now <= SOON ? "soon" : "later";
}

/** @type {Record<string, string>} */
const MARKS = { over: "p1", soon: "p2" };

/**
 * An end in time with its mark, its date, and what it means in words.
 * @param {string | null} text
 * @param {number} now
 * @param {string} zone
 * @param {string} none
 */
export function endOf(text, now, zone, none) {
  const end = instant(text);
  if (end === null) return h("span", { class: "sub" }, none);
  const state = endState(text, now);
  const days = Math.round(Math.abs(end - now) / DAY);
  const words = state === "over" ? t("boxes.ended_days", { n: days }) : t("boxes.in_days", { n: days });
  return h(
    "span",
    { class: state in MARKS ? `is-${MARKS[state]}` : null },
    state in MARKS ? icon(`m-${MARKS[state]}`, "mark") : null,
    dateTime(end, zone),
    h("span", { class: "sub" }, words),
  );
}

/**
 * When the box was last heard; overdue when twice its rhythm and ten minutes have passed.
 * @param {Api.Box} box
 * @param {number} now
 * @param {string} zone
 */
export function contactOf(box, now, zone) {
  const last = instant(box.last_received_at);
  if (last === null) return h("span", { class: "sub" }, t("boxes.never_heard"));
  const said = ageOf(last, now, zone);
  return [said, ...(box.grade ? [" ", h("span", { class: "sub" }, t(`boxes.grade.${box.grade}`))] : [])];
}

/** @param {Api.Box} box */
export function batteryOf({ battery_pct: pct }) {
  if (pct === null) return h("span", { class: "sub" }, t("boxes.battery_unknown"));
  const low = pct < LOW_PCT;
  return h(
    "span",
    { class: low ? "is-p2" : null },
    low ? icon("m-p2", "mark") : null,
    `${number(pct)} %`,
    low ? h("span", { class: "sub" }, t("boxes.battery_low")) : null,
  );
}

/** @param {Api.Box} box */
export function shipmentOf({ shipment }) {
  return shipment
    ? h("a", { class: "mono", href: `/shipments/${shipment.id}` }, shipment.reference)
    : h("span", { class: "sub" }, t("boxes.free"));
}

/**
 * The cells: name, shipment, last contact, battery, calibration, certificate.
 * @param {Api.Box} box
 * @param {number} now
 * @param {string} zone
 */
export function cellsOf(box, now, zone) {
  return [
    h(
      "td",
      {},
      h("a", { class: "reference mono", href: `/boxes/${box.box_id}` }, box.box_id),
      box.simulated ? [" ", h("span", { class: "tag" }, t("boxes.simulated"))] : null,
      box.retired_at ? [" ", h("span", { class: "tag" }, t("boxes.retired"))] : null,
      h("span", { class: "sub" }, [t(`boxes.kind.${box.kind}`), box.model].filter(Boolean).join(" · ")),
    ),
    h("td", {}, shipmentOf(box)),
    h("td", {}, contactOf(box, now, zone)),
    h("td", { class: "end" }, batteryOf(box)),
    h("td", {}, endOf(box.calibrated_until, now, zone, t("boxes.no_calibration"))),
    h("td", {}, endOf(box.certificate_ends_at, now, zone, t("boxes.no_certificate"))),
  ];
}
