// What an alarm says: title, detail and first action from its kind and its facts.
import { clockTimeWithDay, duration, instant, limitTemperature, temperature } from "./format.js";
import { has, t } from "./i18n.js";
import { missedMs } from "./missed-slot.js";
import { viewer } from "./page.js";

/**
 * Title, consequence line and first action of an alarm, with the newest figures.
 * @param {Api.Alarm} alarm
 * @param {Api.Shipment | null | undefined} shipment
 * @param {number} now
 * @param {string} zone
 */
export function alarmWords(alarm, shipment, now, zone) {
  const values = alarmValues(alarm, shipment, now, zone);
  const form = formOf(alarm, shipment, now);
  /** @param {string} part */
  const pick = (part) => {
    const formed = `alarm.${alarm.kind}.${part}${form}`;
    return t(has(formed) ? formed : `alarm.${alarm.kind}.${part}`, values);
  };
  const returned = alarm.state === "RTN_UNACKNOWLEDGED" || alarm.returned_at;
  const over = alarm.state === "CLOSED" ? "alarm.over" : "alarm.returned";
  const detail = returned ? t(over, { time: time(alarm.returned_at, now, zone) }) : pick("detail");
  return { title: pick("title"), detail, consequence: pick("consequence"), action: pick("action") };
}

/**
 * Which form of the words fits: what it is about, beside its kind.
 * @param {Api.Alarm} alarm
 * @param {Api.Shipment | null | undefined} shipment
 * @param {number} now
 */
function formOf({ facts }, shipment, now) {
  if (facts?.side === "low") return "_low";
  if (facts?.slot_missed_s > 0 || missedMs(shipment?.appointment, shipment?.ready_at, now) !== null) return "_missed";
  return facts?.slot_late_s > 0 ? "_late" : "";
}

/**
 * Whom to call, as far as it is known, and until when somebody should have acted.
 * @param {Api.Alarm} alarm
 * @param {number} now
 * @param {string} zone
 */
export function actWords(alarm, now, zone) {
  const role = t(`alarm.role.${alarm.whom_to_call}`);
  const who = alarm.call ? `${role} ${alarm.call.name} ${alarm.call.phone}` : role;
  return t("alarm.call", { who, time: time(alarm.act_by, now, zone) });
}

/**
 * The same in few words, for a card: the role, and until when.
 * @param {Api.Alarm} alarm
 * @param {number} now
 * @param {string} zone
 */
export function callWords(alarm, now, zone) {
  return t("alarm.call_short", { who: t(`alarm.role.${alarm.whom_to_call}`), time: time(alarm.act_by, now, zone) });
}

/**
 * Whether somebody has it who should have acted on it by now, and it is still so.
 * @param {Api.Alarm} alarm
 * @param {number} now
 */
export const isPastDue = ({ state, priority, act_by: by }, now) =>
  state === "ACKNOWLEDGED" && priority < 3 && instant(by) < now;

/**
 * Whose it is, if somebody said so.
 * @param {Api.Alarm} alarm
 */
export function forWords({ assigned }) {
  if (!assigned?.to) return "";
  return assigned.to === viewer?.id ? t("alarm.for_you") : t("alarm.for", { name: assigned.name ?? assigned.to });
}

/**
 * Who said whose it is, and why.
 * @param {Api.Alarm} alarm
 * @param {number} now
 * @param {string} zone
 */
function givenWords(alarm, now, zone) {
  const given = alarm.assigned;
  if (!given?.to) return "";
  const values = { by: given.by ?? "", name: given.name ?? given.to, time: time(given.at, now, zone) };
  return [t("alarm.given", values), given.reason].filter(Boolean).join(t("common.colon"));
}

/**
 * Who did it; whom some readers are not told.
 * @param {{by: string | null}} one
 */
export const nameOf = ({ by }) => by ?? t("alarm.somebody");

/**
 * Until when it lies on the shelf, by whom and why.
 * @param {Api.Alarm} alarm
 * @param {number} now
 * @param {string} zone
 */
export function shelfWords({ shelved }, now, zone) {
  if (!shelved) return "";
  const values = { time: time(shelved.until, now, zone), by: nameOf(shelved) };
  return `${t("live.shelved_until", values)}${t("common.colon")}${shelved.reason}`;
}

/**
 * Who has it, since when and how long, and what is being done; whose it is to be. First of all that it should have been
 * done by now.
 * @param {Api.Alarm} alarm
 * @param {number} now
 * @param {string} zone
 */
export function ownerWords(alarm, now, zone) {
  const given = givenWords(alarm, now, zone);
  const taken = alarm.acknowledged;
  if (!taken) return given;
  const values = { by: nameOf(taken), time: time(taken.at, now, zone), until: time(taken.lapses_at, now, zone) };
  const key = taken.waiting ? "alarm.waiting_until" : "alarm.owned_until";
  const late = isPastDue(alarm, now) && t("alarm.act_by_passed", { time: time(alarm.act_by, now, zone) });
  return [late, [t(key, values), taken.reason].filter(Boolean).join(t("common.colon")), given]
    .filter(Boolean)
    .join(" · ");
}

/**
 * @param {Api.Alarm} alarm
 * @param {Api.Shipment | null | undefined} shipment
 * @param {number} now
 * @param {string} zone
 */
function alarmValues(alarm, shipment, now, zone) {
  const facts = alarm.facts ?? {};
  const unknown = t("alarm.unknown");
  /**
   * @param {number | null | undefined} value
   * @param {(value: number) => string} words
   */
  const shown = (value, words) => (value === null || value === undefined ? unknown : words(value));
  /** @type {string} */
  const since = facts.since ?? alarm.began_at;
  const ended = instant(facts.inside_since) ?? instant(alarm.returned_at) ?? now;
  return {
    limit: shown(facts.limit_c, limitTemperature),
    temp: shown(shipment?.last_reading?.temp_c ?? facts.temp_c, temperature),
    peak: shown(facts.peak_c, temperature),
    since: time(since, now, zone),
    span: duration(ended - instant(since)),
    last: time(facts.last_received_at ?? shipment?.last_reading?.received_at, now, zone),
    by: time(shipment?.latest_inspection_start, now, zone),
    slot: time(shipment?.appointment?.start, now, zone),
    deadline: time(shipment?.deadline, now, zone),
    until: time(facts.until, now, zone),
    left: shown(facts.left_s, (/** @type {number} */ seconds) => duration(seconds * 1000)),
    n: facts.n ?? facts.late_s ?? unknown,
    name: facts.name ?? unknown,
    department: facts.department ? t(`alarm.department.${facts.department}`) : unknown,
  };
}

/**
 * @param {string | null | undefined} text
 * @param {number} now
 * @param {string} zone
 */
function time(text, now, zone) {
  const ms = instant(text);
  return ms === null ? t("alarm.unknown") : clockTimeWithDay(ms, now, zone);
}
