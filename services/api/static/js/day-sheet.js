// The sheet of a day on paper: every appointment of a site by bay and time, with room to write beside it.
import { get, RequestError } from "./api.js";
import { whoWords } from "./blockers.js";
import { serverNow } from "./clock.js";
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

/** @param {Api.Appointment} held @param {string} name Of the site's zone. */
function row(held, name) {
  const queued = desk.queue?.items.find((one) => one.shipment_id === held.shipment_id);
  const shipment = store.shipments.get(held.shipment_id);
  const latest = instant(queued?.latest_start ?? shipment?.latest_inspection_start);
  return h(
    "tr",
    {},
    [
      `${clockTime(instant(held.start), name)}–${clockTime(instant(held.end), name)}`,
      h("span", { class: "mono" }, held.shipment_reference),
      shipment?.product ?? "",
      h("span", { class: "mono" }, held.number),
      t(`desk.place.${held.state}`),
      latest === null ? "–" : clockTimeWithDay(latest, instant(held.start), name),
      papersOf(held.shipment_id),
      "",
      "",
    ].map((cell) => h("td", {}, cell)),
  );
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
  if (!desk.plan) return;
  const [from, to] = ends(dayOf(), desk.plan.site.zone);
  try {
    /** @type {Api.SitePlan} */
    const plan = await get(`/sites/${desk.siteId}/plan?from=${from}&to=${to}`);
    const times = new Map(plan.bays.map((one) => [one.bay_id, one]));
    const now = serverNow();
    place.replaceChildren(
      h("h1", {}, t("desk.sheet.title", { site: `${plan.site.site_id} · ${named(plan.site)}`, day: dayOf() })),
      h("p", {}, t("desk.sheet.as_of", { time: dateTime(now, plan.site.zone), zone: zoneName(now, plan.site.zone) })),
      ...plan.site.bays.map((bay) =>
        bayTable(bay, times.get(bay.bay_id) ?? { open: [], appointments: [] }, plan.site.zone),
      ),
    );
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    noteError(error);
    return;
  }
  place.hidden = false;
  print();
}

addEventListener("afterprint", () => {
  place.hidden = true;
});
