// What people do to alarms from the page: take, take that back, take over, shelve, bring back.
import { askWords, endAsking, headOf } from "./alarm-ask.js";
import { newKey, post } from "./api.js";
import { serverNow } from "./clock.js";
import { h, setText } from "./dom.js";
import { clockTimeWithDay, duration, instant } from "./format.js";
import { t } from "./i18n.js";
import { may, viewer } from "./page.js";
import { note, noteError } from "./say.js";
import { store } from "./store.js";
import { zone } from "./zone.js";

/** So long an acknowledgement can be taken back; the offer goes a little sooner, as an answer takes its time. */
const UNDO_MS = 60_000;
const MARGIN_MS = 2_000;
const MINUTE = 60_000;
export const SHELF_MINUTES = [15, 30, 60, 120, 240];

/**
 * From which page somebody acts, and what the alarm says there: it is kept with the act.
 * @param {Api.Alarm} alarm
 */
const seen = ({ state, revision }) => ({ screen: location.pathname.split("/")[1] || "live", state, revision });

/** What bears a body, and so can say what was seen. */
const SAYS = new Set(["acknowledge", "assign", "take-over", "shelve"]);

/**
 * Do it, and keep the alarm as it stands then.
 * @param {Api.Alarm} alarm
 * @param {string} path
 */
export async function send(alarm, path, body = {}, key = newKey()) {
  const said = SAYS.has(path) ? { ...body, seen: seen(alarm) } : body;
  const now = await post(`/alarms/${alarm.id}/${path}`, said, key);
  store.take("alarms", now);
  return now;
}

/**
 * The alarm as it stands then; null, and the reason said, when it is refused.
 * @param {Api.Alarm} alarm
 * @param {string} path
 * @returns {Promise<Api.Alarm | null>}
 */
async function act(alarm, path, body = {}) {
  try {
    return await send(alarm, path, body);
  } catch (error) {
    noteError(error);
    return null;
  }
}

/**
 * An alarm as it stands on this page now.
 * @param {Api.Alarm} alarm
 */
export const newest = (alarm) => store.alarms.get(alarm.id) ?? alarm;

/**
 * Take an alarm; the reason may follow, and is asked for at once: what is typed then is words, not keys.
 * One that latches is reset by its reason; one that is over needs none.
 * @param {Api.Alarm} alarm
 */
export async function acknowledge(alarm) {
  if (alarm.state === "LATCHED") return giveReason(alarm);
  const taken = act(alarm, "acknowledge");
  const asked = alarm.state === "RTN_UNACKNOWLEDGED" ? null : giveReason(alarm, taken);
  const now = await taken;
  // What was typed meanwhile stays when taking it failed: it can be sent again.
  if (now ? now.state === "CLOSED" : !asked?.input.value) asked?.close();
  if (now?.state === "CLOSED") tellClosed(now);
  else if (now) {
    const open = (now.state === "LATCHED" ? null : asked) ?? giveReason(now);
    open.offer(undoing(now));
  }
}

/**
 * Whether what was taken can be given back: not what somebody had before.
 * @param {Api.Alarm} alarm
 */
const mayUndo = ({ acknowledged: taken }) => taken?.undoable === true && may("POST /alarms/{alarm_id}/take-back");

/**
 * Whether the one who looks has taken it a moment ago, and may take that back.
 * @param {Api.Alarm} alarm
 */
export const canUndo = (alarm) =>
  alarm.acknowledged !== null &&
  mayUndo(alarm) &&
  isMine(alarm) &&
  serverNow() - instant(alarm.acknowledged.at) < UNDO_MS - MARGIN_MS;

/**
 * Take the acknowledgement back: the alarm stands where it stood before.
 * @param {Api.Alarm} alarm
 */
export async function takeBack(alarm) {
  const now = await act(alarm, "take-back");
  if (!now) return null;
  for (const name of ["why", "reset"]) endAsking(alarm, name);
  note(t("live.taken_back", { name: `P${now.priority} ${now.shipment_reference ?? now.box_id ?? ""}` }));
  return now;
}

/**
 * A button that takes an acknowledgement back, and goes once it is too late.
 * @param {Api.Alarm} alarm
 * @param {() => unknown} [done]
 */
function undoing(alarm, done) {
  if (!mayUndo(alarm)) return null;
  const button = h("button", { class: "btn sm undo", type: "button" }, t("live.undo"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    if (await takeBack(alarm)) done?.();
  });
  setTimeout(() => button.remove(), UNDO_MS - MARGIN_MS);
  return button;
}

/**
 * It was over, so taking it has closed it: a word about it, as long as there is a way back.
 * @param {Api.Alarm} alarm
 */
function tellClosed(alarm) {
  const undo = undoing(alarm, () => told.remove());
  const told = note(h("div", { class: "reason" }, headOf(alarm), t("live.taken_closed"), undo), { stays: true });
  setTimeout(() => told.remove(), UNDO_MS - MARGIN_MS);
}

/**
 * Whether somebody has taken it and has not said why: without a reason it sounds again soon.
 * @param {Api.Alarm} alarm
 */
export const lacksReason = ({ state, acknowledged: taken }) =>
  state === "ACKNOWLEDGED" && taken !== null && !taken.waiting && !taken.reason;

/**
 * Whether the one who looks has it already.
 * @param {Api.Alarm} alarm
 */
export const isMine = ({ acknowledged: taken }) => viewer !== null && taken?.by === viewer.id;

/**
 * Whether it is theirs who look: they have it, or were given it.
 * @param {Api.Alarm} alarm
 */
export const isFor = (alarm) => isMine(alarm) || (viewer !== null && alarm.assigned?.to === viewer.id);

/**
 * Say why it was taken, or how one that latches was dealt with.
 * @param {Api.Alarm} alarm
 * @param {Promise<Api.Alarm | null>} [taken] What the reason waits for; it takes the alarm also when that failed.
 */
export function giveReason(alarm, taken) {
  const resets = alarm.state === "LATCHED";
  // Asked before it latched, or reopened, it said what holds no longer; the words go over.
  const words = endAsking(alarm, resets ? "why" : "reset");
  const open = askWords(alarm, {
    name: resets ? "reset" : "why",
    label: t(resets ? "live.reset_reason" : "live.reason"),
    button: t("live.save_reason"),
    say: async (reason) => {
      await taken;
      return act(newest(alarm), "acknowledge", { reason });
    },
  });
  open.input.value ||= words;
  return open;
}

/**
 * Own an alarm that somebody else has taken, until the end of this shift.
 * @param {Api.Alarm} alarm
 */
export const takeOver = (alarm) => act(alarm, "take-over");

/**
 * Bring a shelved alarm back before its time.
 * @param {Api.Alarm} alarm
 */
export const unshelve = (alarm) => act(alarm, "unshelve");

/**
 * So many minutes from now; a second less, as four hours are the most.
 * @param {string} minutes
 */
export const shelfEnd = (minutes) => new Date(serverNow() + Number(minutes) * MINUTE - 1000).toISOString();

/**
 * Ask for how long and why, then put the alarm aside; an end that is too late for acting in time is said so.
 * @param {Api.Alarm} alarm
 */
export function askShelve(alarm) {
  const id = `span-${alarm.id}`;
  const late = h("span", { id: `late-${alarm.id}`, class: "late", role: "status" });
  const write = () => {
    const by = instant(alarm.act_by);
    const time = clockTimeWithDay(by, serverNow(), zone.name);
    setText(late, instant(shelfEnd(span.value)) > by ? t("live.shelf_late", { time }) : "");
  };
  const span = h(
    "select",
    { id, class: "field", "aria-describedby": late.id, onchange: write },
    SHELF_MINUTES.map((n) => h("option", { value: n }, duration(n * MINUTE))),
  );
  write();
  askWords(alarm, {
    name: "shelve",
    label: t("live.shelve_reason"),
    button: t("live.shelve"),
    say: (reason) => act(newest(alarm), "shelve", { until: shelfEnd(span.value), reason }),
    before: [h("label", { for: id }, t("live.shelve_for")), span, late],
  });
}
