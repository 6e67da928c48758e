// No slot is free: what is left all the same, each only where it can be done, and whom to call.
import { serverNow } from "./clock.js";
import { desk } from "./desk.js";
import { h } from "./dom.js";
import { clockTimeWithDay, instant } from "./format.js";
import { t } from "./i18n.js";
import { may, named } from "./page.js";
import { zone } from "./zone.js";

/**
 * A slot at another site to which a way leads.
 * @param {Api.QueueRow} row
 */
function elsewhere({ reference }) {
  const [slot] = [...(desk.slots?.items ?? []), ...(desk.slots?.first_open ?? [])].filter(
    (one) => one.site_id !== desk.siteId,
  );
  if (!slot) return null;
  const time = clockTimeWithDay(instant(slot.start), serverNow(), zone.name);
  const words = t("desk.left.site", { site: slot.site_id, time, bay: named(slot, "bay_name") });
  return may("POST /appointments") ? h("a", { href: `/bookings?s=${encodeURIComponent(reference)}` }, words) : words;
}

/**
 * Bays of its kind that take nobody.
 * @param {Api.QueueRow} row
 */
function shut(row) {
  return (desk.plan?.site.bays ?? [])
    .filter((bay) => bay.bay_class === row.bay_class && bay.unfit_since)
    .map((bay) => {
      const words = t("desk.left.reopen", { bay: named(bay), reason: bay.unfit_reason ?? "" });
      return may("POST /sites/{site_id}/bays/{bay_id}/fitness")
        ? h("a", { href: `/capacity?site=${desk.siteId}` }, words)
        : words;
    });
}

/**
 * @param {Api.QueueRow} row
 * @param {Api.Bay[]} fitting Bays in which it could be started.
 */
function start(row, fitting) {
  if (!fitting.length) return t("desk.left.no_bay", { kind: t(`desk.class.${row.bay_class}`) });
  return t(may("POST /shipments/{shipment_id}/start-now") ? "desk.left.start" : "desk.left.officer");
}

/**
 * @param {Api.QueueRow} row
 * @param {Api.Bay[]} fitting
 */
export const noneLeft = (row, fitting) =>
  h(
    "div",
    { class: "none-left" },
    h("p", {}, h("b", {}, t("desk.none_free"))),
    h(
      "ul",
      {},
      [start(row, fitting), elsewhere(row), ...shut(row), t("desk.left.call")]
        .filter(Boolean)
        .map((one) => h("li", {}, one)),
    ),
  );
