// A site's day, to take along: the sheet on paper, with room to write beside each appointment, and the list as a file.
import { get, RequestError } from "./api.js";
import { whoWords } from "./blockers.js";
import { serverNow } from "./clock.js";
import { saveCsv } from "./csv.js";
import { desk } from "./desk.js";
import { at, h } from "./dom.js";
import { clockTime, clockTimeWithDay, dateTime, instant, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { noteError } from "./say.js";
import { store } from "./store.js";
import { zone } from "./zone.js";
import { fieldText, instantIn } from "./zones.js";

const place = at("day-sheet");
const OVER = new Set(["CANCELLED", "RESCHEDULED", "NO_SHOW_RELEASED"]);

/** The day of the board on the site's clock: 2026-11-22. */
export const dayOf = () => fieldText(desk.moment, desk.plan?.site.zone ?? zone.name).slice(0, 10);

/**
 * Both ends of that day; the next midnight is looked up, because a day may have 23 hours.
 * @param {string} day
 * @param {string} name
 */
function ends(day, name) {
  /** @param {string} one */
  const midnight = (one) => instantIn(`${one}T00:00`, name) ?? NaN;
  const next = fieldText(midnight(day) + 36 * 3_600_000, name).slice(0, 10);
  return [day, next].map((one) => new Date(midnight(one)).toISOString());
}

/** Where the figures of the day are, as a file for a spreadsheet. */
export const figuresPath = () => `/api/v1/sites/${desk.siteId}/figures.csv?from=${dayOf()}&to=${dayOf()}`;

/** @param {string} id */
function papersOf(id) {
  const found = desk.papers.get(id);
  if (!found) return "";
  return found.blockers.length
    ? [...new Set(found.blockers.map((one) => whoWords(one.who)))].join(t("common.comma"))
    : t("desk.papers_there");
}

/**
 * What sheet and file both say of an appointment.
 * @param {Api.Appointment} held
 */
function told(held) {
  const queued = desk.queue?.items.find((one) => one.shipment_id === held.shipment_id);
  const shipment = store.shipments.get(held.shipment_id);
  return {
    product: shipment?.product ?? "",
    state: t(`desk.place.${held.state}`),
    latest: queued?.latest_start ?? shipment?.latest_inspection_start ?? null,
    papers: papersOf(held.shipment_id),
  };
}

/** @param {Api.Appointment} held @param {string} name Of the site's zone. */
function row(held, name) {
  const { product, state, latest, papers } = told(held);
  const latestMs = instant(latest);
  return h(
    "tr",
    {},
    [
      `${clockTime(instant(held.start), name)}–${clockTime(instant(held.end), name)}`,
      h("span", { class: "mono" }, held.shipment_reference),
      product,
      h("span", { class: "mono" }, held.number),
      state,
      latestMs === null ? "–" : clockTimeWithDay(latestMs, instant(held.start), name),
      papers,
      "",
      "",
    ].map((cell) => h("td", {}, cell)),
  );
}

/** The whole day of the site that the board shows, read anew. @returns {Promise<Api.SitePlan | null>} */
async function wholeDay() {
  if (!desk.plan) return null;
  const [from, to] = ends(dayOf(), desk.plan.site.zone);
  try {
    return await get(`/sites/${desk.siteId}/plan?from=${from}&to=${to}`);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    noteError(error);
    return null;
  }
}

const LIST = [
  ...["from", "to", "utc", "bay"].map((name) => `desk.list.${name}`),
  ...["shipment", "product", "number", "state", "latest", "papers"].map((name) => `desk.sheet.${name}`),
];

/** Every appointment of the day by time, given up ones too, as a file; times are the site's, and once UTC. */
export async function saveDay() {
  const plan = await wholeDay();
  if (!plan) return;
  const { site } = plan;
  /** @param {number | null} ms */
  const local = (ms) => (ms === null ? "" : fieldText(ms, site.zone).replace("T", " "));
  const held = plan.bays
    .flatMap((bay) => bay.appointments.map((one) => ({ ...one, bay_id: bay.bay_id })))
    .sort((a, b) => instant(a.start) - instant(b.start) || a.bay_id.localeCompare(b.bay_id));
  const rows = held.map((one) => {
    const { product, state, latest, papers } = told(one);
    const [start, end] = [instant(one.start), instant(one.end)];
    const about = [one.shipment_reference, product, one.number, state, local(instant(latest)), papers];
    return [local(start), local(end), one.start, one.bay_id, ...about];
  });
  saveCsv(`${site.site_id}-${dayOf()}.csv`, [LIST.map((key) => t(key)), ...rows]);
}

/**
 * @param {Api.Bay} bay
 * @param {Pick<Api.BayTimes, "open" | "appointments">} times
 * @param {string} name Of the site's zone.
 */
function bayTable(bay, times, name) {
  const heads = ["time", "shipment", "product", "number", "state", "latest", "papers", "begun", "outcome"].map((one) =>
    h("th", { scope: "col" }, t(`desk.sheet.${one}`)),
  );
  const held = times.appointments
    .filter((one) => !OVER.has(one.state))
    .sort((a, b) => instant(a.start) - instant(b.start));
  const open = times.open
    .map((one) => `${clockTime(instant(one.start), name)}–${clockTime(instant(one.end), name)}`)
    .join(t("common.comma"));
  return h(
    "section",
    {},
    h("h2", {}, `${named(bay)} · ${t(`desk.class.${bay.bay_class}`)}`),
    h(
      "p",
      {},
      bay.unfit_since
        ? t("desk.unfit", { reason: bay.unfit_reason ?? "" })
        : open
          ? t("desk.sheet.open", { times: open })
          : t("desk.closed"),
    ),
    held.length
      ? h(
          "table",
          {},
          h("thead", {}, h("tr", {}, heads)),
          h(
            "tbody",
            {},
            held.map((one) => row(one, name)),
          ),
        )
      : h("p", {}, t("desk.sheet.nothing")),
  );
}

/** Read the whole day, write its sheet, and hand it to the printer. */
export async function printDay() {
  const plan = await wholeDay();
  if (!plan) return;
  const times = new Map(plan.bays.map((one) => [one.bay_id, one]));
  const now = serverNow();
  place.replaceChildren(
    h("h1", {}, t("desk.sheet.title", { site: `${plan.site.site_id} · ${named(plan.site)}`, day: dayOf() })),
    h("p", {}, t("desk.sheet.as_of", { time: dateTime(now, plan.site.zone), zone: zoneName(now, plan.site.zone) })),
    ...plan.site.bays.map((bay) =>
      bayTable(bay, times.get(bay.bay_id) ?? { open: [], appointments: [] }, plan.site.zone),
    ),
  );
  place.hidden = false;
  print();
}

addEventListener("afterprint", () => {
  place.hidden = true;
});
