// What people do to alarms from the page: take, take over, shelve, bring back.
import { newKey, post } from "./api.js";
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { viewer } from "./page.js";
import { note, noteError } from "./say.js";
import { store } from "./store.js";

const HOUR = 3_600_000;
export const SHELF_HOURS = [1, 2, 4];

/** @param {Api.Alarm} alarm */
const nameOf = (alarm) => alarm.shipment_reference ?? alarm.box_id ?? "";

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
  store.take("alarms", await post(`/alarms/${alarm.id}/${path}`, said, key));
}

/**
 * @param {Api.Alarm} alarm
 * @param {string} path
 */
async function act(alarm, path, body = {}) {
  try {
    await send(alarm, path, body);
    return true;
  } catch (error) {
    noteError(error);
    return false;
  }
}

/**
 * Take an alarm; the reason may follow. One that latches is reset by its reason.
 * @param {Api.Alarm} alarm
 */
export async function acknowledge(alarm) {
  if (alarm.state === "LATCHED" || (await act(alarm, "acknowledge"))) giveReason(alarm);
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
 */
export const giveReason = (alarm) =>
  askWords(alarm, t(alarm.state === "LATCHED" ? "live.reset_reason" : "live.reason"), t("live.save_reason"), (reason) =>
    act(alarm, "acknowledge", { reason }),
  );

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
 * So many hours from now; a second less, as four hours are the most.
 * @param {string} hours
 */
export const shelfEnd = (hours) => new Date(serverNow() + Number(hours) * HOUR - 1000).toISOString();

/**
 * Ask for how long and why, then put the alarm aside.
 * @param {Api.Alarm} alarm
 */
export function askShelve(alarm) {
  const id = `hours-${alarm.id}`;
  const hours = h(
    "select",
    { id, class: "field" },
    SHELF_HOURS.map((n) => h("option", { value: n }, t("live.hours", { n }))),
  );
  const choice = [h("label", { for: id }, t("live.shelve_for")), hours];
  askWords(
    alarm,
    t("live.shelve_reason"),
    t("live.shelve"),
    (reason) => {
      return act(alarm, "shelve", { until: shelfEnd(hours.value), reason });
    },
    choice,
  );
}

/** The question that stands, while nobody has begun to answer it. @type {HTMLElement | null} */
let asked = null;

/**
 * A line of words about an alarm; it stays until it is said or closed, or the next question comes before an answer.
 * @param {Api.Alarm} alarm
 * @param {string} label
 * @param {string} button
 * @param {(reason: string) => Promise<boolean>} say
 * @param {HTMLElement[]} before
 */
function askWords(alarm, label, button, say, before = []) {
  if (asked?.querySelector("input")?.value === "") asked.remove();
  const id = `reason-${alarm.id}`;
  const input = h("input", { id, class: "field", maxlength: 1000, autocomplete: "off" });
  const save = h("button", { class: "btn sm p", type: "submit" }, button);
  const form = h(
    "form",
    { class: "reason" },
    h("b", { class: "mono" }, nameOf(alarm)),
    before,
    h("label", { for: id }, label),
    input,
    save,
  );
  const shown = note(form, { stays: true });
  asked = shown;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (input.value.trim() && (await say(input.value.trim()))) shown.remove();
  });
}
