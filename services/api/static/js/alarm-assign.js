// Whose an alarm is: given to somebody who may take it. It stays unacknowledged, and sounds, until they do.
import { send } from "./alarm-acts.js";
import { get } from "./api.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { viewer } from "./page.js";
import { noteError } from "./say.js";
import { store } from "./store.js";

/** @import {Field} from "./form-dialog.js" */

/** The choice that takes an alarm back from whom it was given; no person's name has a sign of its own before it. */
export const NOBODY = "-";

/**
 * Who may be given alarms, as choices.
 * @param {boolean} given Whether there is somebody to take one back from.
 * @returns {Promise<string[][]>}
 */
export async function people(given) {
  /** @type {Api.Page_Assignee_} */
  const { items } = await get("/alarms/assignees");
  const choices = items.map(({ person_id: id, name }) => [
    id,
    id === viewer?.id ? t("alarms.assign.you", { name }) : name,
  ]);
  return given ? [...choices, [NOBODY, t("alarms.assign.nobody")]] : choices;
}

/**
 * What it means; and where there is nobody else to choose, why.
 * @param {string[][]} choices
 */
export const hintOf = (choices) =>
  [
    t("alarms.assign.hint"),
    choices.some(([id]) => id !== viewer?.id && id !== NOBODY) ? "" : t("alarms.assign.alone"),
  ].join(" ");

/**
 * @param {string[][]} choices
 * @param {string} [value]
 * @returns {Field}
 */
export const whom = (choices, value = "") => ({
  name: "to",
  label: t("alarms.assign.to"),
  kind: "select",
  options: [["", "–"], ...choices],
  value,
  required: true,
});

/** @returns {Field} */
export const why = () => ({ name: "reason", label: t("alarms.assign.reason"), kind: "area" });

/**
 * Ask to whom, and say so; when somebody else was faster, both versions are shown.
 * @param {Api.Alarm} alarm
 */
export async function askAssign(alarm) {
  try {
    let whose = alarm.assigned?.to ?? null;
    const choices = await people(whose !== null);
    await askFor({
      title: t("alarms.assign.title", { name: alarm.shipment_reference ?? alarm.box_id ?? "" }),
      hint: hintOf(choices),
      fields: [whom(choices), why()],
      submit: t("alarms.assign"),
      act: ({ to, reason }, key) =>
        send(alarm, "assign", { to: to === NOBODY ? null : to, instead_of: whose, reason }, key),
      newest: async () => {
        /** @type {Api.Alarm} */
        const now = await get(`/alarms/${alarm.id}`);
        store.take("alarms", now);
        whose = now.assigned?.to ?? null;
        return { to: whose ?? NOBODY, reason: now.assigned?.reason ?? now.acknowledged?.reason ?? null };
      },
    });
  } catch (error) {
    noteError(error);
  }
}
