// One box: who it is, how it stands, its certificates, its probes and what is stored of its log.
import { get, post, RequestError } from "./api.js";
import { calibrations, certificates, identity, logs } from "./box-parts.js";
import { rawLog, serviceButton } from "./box-service.js";
import { formOf } from "./capacity-forms.js";
import { onTick, serverNow } from "./clock.js";
import { at, find, h } from "./dom.js";
import { t } from "./i18n.js";
import { may, pathPart } from "./page.js";
import { Panel } from "./panel.js";
import { note, noteError } from "./say.js";
import { startShell } from "./shell.js";
import { zone } from "./zone.js";

/**
 * @typedef {{box: Api.Box, shipment: Api.Shipment | null, held: Api.BoxCertificate[] | null,
 *   probes: Api.Probe[] | null, boots: Api.BootLog[] | null}} Found What one may not read is null.
 */

const AGAIN_MS = 30_000;
const name = pathPart.box_id;
const path = `/boxes/${encodeURIComponent(name)}`;
const panel = new Panel(at("box"));
/**
 * @param {string} part
 * @param {string} key
 */
const words = (part, key) => t(`boxes.${part}.${key}`);
/** @type {Found | null} */
let found = null;
let readAt = 0;

/**
 * What one may not read is left out, not shown as nothing.
 * @param {Api.Call} call
 * @param {string} url
 */
const allowed = (call, url) => (may(call) ? get(url).then(({ items }) => items) : Promise.resolve(null));

async function read() {
  const [box, held, probes, boots] = await Promise.all([
    get(path),
    allowed("GET /boxes/{box_id}/certificates", `${path}/certificates`),
    allowed("GET /probes", `/probes?box_id=${encodeURIComponent(name)}`),
    allowed("GET /boxes/{box_id}/boots", `${path}/boots`),
  ]);
  const shipment =
    box.shipment && (await get(`/shipments/${box.shipment.id}`).catch(() => /** @type {Api.Shipment | null} */ (null)));
  return { box, shipment, held, probes, boots };
}

/**
 * @param {string} id
 * @param {HTMLElement | null} content
 */
function put(id, content) {
  const section = at(id);
  section.hidden = content === null;
  if (content !== null) find(".body", section).replaceChildren(content);
}

/** @param {Found} answer */
function write(answer) {
  found = answer;
  readAt = performance.now();
  const [now, { box, shipment, held, probes, boots }] = [serverNow(), answer];
  put("identity", identity(box, shipment, now, zone.name));
  put(
    "certificates",
    held &&
      certificates(held, now, zone.name, may("POST /boxes/{box_id}/certificates/{fingerprint}/revoke") ? revoke : null),
  );
  put("probes", probes && calibrations(probes, now, zone.name));
  put("logs", boots && logs(boots, now, zone.name));
  writeForms(probes ?? []);
  const service = serviceButton(box, path, load);
  at("service-acts").replaceChildren(service ?? "");
}

const load = () => panel.load(read, write);

/**
 * Send, say what was done, and read all of it again; false when it was refused.
 * @param {() => Promise<any>} request
 * @param {string} said
 */
async function send(request, said) {
  try {
    await request();
    note(said);
    await load();
    return true;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    noteError(error);
    return false;
  }
}

/**
 * A certificate that is ended stays ended: the reason is asked for in a dialog.
 * @param {Api.BoxCertificate} certificate
 */
function revoke(certificate) {
  const reason = h("input", { class: "field", id: "why", required: true, maxlength: 1000, autocomplete: "off" });
  const dialog = h("dialog", { class: "asking", "aria-labelledby": "asking-title" });
  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (
      await send(
        () => post(`${path}/certificates/${certificate.fingerprint}/revoke`, { reason: reason.value.trim() }),
        t("boxes.said.revoked"),
      )
    )
      dialog.close();
  };
  dialog.append(
    h(
      "form",
      { onsubmit: submit },
      h("h2", { id: "asking-title" }, t("boxes.revoke_title")),
      h("p", {}, t("boxes.revoke_hint", { name })),
      h("div", { class: "form-field" }, h("label", { for: "why" }, t("boxes.field.reason")), reason),
      h(
        "p",
        { class: "actions" },
        h("button", { class: "btn p", type: "submit" }, t("boxes.revoke")),
        h("button", { class: "btn", type: "button", onclick: () => dialog.close() }, t("common.close")),
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * Forms are written once for the probes that sit here, so that nothing that is typed is lost.
 * @param {Api.Probe[]} probes
 */
function writeForms(probes) {
  const place = at("forms");
  const state = probes.map((one) => one.probe_id).join();
  if (place.dataset.probes === state) return;
  place.dataset.probes = state;
  const forms = [];
  if (may("POST /boxes/{box_id}/certificates")) {
    forms.push(
      formOf(
        "certificate",
        [{ name: "certificate", kind: "long" }],
        async (body) => send(() => post(`${path}/certificates`, body), t("boxes.said.recorded")),
        words,
      ),
    );
  }
  if (may("POST /probes/{probe_id}/calibrations") && probes.length) {
    const fields = [
      { name: "probe", kind: "select", options: probes.map((one) => [one.probe_id, one.probe_id]) },
      { name: "number" },
      { name: "read_c", kind: "number", min: -273.15, max: 150 },
      { name: "true_c", kind: "number", min: -273.15, max: 150 },
      { name: "valid_from", kind: "moment" },
      { name: "valid_until", kind: "moment" },
    ];
    forms.push(formOf("calibration", fields, calibrate, words));
  }
  place.replaceChildren(...forms);
}

/** @param {Record<string, any>} body */
const calibrate = ({ probe, number: certificate, read_c: read, true_c: right, ...span }) =>
  send(
    () =>
      post(`/probes/${encodeURIComponent(probe)}/calibrations`, {
        points: [{ read_c: read, true_c: right }],
        certificate,
        ...span,
      }),
    t("boxes.said.calibrated"),
  );

at("name").textContent = name;
zone.addEventListener("change", () => {
  if (found) write(found);
});
onTick(() => {
  if (!document.hidden && found && performance.now() - readAt > AGAIN_MS) {
    readAt = performance.now();
    load();
  }
});
rawLog(/** @type {HTMLDetailsElement} */ (at("raw-log")), path);
startShell();
load();
