// How many alarms came by the hour, beside what one person can look after, and which come most often.
import { get } from "./api.js";
import { find, h, setText } from "./dom.js";
import { clockTimeWithDay, clockTime, instant } from "./format.js";
import { has, t } from "./i18n.js";
import { table } from "./tables.js";
import { zone } from "./zone.js";

const HOURS = 24;
const AXIS_EVERY = 6;
/** Room above the target when all hours are quiet. */
const HEAD_ROOM = 1.5;

/** @param {string} kind */
const nameOf = (kind) => (has(`alarms.kind.${kind}`) ? t(`alarms.kind.${kind}`) : kind);

/** @param {Api.AlarmLoad} load */
function summary({ hours, bearable_per_hour: bearable }) {
  const n = hours.filter(({ raised }) => raised > bearable).length;
  return t(n ? "alarms.chart.over" : "alarms.chart.within", { n, hours: hours.length, bearable });
}

/** The bars say nothing that the sentence and the table do not. @param {Api.AlarmLoad} load */
function bars({ hours, bearable_per_hour: bearable }) {
  const top = Math.max(bearable * HEAD_ROOM, ...hours.map(({ raised }) => raised));
  const line = h("i", { class: "bearable" }, h("span", {}, t("alarms.chart.axis", { n: bearable })));
  line.style.bottom = `${(100 * bearable) / top}%`;
  const columns = hours.map(({ start, raised }, index) => {
    const bar = h("b", { class: raised > bearable ? "over" : null });
    bar.style.height = `${(100 * raised) / top}%`;
    const labelled = index % AXIS_EVERY === 0;
    return h(
      "span",
      { title: `${clockTime(instant(start), zone.name)}: ${raised}` },
      h("em", {}, raised > bearable ? String(raised) : ""),
      bar,
      h("small", {}, labelled ? clockTime(instant(start), zone.name) : ""),
    );
  });
  return h("div", { class: "hour-bars num", "aria-hidden": "true" }, h("div", { class: "plot" }, line, columns));
}

/**
 * @param {Api.AlarmLoad} load
 * @param {number} now
 */
const hourTable = ({ hours }, now) =>
  table(
    t("alarms.chart"),
    ["hour", "raised", "urgent"].map((key) => t(`alarms.chart.${key}`)),
    [...hours]
      .reverse()
      .map(({ start, raised, urgent }) => [
        clockTimeWithDay(instant(start), now, zone.name),
        String(raised),
        String(urgent),
      ]),
  );

/**
 * @param {Api.FrequentAlarm} one
 * @param {number} now
 */
function frequent(one, now) {
  const name = one.shipment_reference ?? one.box_id;
  return h(
    "li",
    {},
    h("b", { class: "num" }, t("alarms.chart.times", { n: one.raised })),
    h(
      "span",
      {},
      `P${one.priority} ${nameOf(one.kind)}`,
      h(
        "span",
        { class: "sub num" },
        name ? h("a", { class: "mono", href: `/alarms?q=${encodeURIComponent(name)}` }, name) : null,
        ` ${t("alarms.chart.last", { time: clockTimeWithDay(instant(one.last_raised_at), now, zone.name) })}`,
      ),
    ),
  );
}

/** @type {Api.AlarmLoad | null} */
let read = null;

/** Read the counts; what was read before stays when there is no answer. */
export async function readLoad() {
  read = /** @type {Api.AlarmLoad} */ (await get(`/alarms/load?hours=${HOURS}`));
}

/**
 * @param {HTMLElement} place
 * @param {number} now
 */
export function writeLoad(place, now) {
  if (!read) return;
  place.hidden = false;
  /** @param {string} name */
  const part = (name) => find(`[data-part=load-${name}]`, place);
  setText(part("words"), summary(read));
  part("bars").replaceChildren(bars(read));
  part("table").replaceChildren(hourTable(read, now));
  const list = part("most");
  const quiet = h("li", { class: "sub" }, t("alarms.chart.quiet", { hours: read.hours.length }));
  list.replaceChildren(...(read.most_frequent.length ? read.most_frequent.map((one) => frequent(one, now)) : [quiet]));
}
