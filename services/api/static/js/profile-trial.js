// A trial: past journeys judged once more, by other numbers. What would have rung, and what would not.
import { get, RequestError } from "./api.js";
import { h } from "./dom.js";
import { dateTime, duration, instant } from "./format.js";
import { t } from "./i18n.js";
import { noteError } from "./say.js";
import { table } from "./tables.js";
import { zone } from "./zone.js";

const DAYS = 30;
const MOST_DAYS = 366;

/**
 * Days to look back, a button, and the place of what was found.
 * @param {string} path The trial's address.
 * @param {string} of What is tried, for who does not see what stands around.
 */
export function trialPart(path, of) {
  const days = h("input", { class: "field", type: "number", min: 1, max: MOST_DAYS, value: DAYS, required: true });
  const found = h("div", { class: "trial", role: "status" });
  const button = h(
    "button",
    { class: "btn sm", type: "submit", "aria-label": `${t("profiles.trial.do")}: ${of}` },
    t("profiles.trial.do"),
  );
  /** @param {Event} event */
  const look = async (event) => {
    event.preventDefault();
    button.disabled = true;
    found.replaceChildren(h("p", { class: "sub" }, t("profiles.trial.looking")));
    try {
      found.replaceChildren(...outcome(await get(`${path}${path.includes("?") ? "&" : "?"}days=${days.value}`)));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      found.replaceChildren();
      noteError(error);
    } finally {
      button.disabled = false;
    }
  };
  return h(
    "div",
    {},
    h("form", { class: "filter-row", onsubmit: look }, h("label", {}, t("profiles.trial.days"), days), button),
    found,
  );
}

/** @param {Api.ProfileTrial} trial */
function outcome(trial) {
  const values = { name: trial.over_profile_id, days: trial.days };
  if (!trial.journeys) return [h("p", {}, t("profiles.trial.none", values))];
  const heads = ["shipment", "then", "would", "difference"].map((key) => t(`profiles.trial.${key}`));
  const counts = { ...values, tried: trial.tried, journeys: trial.journeys, different: trial.different };
  return [
    h("p", {}, h("b", {}, t("profiles.trial.counts", counts))),
    h("p", { class: "sub" }, t("profiles.trial.means")),
    table(t("profiles.trial.title"), heads, trial.items.map(row)),
  ];
}

/** @param {Api.TriedJourney} one */
const row = (one) => [
  h(
    "span",
    {},
    h("a", { class: "mono", href: `/shipments/${one.shipment_id}` }, one.shipment_reference),
    h("span", { class: "sub" }, t("profiles.trial.bag", { n: one.bag, version: one.version })),
  ),
  verdict(one.then),
  verdict(one.would),
  one.same ? h("span", { class: "sub" }, t("profiles.trial.same")) : changes(one),
];

/** @param {Api.TriedVerdict} one */
const verdict = ({ condition, viable_until: until, alarms }) =>
  h(
    "span",
    {},
    t(`live.condition.${condition}`),
    h(
      "span",
      { class: "sub num" },
      until ? t("profiles.trial.until", { time: time(until) }) : t("profiles.trial.no_end"),
    ),
    alarms.map((alarm) => h("span", { class: "sub" }, alarmWords(alarm))),
  );

/** @param {Api.TriedJourney} one */
function changes({ come, gone, longer_s: longer }) {
  return h(
    "span",
    {},
    come.map((alarm) => h("b", { class: "come" }, t("profiles.trial.come", { alarm: alarmWords(alarm) }))),
    gone.map((alarm) => h("span", { class: "sub" }, t("profiles.trial.gone", { alarm: alarmWords(alarm) }))),
    longer ? h("span", { class: "sub num" }, shift(longer)) : null,
  );
}

/** @param {number} seconds */
const shift = (seconds) =>
  t(seconds > 0 ? "profiles.trial.later" : "profiles.trial.sooner", { span: duration(Math.abs(seconds) * 1000) });
/** @param {string} text */
const time = (text) => dateTime(instant(text), zone.name);
/** @param {Api.TriedAlarm} alarm */
const alarmWords = ({ kind, began_at: began }) => `${t(`alarms.kind.${kind}`)}, ${time(began)}`;
