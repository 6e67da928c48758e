// Whom to call about this shipment: read once, so that it stands in the page when the link is lost.
import { get } from "./api.js";
import { find, h } from "./dom.js";
import { t } from "./i18n.js";
import { may } from "./page.js";
import { Panel } from "./panel.js";
import { table } from "./tables.js";

/** @param {Api.Callee} one */
const row = (one) => [
  one.role,
  one.name,
  one.phone ? h("a", { class: "num", href: `tel:${one.phone.replace(/[^+\d]/g, "")}` }, one.phone) : "–",
  one.hours ?? "",
];

/**
 * @param {HTMLElement} section
 * @param {string} shipmentId
 */
export function showContacts(section, shipmentId) {
  if (!may("GET /shipments/{shipment_id}/contacts")) return;
  section.hidden = false;
  const body = find(".body", section);
  const panel = new Panel(body);
  panel.load(
    () => get(`/shipments/${shipmentId}/contacts`),
    /** @param {Api.Page_Callee_} found */
    ({ items }) => {
      if (!items.length) return panel.empty(t("shipments.contacts.none"));
      const heads = ["role", "name", "phone", "hours"].map((name) => t(`shipments.contacts.${name}`));
      return body.replaceChildren(table(t("shipments.contacts"), heads, items.map(row)));
    },
  );
}
