// Capacity of a site: what is published and closed, bay by bay; publish, copy, close, unfit, quota.
import { get, patch, post, RequestError } from "./api.js";
import { formOf } from "./capacity-forms.js";
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { clockTimeWithDay, dateTime, instant, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { may, named } from "./page.js";
import { Panel } from "./panel.js";
import { note, noteError } from "./say.js";
import { startShell } from "./shell.js";
import { store } from "./store.js";
import { table } from "./tables.js";
import { Wishes } from "./wishes.js";
import { zone } from "./zone.js";

const SHOWN = 6;
const panel = new Panel(document.getElementById("capacity"));
const choice = /** @type {HTMLSelectElement} */ (document.getElementById("site"));
const wishes = new Wishes({ site: "" });
let sites = [];

async function read() {
  sites = (await get("/sites")).items;
  const site = sites.find((one) => one.site_id === wishes.get("site")) ?? sites[0];
  if (!site) return null;
  const [openings, closures] = await Promise.all([
    get(`/sites/${site.site_id}/openings`),
    get(`/sites/${site.site_id}/closures`),
  ]);
  return { site, openings: openings.items, closures: closures.items };
}

const load = () =>
  panel.load(read, (found) => {
    if (!found) return panel.empty(t("capacity.no_site"));
    zone.ofSite(found.site.zone);
    choice.replaceChildren(
      ...sites.map((one) => h("option", { value: one.site_id }, `${one.site_id} · ${named(one)}`)),
    );
    choice.value = found.site.site_id;
    document.getElementById("bays").replaceChildren(bays(found));
    document.getElementById("closures").replaceChildren(closures(found));
    if (may("POST /sites/{site_id}/openings")) writeForms(found);
    return undefined;
  });

const span = ({ start, end }) =>
  t("capacity.span", {
    from: dateTime(instant(start), zone.name),
    to: clockTimeWithDay(instant(end), instant(start), zone.name),
  });

/** The stretches of a bay that are not over; the rest is a count. */
function stretches(open, now) {
  const coming = open.filter((one) => instant(one.end) > now);
  if (!coming.length) return h("b", { class: "lacks" }, t("capacity.none"));
  const lines = coming.slice(0, SHOWN).map((one) => h("div", { class: "num" }, span(one)));
  return [
    ...lines,
    coming.length > SHOWN ? h("div", { class: "sub" }, t("capacity.more", { n: coming.length - SHOWN })) : null,
  ].filter(Boolean);
}

function bays({ site, openings }) {
  const now = serverNow();
  const open = new Map(openings.map((one) => [one.bay_id, one.open]));
  return table(
    t("capacity.bays"),
    [
      t("capacity.bay"),
      t("capacity.class"),
      t("capacity.places"),
      `${t("capacity.open")} (${zoneName(now, zone.name)})`,
      t("capacity.state"),
    ],
    site.bays.map((bay) => [
      named(bay),
      t(`desk.class.${bay.bay_class}`),
      t("capacity.places_of", { n: bay.places, min: bay.slot_min }),
      stretches(open.get(bay.bay_id) ?? [], now),
      bay.unfit_since ? t("desk.unfit", { reason: bay.unfit_reason ?? "" }) : t("capacity.fit"),
    ]),
  );
}

function closures({ site, closures: found }) {
  const standing = found.filter((one) => !one.withdrawn_at);
  if (!standing.length) return h("p", { class: "sub" }, t("capacity.no_closure"));
  const back = (one) =>
    h(
      "button",
      {
        class: "btn sm",
        type: "button",
        onclick: () =>
          send(
            () => post(`/sites/${site.site_id}/closures/${one.closure_id}/withdraw`, {}),
            t("capacity.said.withdrawn"),
          ),
      },
      t("capacity.withdraw"),
    );
  return table(
    t("capacity.closures"),
    [t("capacity.bay"), t("capacity.when"), t("capacity.reason"), t("capacity.take_back")],
    standing.map((one) => [
      named(site.bays.find((bay) => bay.bay_id === one.bay_id)),
      span(one),
      one.reason,
      may("POST /sites/{site_id}/closures/{closure_id}/withdraw") ? back(one) : "",
    ]),
    { end: true },
  );
}

/** Send, say what was done, and read all of it again; false when it was refused. */
async function send(request, said) {
  try {
    await request();
    note(said);
    load();
    return true;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    noteError(error);
    return false;
  }
}

function writeForms({ site }) {
  const place = document.getElementById("forms");
  if (place.contains(document.activeElement) && document.activeElement.value) return;
  const path = `/sites/${site.site_id}`;
  const bay = { name: "bay_id", kind: "select", options: site.bays.map((one) => [one.bay_id, named(one)]) };
  const [from, to] = [
    { name: "from", kind: "moment" },
    { name: "to", kind: "moment" },
  ];
  const reason = { name: "reason" };
  const forms = [
    formOf("publish", [bay, from, to], (body) =>
      send(() => post(`${path}/openings`, body), t("capacity.said.published")),
    ),
    formOf(
      "copy",
      [
        { name: "day", kind: "day" },
        { name: "unit", kind: "select", options: ["day", "week"].map((one) => [one, t(`capacity.unit.${one}`)]) },
        { name: "times", kind: "number", value: 1, min: 1, max: 60 },
      ],
      (body) => send(() => post(`${path}/openings/copy`, body), t("capacity.said.copied")),
    ),
    formOf("close", [bay, from, to, reason], (body) =>
      send(() => post(`${path}/closures`, body), t("capacity.said.closed")),
    ),
    formOf(
      "fitness",
      [
        bay,
        {
          name: "fit",
          kind: "select",
          options: [
            ["no", t("capacity.unfit_now")],
            ["yes", t("capacity.fit_again")],
          ],
        },
        reason,
      ],
      ({ bay_id: id, fit, reason: why }) =>
        send(() => post(`${path}/bays/${id}/fitness`, { fit: fit === "yes", reason: why }), t("capacity.said.fitness")),
    ),
    formOf(
      "quota",
      [
        { name: "reserve_share", kind: "number", value: Math.round(site.reserve_share * 100), min: 0, max: 100 },
        { name: "reserve_until_min", kind: "number", value: site.reserve_until_min, min: 0, max: 2880 },
        { name: "freeze_min", kind: "number", value: site.freeze_min, min: 0, max: 1440 },
        { name: "grace_min", kind: "number", value: site.grace_min, min: 0, max: 1440 },
      ],
      (body) =>
        send(
          () => patch(path, { ...body, reserve_share: body.reserve_share / 100 }, { "If-Match": `"${site.revision}"` }),
          t("capacity.said.quota"),
        ),
    ),
  ];
  place.replaceChildren(...forms);
}

choice.addEventListener("change", () => {
  wishes.set({ site: choice.value });
  load();
});
addEventListener("popstate", load);
store.addEventListener("sites", load);
zone.addEventListener("change", load);
startShell({ follows: ["sites"] });
load();
