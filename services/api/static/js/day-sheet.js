// A site's day, to take along: the sheet on paper, with room to write beside each appointment, and the list as a file.
import { every, get, RequestError } from "./api.js";
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
import { dayIn, fieldText } from "./zones.js";

const place = at("day-sheet");
const OVER = new Set(["CANCELLED", "RESCHEDULED", "NO_SHOW_RELEASED"]);

/** The day of the board on the site's clock: 2026-11-22. */
export const dayOf = (ms = desk.moment, name = desk.plan?.site.zone ?? zone.name) => fieldText(ms, name).slice(0, 10);

/** Where the figures of the day are, as a file for a spreadsheet. */
export const figuresPath = () => `/api/v1/sites/${desk.siteId}/figures.csv?from=${dayOf()}&to=${dayOf()}`;

/** @param {string} id */
function papersOf(id) {
  const found = desk.papers.get(id);
  if (!found) return t("desk.papers_unknown");
  return found.blockers.length
    ? [...new Set(found.blockers.map((one) => whoWords(one.who)))].join(t("common.comma"))
    : t("desk.papers_there");
}

/**
 * What sheet and file both say of an appointment.
 * @param {Api.Appointment} held
 */
function about(held) {
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
  const { product, state, latest, papers } = about(held);
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

/**
 * What the site and the day that the board shows are now: a turn of the board while one reads changes neither.
 * @returns {{site: Api.Site, day: string, query: string} | null}
 */
function shownDay() {
  if (!desk.plan) return null;
  const [{ site }, day] = [desk.plan, dayOf()];
  const ends = dayIn(day, site.zone);
  if (!ends) return null;
  const [from, to] = ends.map((ms) => new Date(ms).toISOString());
  return { site, day, query: `from=${from}&to=${to}` };
}

/**
 * @template T
 * @param {() => Promise<T>} reads
 * @returns {Promise<T | null>} Null when it was refused, which is told.
 */
async function told(reads) {
  try {
    return await reads();
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
  const shown = shownDay();
  if (!shown) return;
  const { site, day, query } = shown;
  /** @type {Api.Appointment[] | null} */
  const found = await told(() => every(`/appointments?site_id=${site.site_id}&${query}`));
  if (!found) return;
  /** @param {number | null} ms */
  const local = (ms) => (ms === null ? "" : fieldText(ms, site.zone).replace("T", " "));
  const held = found
    .filter((one) => dayOf(instant(one.start), site.zone) === day)
    .sort((a, b) => instant(a.start) - instant(b.start) || a.bay_id.localeCompare(b.bay_id));
  const rows = held.map((one) => {
    const { product, state, latest, papers } = about(one);
    const words = [one.shipment_reference, product, one.number, state, local(instant(latest)), papers];
    return [local(instant(one.start)), local(instant(one.end)), one.start, one.bay_id, ...words];
  });
  saveCsv(`${site.site_id}-${day}.csv`, [LIST.map((key) => t(key)), ...rows]);
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
  const shown = shownDay();
  if (!shown) return;
  const { day, query } = shown;
  /** @type {Api.SitePlan | null} */
  const plan = await told(() => get(`/sites/${shown.site.site_id}/plan?${query}`));
  if (!plan) return;
  const times = new Map(plan.bays.map((one) => [one.bay_id, one]));
  const now = serverNow();
  place.replaceChildren(
    h("h1", {}, t("desk.sheet.title", { site: `${plan.site.site_id} · ${named(plan.site)}`, day })),
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
