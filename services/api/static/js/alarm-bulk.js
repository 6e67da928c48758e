// Several alarms at once: taken, given to somebody or shelved with one reason for all of them.
import { newest, send, SHELF_MINUTES, shelfEnd } from "./alarm-acts.js";
import { hintOf, NOBODY, people, whom, why } from "./alarm-assign.js";
import { bayOfAlarm } from "./alarm-row.js";
import { Chosen } from "./bulk.js";
import { askFor } from "./form-dialog.js";
import { duration } from "./format.js";
import { t } from "./i18n.js";
import { may } from "./page.js";
import { noteError } from "./say.js";

/** @param {Api.Alarm} alarm */
const canTake = (alarm) => ["untaken", "taken"].includes(bayOfAlarm(alarm));
/** @param {Api.Alarm} alarm */
const canShelve = (alarm) => alarm.shelvable && ["UNACKNOWLEDGED", "ACKNOWLEDGED"].includes(alarm.state);
/** @param {Api.Alarm} alarm */
const nameOf = (alarm) => alarm.shipment_reference ?? alarm.box_id ?? "";

export class Bulk {
  /** @type {Chosen<Api.Alarm>} */
  #chosen;

  /** @param {HTMLElement} bar */
  constructor(bar) {
    this.#chosen = new Chosen(bar, { rows: ".alarm-row", fits: canTake, nameOf });
    this.#chosen.button("take", may("POST /alarms/{alarm_id}/acknowledge"), () => this.#take());
    this.#chosen.button("assign", may("POST /alarms/{alarm_id}/assign"), () => this.#assign().catch(noteError));
    this.#chosen.button("shelve", may("POST /alarms/{alarm_id}/shelve"), () => this.#shelve(), canShelve);
  }

  /**
   * @param {Api.Alarm} alarm
   * @param {string} title
   */
  boxFor(alarm, title) {
    return this.#chosen.boxFor(alarm, t("alarms.choose", { name: nameOf(alarm), title }));
  }

  /** @param {Api.Alarm[]} shown */
  shows(shown) {
    this.#chosen.shows(shown);
  }

  #take() {
    const alarms = this.#chosen.items;
    const urgent = alarms.some(({ priority }) => priority === 1);
    return askFor({
      title: t("alarms.bulk.take_title", { n: alarms.length }),
      hint: t(urgent ? "alarms.bulk.reason_p1" : "alarms.bulk.reason_hint"),
      fields: [{ name: "reason", label: t("alarms.bulk.reason"), kind: "area", required: urgent }],
      submit: t("alarms.bulk.take"),
      act: this.#each(alarms, "acknowledge", (body) => body),
    });
  }

  async #assign() {
    const alarms = this.#chosen.items;
    const choices = await people(alarms.some(({ assigned }) => assigned));
    return askFor({
      title: t("alarms.bulk.assign_title", { n: alarms.length }),
      hint: hintOf(choices),
      fields: [whom(choices), why()],
      submit: t("alarms.bulk.assign"),
      act: this.#each(alarms, "assign", ({ to, reason }, { assigned }) => ({
        to: to === NOBODY ? null : to,
        instead_of: assigned?.to ?? null,
        reason,
      })),
    });
  }

  #shelve() {
    const chosen = this.#chosen.items;
    const alarms = chosen.filter(canShelve);
    const left = chosen.length - alarms.length;
    return askFor({
      title: t("alarms.bulk.shelve_title", { n: alarms.length }),
      hint: left ? t("alarms.bulk.not_shelvable", { n: left }) : "",
      fields: [
        {
          name: "minutes",
          label: t("live.shelve_for"),
          kind: "select",
          options: SHELF_MINUTES.map((n) => [String(n), duration(n * 60_000)]),
        },
        { name: "reason", label: t("live.shelve_reason"), kind: "area", required: true },
      ],
      submit: t("alarms.bulk.shelve"),
      act: this.#each(alarms, "shelve", ({ minutes, reason }) => ({ until: shelfEnd(minutes), reason })),
    });
  }

  /**
   * @param {Api.Alarm[]} alarms
   * @param {string} path
   * @param {(asked: any, alarm: Api.Alarm) => Record<string, any>} bodyOf
   */
  #each(alarms, path, bodyOf) {
    return this.#chosen.each(alarms, (alarm, body, key) => send(alarm, path, body, key), bodyOf, newest);
  }
}
