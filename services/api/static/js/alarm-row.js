// One alarm as a row: what, so what, what first and whom to call, who has it, and what one may do.
import {
  acknowledge,
  askShelve,
  canUndo,
  giveReason,
  isMine,
  lacksReason,
  takeBack,
  takeOver,
  unshelve,
} from "./alarm-acts.js";
import { askAssign } from "./alarm-assign.js";
import { actWords, alarmWords, forWords, nameOf, ownerWords, shelfWords } from "./alarm-words.js";
import { h, icon } from "./dom.js";
import { clockTimeWithDay, dateTime, instant } from "./format.js";
import { t } from "./i18n.js";
import { may } from "./page.js";
import { stream } from "./stream.js";

/** @param {string} verb */
const call = (verb) => /** @type {Api.Call} */ (`POST /alarms/{alarm_id}/${verb}`);

/**
 * In which bay an alarm lies.
 * @param {Api.Alarm} alarm
 */
export function bayOfAlarm({ state }) {
  if (state === "UNACKNOWLEDGED" || state === "RTN_UNACKNOWLEDGED") return "untaken";
  if (state === "ACKNOWLEDGED" || state === "LATCHED") return "taken";
  return state === "CLOSED" ? "ended" : "shelved";
}

/**
 * p1, p2, adv or stale; the shelf has a mark of its own.
 * @param {Api.Alarm} alarm
 */
const kindOf = (alarm) => (alarm.kind === "no_data" ? "stale" : alarm.priority === 3 ? "adv" : `p${alarm.priority}`);
/** @param {Api.Alarm} alarm */
const markOf = (alarm) => (bayOfAlarm(alarm) === "shelved" ? "shelved" : kindOf(alarm));

/**
 * @param {Api.Alarm} alarm
 * @param {Api.Shipment | undefined} shipment
 * @param {number} now
 * @param {string} zone
 */
export function alarmRow(alarm, shipment, now, zone) {
  const words = alarmWords(alarm, shipment, now, zone);
  const returned = alarm.state === "RTN_UNACKNOWLEDGED" ? " returned" : "";
  const ended = alarm.state === "CLOSED";
  return h(
    "li",
    { class: `alarm-row is-${kindOf(alarm)}${returned}`, tabindex: -1, "data-id": alarm.id },
    icon(`m-${markOf(alarm)}`, "mark"),
    h(
      "div",
      {},
      head(alarm, now, zone),
      h("div", { class: "title" }, words.title),
      h("div", { class: "line" }, words.detail),
      ended ? null : h("div", { class: "line todo" }, [words.action, actWords(alarm, now, zone)].join(" ")),
      h("div", { class: "line" }, standing(alarm, now, zone)),
    ),
    h("div", { class: "acts" }, ended ? [] : acts(alarm)),
  );
}

/**
 * @param {Api.Alarm} alarm
 * @param {number} now
 * @param {string} zone
 */
function head(alarm, now, zone) {
  const name = alarm.shipment_reference ?? alarm.box_id ?? "";
  return h(
    "div",
    { class: "head" },
    h("b", {}, `P${alarm.priority}`),
    alarm.shipment_id
      ? h("a", { class: "mono", href: `/shipments/${alarm.shipment_id}` }, name)
      : h("span", { class: "mono" }, name),
    alarm.simulated ? h("span", { class: "tag" }, t("live.tag.simulated")) : null,
    alarm.assigned?.to ? h("span", { class: "tag for" }, forWords(alarm)) : null,
    h("span", {}, t("alarms.since", { time: clockTimeWithDay(instant(alarm.raised_at), now, zone) })),
  );
}

/**
 * Who has it and until when; when it ended.
 * @param {Api.Alarm} alarm
 * @param {number} now
 * @param {string} zone
 */
function standing(alarm, now, zone) {
  if (alarm.state === "CLOSED") {
    const time = dateTime(instant(alarm.closed_at ?? alarm.returned_at ?? alarm.raised_at), zone);
    const taken = alarm.acknowledged;
    const by = taken && t("alarms.taken_by", { by: nameOf(taken) });
    const how = [by, taken?.reason].filter(Boolean).join(t("common.colon"));
    return [t("alarms.closed", { time }), how].filter(Boolean).join(" · ");
  }
  if (alarm.shelved && bayOfAlarm(alarm) === "shelved")
    return [shelfWords(alarm, now, zone), ownerWords(alarm, now, zone)].filter(Boolean).join(" · ");
  return alarm.state === "SUPPRESSED_BY_DESIGN" ? t("alarms.suppressed") : ownerWords(alarm, now, zone);
}

/** @typedef {[verb: string, key: string, act: (alarm: Api.Alarm) => unknown, name?: string]} Act */

/** @type {Act} */
const GIVING = ["assign", "alarms.assign", askAssign];

/** @param {Api.Alarm} alarm */
function acts(alarm) {
  /** @type {Record<string, (Act | false | null)[]>} */
  const offered = {
    untaken: [["acknowledge", "live.acknowledge", acknowledge, "take"], GIVING, shelving(alarm)],
    taken: [
      lacksReason(alarm) && ["acknowledge", "live.give_reason", giveReason],
      alarm.state === "LATCHED"
        ? ["acknowledge", "live.reset", acknowledge]
        : !isMine(alarm) && ["take-over", "live.take_over", takeOver],
      canUndo(alarm) && ["take-back", "live.undo", takeBack],
      GIVING,
      shelving(alarm),
    ],
    shelved: alarm.shelved ? [["unshelve", "live.unshelve", unshelve]] : [],
  };
  const allowed = (offered[bayOfAlarm(alarm)] ?? []).filter((one) => one && may(call(one[0])));
  return /** @type {Act[]} */ (allowed).map(([verb, key, act, name = ""]) =>
    h(
      "button",
      {
        class: `btn ${name}`,
        type: "button",
        "data-act": verb,
        disabled: stream.state === "lost",
        "aria-label": `${t(key)} ${alarm.shipment_reference ?? alarm.box_id ?? ""}`,
        onclick: () => act(alarm),
      },
      t(key),
    ),
  );
}

/**
 * @param {Api.Alarm} alarm
 * @returns {Act | null}
 */
const shelving = (alarm) =>
  alarm.shelvable && alarm.state !== "RTN_UNACKNOWLEDGED" && alarm.state !== "LATCHED"
    ? ["shelve", "live.shelve", askShelve]
    : null;
