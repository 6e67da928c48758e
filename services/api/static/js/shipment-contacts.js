// Whom to call about this shipment: read once, so that it stands in the page when the link is lost; entered, corrected.
import { get, post, put } from "./api.js";
import { controlsThat } from "./control.js";
import { find, h } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { has, t } from "./i18n.js";
import { may } from "./page.js";
import { Panel } from "./panel.js";
import { table } from "./tables.js";
import { writeChanged } from "./writing.js";

const FIELDS = /** @type {const} */ (["role", "name", "phone", "hours"]);
const ROLES = ["courier", "carrier", "ground_handler", "shipper", "inspection_site", "sponsor_qa", "applicant"];
const CHANGE = "PUT /shipments/{shipment_id}/contacts/{contact_id}";

/** @param {Partial<Api.ShipmentContact>} [known] */
const fields = (known = {}) =>
  FIELDS.map((name) => ({
    name,
    label: t(`shipments.contacts.${name}`),
    required: name !== "hours",
    value: known[name] ?? "",
    options: name === "role" ? ROLES.map((role) => [role, t(`alarm.role.${role}`)]) : undefined,
    hint:
      name === "role" ? t("shipments.contacts.role_hint") : name === "name" ? t("shipments.contacts.no_patient") : "",
  }));

/** @param {string} path */
const enter = (path) =>
  askFor({
    title: t("shipments.contacts.enter"),
    hint: t("shipments.contacts.enter_hint"),
    fields: fields(),
    submit: t("shipments.contacts.enter"),
    said: t("shipments.contacts.entered"),
    act: (body, key) => post(path, body, key),
  });

/**
 * @param {string} path
 * @param {Api.ShipmentContact} one
 */
const correct = (path, one) =>
  askFor({
    title: t("shipments.contacts.correct"),
    hint: t("shipments.contacts.enter_hint"),
    fields: fields(one),
    submit: t("shipments.contacts.keep"),
    said: t("shipments.contacts.corrected"),
    newest: async () => {
      /** @type {Api.ShipmentContact[]} */
      const items = (await get(path)).items;
      Object.assign(
        one,
        items.find(({ contact_id: id }) => id === one.contact_id),
      );
      return Object.fromEntries(FIELDS.map((name) => [name, one[name]]));
    },
    act: (body) => put(`${path}/${one.contact_id}`, body, { "If-Match": `"${one.revision}"` }),
  });

/**
 * @param {HTMLElement} section
 * @param {string} shipmentId
 */
export function showContacts(section, shipmentId) {
  if (!may("GET /shipments/{shipment_id}/contacts")) return;
  section.hidden = false;
  const path = `/shipments/${shipmentId}/contacts`;
  const body = find(".body", section);
  const panel = new Panel(body);
  const act = controlsThat(() => load());
  const acts = may(CHANGE);
  /** @param {Api.ShipmentContact} one */
  const row = (one) => [
    has(`alarm.role.${one.role}`) ? t(`alarm.role.${one.role}`) : one.role,
    one.name,
    one.phone ? h("a", { class: "num", href: `tel:${one.phone.replace(/[^+\d]/g, "")}` }, one.phone) : "–",
    one.hours ?? "",
    ...(acts ? [one.of_site ? "" : act("shipments.contacts.change", CHANGE, () => correct(path, one), one.name)] : []),
  ];
  /** @type {Map<Element, string>} */
  const written = new Map();
  const load = () =>
    panel.load(
      () => get(path),
      /** @param {Api.Page_ShipmentContact_} found */
      ({ items }) => {
        const more = act("shipments.contacts.enter", "POST /shipments/{shipment_id}/contacts", () => enter(path));
        writeChanged(find(".acts", section), [more], written, path);
        if (!items.length) return panel.empty(t("shipments.contacts.none"));
        const heads = [...FIELDS, ...(acts ? ["what"] : [])].map((name) => t(`shipments.contacts.${name}`));
        // Each button holds the row that it was written with: all of them are new.
        written.delete(body);
        return writeChanged(
          body,
          [table(t("shipments.contacts"), heads, items.map(row), { end: acts })],
          written,
          path,
        );
      },
    );
  load();
}
