// The parts of a box's page: facts and topics, certificates, probes, and the log of each boot.
import { batteryOf, contactOf, endOf, shipmentOf } from "./box-row.js";
import { h, icon } from "./dom.js";
import { clockTimeWithDay, dateTime, duration, instant, number } from "./format.js";
import { t } from "./i18n.js";
import { facts, table } from "./tables.js";

const SHOWN_HOLES = 3;

/**
 * Whether it is heard as often as it should be; a silence that was planned says until when.
 * @param {Api.Shipment | null} shipment
 * @param {number} now
 * @param {string} zone
 */
function silenceOf(shipment, now, zone) {
  const silence = shipment?.summary?.silence;
  if (!silence) return null;
  /** @param {string} text */
  const time = (text) => clockTimeWithDay(instant(text), now, zone);
  const values = { since: time(silence.since), until: silence.expected_until ? time(silence.expected_until) : "?" };
  return t(`boxes.silence.${silence.state}`, values);
}

/**
 * `shipment` is what it carries, as it stands; null when it is free or not to be seen.
 * @param {Api.Box} box
 * @param {Api.Shipment | null} shipment
 * @param {number} now
 * @param {string} zone
 */
export function identity(box, shipment, now, zone) {
  const topics = Object.entries(box.topics)
    .filter(([, topic]) => topic)
    .map(([kind, topic]) => [t(`boxes.topic.${kind}`), h("span", { class: "mono" }, topic)]);
  return h(
    "div",
    {},
    facts([
      [t("boxes.column.kind"), [t(`boxes.kind.${box.kind}`), box.model].filter(Boolean).join(" · ")],
      [t("boxes.simulated"), box.simulated ? t("boxes.simulated_means") : null],
      [t("boxes.column.shipment"), shipmentOf(box)],
      [t("boxes.column.contact"), h("span", {}, contactOf(box, now, zone))],
      [t("boxes.silence"), silenceOf(shipment, now, zone)],
      [t("boxes.column.battery"), batteryOf(box)],
      [
        t("boxes.rhythm"),
        duration(box.report_interval_s * 1000) === duration(0)
          ? t("boxes.seconds", { n: box.report_interval_s })
          : duration(box.report_interval_s * 1000),
      ],
      [t("boxes.column.calibration"), endOf(box.calibrated_until, now, zone, t("boxes.no_calibration"))],
      [t("boxes.column.certificate"), endOf(box.certificate_ends_at, now, zone, t("boxes.no_certificate"))],
      [t("boxes.registered"), dateTime(instant(box.registered_at), zone)],
      [t("boxes.retired"), box.retired_at ? retiredSince(box.retired_at, zone) : null],
    ]),
    h("details", { class: "folded" }, h("summary", {}, t("boxes.topics")), facts(topics)),
  );
}

/**
 * @param {string} since
 * @param {string} zone
 */
const retiredSince = (since, zone) =>
  h(
    "span",
    { class: "is-p2" },
    icon("m-p2", "mark"),
    dateTime(instant(since), zone),
    h("span", { class: "sub" }, t("boxes.retired_means")),
  );

/**
 * Certificates, the one that ends last first; `revoke` is null for who may not.
 * @param {Api.BoxCertificate[]} items
 * @param {number} now
 * @param {string} zone
 * @param {((one: Api.BoxCertificate) => void) | null} revoke
 */
export function certificates(items, now, zone, revoke) {
  if (!items.length) return h("p", { class: "sub" }, t("boxes.no_certificates"));
  /** @param {Api.BoxCertificate} one */
  const button = (one) =>
    h(
      "button",
      {
        class: "btn sm",
        type: "button",
        "data-writes": true,
        onclick: () => revoke?.(one),
        "aria-label": t("boxes.revoke_one", { serial: one.serial }),
      },
      t("boxes.revoke"),
    );
  /** @param {Api.BoxCertificate} one */
  const holds = ({ state }) => state === "holds" || state === "early";
  return table(
    t("boxes.certificates"),
    [t("boxes.serial"), t("boxes.holds"), t("boxes.worth"), t("boxes.act")],
    items.map((one) => [
      h("span", {}, h("span", { class: "mono long" }, one.serial), h("span", { class: "sub long" }, one.issuer)),
      h(
        "span",
        {},
        `${dateTime(instant(one.not_before), zone)} –`,
        h("br"),
        holds(one) ? endOf(one.not_after, now, zone, "") : dateTime(instant(one.not_after), zone),
      ),
      h(
        "span",
        {},
        t(`boxes.certificate.${one.state}`),
        one.revoke_reason ? h("span", { class: "sub long" }, one.revoke_reason) : null,
      ),
      holds(one) && revoke ? button(one) : "",
    ]),
    { end: true },
  );
}

/**
 * @param {Api.Probe[]} items
 * @param {number} now
 * @param {string} zone
 */
export function calibrations(items, now, zone) {
  if (!items.length) return h("p", { class: "sub" }, t("boxes.no_probes"));
  return table(
    t("boxes.probes"),
    [t("boxes.probe"), t("boxes.touches"), t("boxes.column.calibration")],
    items.map((one) => [
      h("span", { class: "mono" }, one.probe_id),
      t(`boxes.probe_kind.${one.kind}`),
      endOf(one.calibrated_until, now, zone, t("boxes.no_calibration")),
    ]),
  );
}

/** @param {Api.BootLog} log */
function holes({ missing }) {
  if (!missing.length) return t("boxes.whole");
  const spans = missing
    .slice(0, SHOWN_HOLES)
    .map(({ first, last }) => (first === last ? number(first) : `${number(first)}–${number(last)}`));
  const rest = missing.length - SHOWN_HOLES;
  return h(
    "span",
    { class: "is-p2" },
    spans.join(t("common.comma")),
    rest > 0 ? h("span", { class: "sub" }, t("boxes.more_holes", { n: rest })) : null,
  );
}

/**
 * What is stored of each boot: a hole is told, and closed by the box itself when it can.
 * @param {Api.BootLog[]} items
 * @param {number} now
 * @param {string} zone
 */
export function logs(items, now, zone) {
  if (!items.length) return h("p", { class: "sub" }, t("boxes.no_log"));
  return table(
    t("boxes.logs"),
    [t("boxes.boot"), t("boxes.heard"), t("boxes.stored_to"), t("boxes.missing")],
    items
      .slice(0, 10)
      .map((one) => [
        h("span", { class: "mono" }, one.boot),
        h(
          "span",
          {},
          `${dateTime(instant(one.first_received_at), zone)} –`,
          h("br"),
          dateTime(instant(one.last_received_at), zone),
        ),
        h("span", { class: "num" }, number(one.contiguous)),
        holes(one),
      ]),
  );
}
