// The form for a new shipment: site, box and shipment are entered in that order, then shown.
import { get, newKey, post, RequestError, sentences } from "./api.js";
import { at, find, h, setText } from "./dom.js";
import { clearFaults, missing, showFault, valueAt, valuesOf, wireMoments } from "./form-fields.js";
import { addLeg, knowPlace, legValues } from "./form-legs.js";
import { rangeText } from "./format.js";
import { t } from "./i18n.js";
import { broker, named } from "./page.js";
import { startShell } from "./shell.js";
import { fillZones } from "./zones.js";

const NEW_SITE = "+";
const form = at("new-shipment");
/** @param {string} path */
const field = (path) => at(`f-${path}`);
/** @type {Map<string, Api.Box>} */
const boxes = new Map();
/** @type {Map<string, Api.Profile>} */
const profiles = new Map();
/** @type {Set<string>} */
const simulatedSites = new Set();
/** @type {Record<string, {text: string, key: string}>} */
const keys = {};

/**
 * One key for each request and its contents: sending the same twice enters it once.
 * @param {string} name
 * @param {Record<string, any>} body
 */
function keyFor(name, body) {
  const text = JSON.stringify(body);
  if (keys[name]?.text !== text) keys[name] = { text, key: newKey() };
  return keys[name].key;
}

async function load() {
  /** @type {[Api.Page_Profile_, Api.Page_Site_, Api.Page_Box_]} */
  const [known, sites, registered] = await Promise.all([
    get("/profiles"),
    get("/sites"),
    get("/boxes?limit=500").catch(() => get("/boxes")),
  ]);
  for (const profile of known.items) profiles.set(profile.profile_id, profile);
  field("shipment.profile_id").replaceChildren(
    new Option(t("new.choose"), ""),
    ...[...profiles.values()].map(
      (one) => new Option(`${named(one)} (${rangeText(one.label_lo_c, one.label_hi_c)})`, one.profile_id),
    ),
  );
  field("shipment.site_id").replaceChildren(
    ...sites.items.map((site) => new Option(`${site.site_id} · ${named(site)}`, site.site_id)),
    new Option(t("new.new_site"), NEW_SITE),
  );
  for (const site of sites.items) {
    knowPlace(site.site_id, site.lat, site.lon);
    if (site.simulated) simulatedSites.add(site.site_id);
  }
  for (const box of registered.items) boxes.set(box.box_id, box);
  at("boxes").replaceChildren(...[...boxes.keys()].map((id) => new Option(id, id)));
  showSite();
}

function showSite() {
  const chosen = field("shipment.site_id").value;
  at("new-site").hidden = chosen !== NEW_SITE;
  // What is inspected at a simulated site is simulated: there is nothing to choose.
  const mark = at("simulated");
  mark.disabled = simulatedSites.has(chosen);
  if (mark.disabled) mark.checked = true;
}

function showBox() {
  const id = field("box.box_id").value.trim().toUpperCase();
  field("box.box_id").value = id;
  const box = boxes.get(id);
  setText(at("box-state"), !id ? "" : t(box ? "new.box_known" : "new.box_new", { box: id }));
  for (const name of ["probe_id", "report_interval_s"]) field(`box.${name}`).disabled = Boolean(box);
  if (box?.simulated) at("simulated").checked = true;
}

const simulated = () => at("simulated").checked;

async function makeSite() {
  if (field("shipment.site_id").value !== NEW_SITE) return field("shipment.site_id").value;
  const names = [
    "site_id",
    "name_en",
    "name_zh",
    "zone",
    "lat",
    "lon",
    "picking_min",
    "inspection_min",
    "receiving_min",
    "onward_min",
  ];
  const bay = valuesOf("bay", ["bay_id", "name_en", "name_zh", "bay_class"]);
  const body = { ...valuesOf("site", names), simulated: simulated(), bays: [bay] };
  const site = await post("/sites", body, keyFor("site", body));
  if (site.simulated) simulatedSites.add(site.site_id);
  field("shipment.site_id").prepend(new Option(`${site.site_id} · ${named(site)}`, site.site_id, true, true));
  showSite();
  return site.site_id;
}

async function makeBox() {
  const id = /** @type {string} */ (valueAt("box.box_id"));
  if (boxes.has(id)) return boxes.get(id);
  const probe = valueAt("box.probe_id");
  const body = {
    box_id: id,
    simulated: simulated(),
    report_interval_s: valueAt("box.report_interval_s") ?? 60,
    probes: probe ? [{ probe_id: probe, kind: "payload" }] : [],
  };
  const box = await post("/boxes", body, keyFor("box", body));
  boxes.set(id, box);
  showBox();
  return box;
}

/** @param {string} siteId */
async function makeShipment(siteId) {
  const names = ["reference", "product", "profile_id", "shipper", "consignee", "needed_by", "needed_by_attested_by"];
  const clocks = valuesOf("payload", ["reference", "collection_end", "pack_closed_at", "container_charged_at"]);
  const body = {
    ...valuesOf("shipment", names),
    site_id: siteId,
    simulated: simulated(),
    payloads: [{ ...clocks, box_id: valueAt("box.box_id") }],
    legs: legValues(),
  };
  return post("/shipments", body, keyFor("shipment", body));
}

/**
 * The field that a JSON pointer or a dotted name of the server means.
 * @param {string} pointer
 * @param {string} step
 */
function fieldOf(pointer, step) {
  const path = pointer.replace(/^#?\/?/, "").replaceAll("/", ".");
  const names = [
    `${step}.${path}`,
    path,
    path.replace(/^payloads\.0\./, "payload."),
    path.replace(/^payloads\.0\.box_id$/, "box.box_id"),
    path.replace(/^probes\.0\./, "box."),
    path.replace(/^bays\.0\./, "bay."),
  ];
  return names.map((name) => document.getElementById(`f-${name}`)).find((found) => found !== null) ?? null;
}

/**
 * @param {Refusal} error
 * @param {string} step
 */
function showFailure(error, step) {
  const summary = at("failed");
  const faults = error.parts.map((part) => ({ part, input: fieldOf(part.pointer, step) }));
  for (const { part, input } of faults) showFault(input, sentences(part.detail, part.remedy ?? ""));
  const head = error.status === 0 ? t("common.no_answer") : error.message;
  const lines = error.parts
    .filter((part) => part.detail !== error.message)
    .map((part) => h("li", {}, `${part.pointer}: ${part.detail}`));
  summary.replaceChildren(
    h("b", {}, t(`new.failed.${step}`)),
    h("p", {}, sentences(head, error.remedy)),
    h("ul", {}, lines),
  );
  summary.hidden = false;
  (faults.find(({ input }) => input)?.input ?? summary).focus();
}

/** The first life of a box's log: eight hexadecimal digits by lot, as a box draws them. */
const newBoot = () => crypto.getRandomValues(new Uint32Array(1))[0].toString(16).padStart(8, "0");

/**
 * A temperature that alarms nobody: the middle of the label range, or well away from its only limit.
 * @param {Api.ProfileBrief | null} profile
 */
function insideLabel(profile) {
  const { label_lo_c: lo = null, label_hi_c: hi = null } = profile ?? {};
  if (lo !== null && hi !== null) return (lo + hi) / 2;
  return hi === null ? (lo ?? 0) + 20 : hi - 20;
}

/**
 * @param {Api.Shipment} shipment
 * @param {Api.Box} box
 */
function showDone(shipment, box) {
  const done = at("done");
  form.hidden = true;
  done.hidden = false;
  setText(find("h2", done), t("new.done", { reference: shipment.reference, box: box.box_id }));
  const rows = Object.entries(box.topics).map(([name, topic]) =>
    h("div", {}, h("dt", {}, t(`new.topic.${name}`)), h("dd", {}, topic)),
  );
  find(".topics", done).replaceChildren(...rows);
  const reading = { v: 1, boot: newBoot(), seq: 0, t: new Date().toISOString(), temp_c: insideLabel(shipment.profile) };
  setText(
    find(".example", done),
    `mosquitto_pub -h ${broker.host} -p ${broker.port} -q 1 -t ${box.topics.telemetry} -m '${JSON.stringify(reading)}'`,
  );
  at("to-live").href = `/live?s=${encodeURIComponent(shipment.reference)}`;
  done.focus();
}

async function save() {
  let step = "site";
  try {
    const siteId = await makeSite();
    step = "box";
    const box = await makeBox();
    step = "shipment";
    showDone(await makeShipment(siteId), box);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    showFailure(error, step);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearFaults(form);
  at("failed").hidden = true;
  const [first] = missing(form);
  if (first) return first.focus();
  const button = at("save");
  button.disabled = true;
  await save();
  button.disabled = false;
});
field("shipment.site_id").addEventListener("change", showSite);
field("box.box_id").addEventListener("change", showBox);
at("add-leg").addEventListener("click", () => find("select", addLeg()).focus());
wireMoments(form);
fillZones(field("site.zone"), "Asia/Shanghai");
addLeg();
load().catch((error) => showFailure(error, "load"));

startShell();
