// The page of quality assurance: payloads on hold on the left, the chosen one and its moves right.
import { get, RequestError } from "./api.js";
import { at, find, h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { evidenceOf, showEvidence } from "./quality-evidence.js";
import { showDecision, showHistory } from "./quality-history.js";
import { inOrder, isOvertaken, keyOf, tagsOf, wireKeys, writeList } from "./quality-list.js";
import { showMoves } from "./quality-moves.js";
import { note, noteError } from "./say.js";
import { startShell } from "./shell.js";
import { zone } from "./zone.js";

/** @import {Draft} from "./quality-moves.js" */

const EVERY_MS = 15_000;
const list = at("cases");
const place = at("case");
const filter = at("state");
const more = at("more");
const wishes = new URLSearchParams(location.search);
const view = { state: wishes.get("state") ?? "", shipment: wishes.get("shipment"), chosen: wishes.get("d") };
/** @type {Api.Deviation[]} */
let deviations = [];
/** @type {string | null} */
let cursor = null;
/** @type {Api.Deviation | null} */
let shown = null;
/** @type {Draft} */
let draft = {};
let asked = 0;

/** @param {string | null} from */
function path(from = null) {
  const query = new URLSearchParams({ limit: "200" });
  if (view.state) query.set("state", view.state);
  if (view.shipment) query.set("shipment_id", view.shipment);
  if (from) query.set("cursor", from);
  return `/deviations?${query}`;
}

function writeAddress() {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ state: view.state, shipment: view.shipment, d: view.chosen }))
    if (value) query.set(name, value);
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}

/** Read the list; one that another choice has overtaken is thrown away. */
async function load() {
  const mine = ++asked;
  list.setAttribute("aria-busy", "true");
  try {
    const page = await get(path());
    if (mine !== asked) return;
    [deviations, cursor] = [page.items, page.next_cursor];
    setText(
      at("list-state"),
      deviations.length ? "" : t(view.state || view.shipment ? "quality.none_here" : "quality.none"),
    );
    writeShown();
  } catch (error) {
    if (mine !== asked) return;
    const again = h("button", { class: "btn sm", type: "button", onclick: () => load() }, t("common.try_again"));
    at("list-state").replaceChildren(whyNot(error), " ", again);
  }
  list.removeAttribute("aria-busy");
}

/** @param {unknown} error */
function whyNot(error) {
  if (!(error instanceof RequestError)) throw error;
  return error.status === 0 ? t("quality.no_answer") : error.message;
}

function writeShown() {
  if (!view.chosen && deviations.length) view.chosen = keyOf(inOrder(deviations)[0]);
  writeList(list, deviations, view.chosen, choose);
  more.hidden = cursor === null;
  at("of-shipment").hidden = !view.shipment;
  const found = deviations.find((one) => keyOf(one) === view.chosen) ?? taken();
  if (found && (!shown || differs(shown, found))) show(found, { by: "list" });
  if (!found && !shown && view.chosen) byIdentifier();
  place.classList.toggle("nothing", !shown);
}

/**
 * Whether to draw it anew. A hold nobody has taken is judged again and again: it stays as it is.
 * @param {Api.Deviation} one
 * @param {Api.Deviation} other
 */
const differs = (one, other) =>
  keyOf(one) !== keyOf(other) ||
  (other.id !== null && (one.revision !== other.revision || isOvertaken(one) !== isOvertaken(other)));

/** A hold is named by its payload until somebody takes it; then it has a number of its own. */
function taken() {
  if (shown?.id !== null) return undefined;
  const found = deviations.find((one) => one.payload_id === view.chosen && one.state !== "CLOSED");
  if (found) view.chosen = keyOf(found);
  return found;
}

/** What the address names may have left the filter. */
async function byIdentifier() {
  try {
    show(await get(`/deviations/${view.chosen}`));
  } catch {
    view.chosen = null;
    writeAddress();
  }
}

/** @param {string} key */
function choose(key) {
  view.chosen = key;
  draft = {};
  const found = deviations.find((one) => keyOf(one) === key);
  writeList(list, deviations, key, choose);
  writeAddress();
  if (found) show(found);
  find("h2", place).focus();
}

/**
 * Show one; when it is the same in another state, somebody signed it meanwhile, and that is said.
 * @param {Api.Deviation} deviation
 */
function show(deviation, { by = "person" } = {}) {
  const same = shown?.payload_id === deviation.payload_id;
  if (by === "list" && same) note(t("quality.meanwhile"), { kind: "bad", stays: true });
  shown = deviation;
  place.classList.remove("nothing");
  const evidence = h("div", { class: "evidence" });
  const look = () => fill(evidence, deviation, { now: true });
  place.replaceChildren(
    head(deviation),
    h(
      "div",
      { class: "case-body" },
      h("div", {}, happened(deviation, evidence, look)),
      h(
        "div",
        {},
        showDecision(deviation) ?? "",
        showMoves(deviation, draft, { done, lost, look }),
        showHistory(deviation),
      ),
    ),
  );
  fill(evidence, deviation);
}

/** @param {Api.Deviation} deviation */
function head(deviation) {
  const live = `/live?s=${encodeURIComponent(deviation.shipment_reference)}`;
  return h(
    "header",
    { class: "case-title" },
    h(
      "h2",
      { tabindex: -1 },
      h("span", { class: "mono" }, deviation.shipment_reference),
      ` ${deviation.payload_reference}`,
      deviation.number ? h("span", { class: "number" }, t("quality.number", { n: deviation.number })) : null,
    ),
    h("span", { class: "tags" }, tagsOf(deviation)),
    h("a", { href: live }, t("quality.to_live")),
    deviation.description ? h("p", {}, deviation.description) : null,
  );
}

/**
 * @param {Api.Deviation} deviation
 * @param {HTMLElement} evidence
 * @param {() => void} look
 */
function happened(deviation, evidence, look) {
  const signed = deviation.evidence_sha256 !== null;
  return h(
    "section",
    {},
    h("h3", {}, t("quality.happened")),
    evidence,
    h(
      "p",
      { class: "actions" },
      signed ? h("button", { class: "btn sm", type: "button", onclick: look }, t("quality.see_now")) : null,
      deviation.id
        ? h(
            "a",
            { class: "btn sm", href: `/api/v1/deviations/${deviation.id}/evidence`, download: "" },
            t("quality.download"),
          )
        : null,
    ),
  );
}

/**
 * Which moment is shown: that of the signature, or this one.
 * @param {Api.Deviation} deviation
 * @param {boolean | undefined} now
 */
function standing({ id, evidence_sha256: signed }, now) {
  if (now) return h("p", { class: "warning" }, t("quality.fresh"));
  return h(
    "p",
    { class: "hint" },
    t(id === null ? "quality.before_pack" : signed ? "quality.as_signed" : "quality.as_now"),
  );
}

/**
 * @param {HTMLElement} element
 * @param {Api.Deviation} deviation
 * @param {{now?: boolean}} options
 */
async function fill(element, deviation, options = {}) {
  element.replaceChildren(h("p", { class: "empty" }, t("quality.loading")));
  try {
    const found = await evidenceOf(deviation, options);
    element.replaceChildren(standing(deviation, options.now), ...showEvidence(found));
  } catch (error) {
    const again = h(
      "button",
      { class: "btn sm", type: "button", onclick: () => fill(element, deviation, options) },
      t("common.try_again"),
    );
    element.replaceChildren(h("p", { class: "failed" }, whyNot(error), " ", again));
  }
}

/**
 * A move was taken: its answer is the new state, and the list follows.
 * @param {Api.Deviation} deviation
 */
function done(deviation) {
  draft = {};
  view.chosen = keyOf(deviation);
  show(deviation);
  writeAddress();
  note(t("quality.stored", { state: t(`quality.state.${deviation.state}`) }));
  find("h2", place).focus();
  load();
}

/** Another person was faster: show what stands now, keep what was typed. */
async function lost() {
  try {
    if (shown && shown.id !== null) show(await get(`/deviations/${shown.id}`), { by: "list" });
    await load();
  } catch (error) {
    noteError(error);
  }
}

filter.value = view.state;
view.state = filter.value;
filter.addEventListener("change", () => {
  view.state = filter.value;
  writeAddress();
  load();
});
find("#of-shipment button").addEventListener("click", () => {
  view.shipment = null;
  writeAddress();
  load();
});
more.addEventListener("click", async () => {
  const page = await get(path(cursor));
  [deviations, cursor] = [[...deviations, ...page.items], page.next_cursor];
  writeShown();
});
wireKeys(list);
zone.addEventListener("change", () => {
  if (!shown) return;
  writeShown();
  show(shown);
});
load();
setInterval(() => {
  if (!document.hidden) load();
}, EVERY_MS);
startShell();
