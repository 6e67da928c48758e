// Several alarms at once: chosen row by row, then taken or shelved with one reason for all of them.
import { send, SHELF_HOURS, shelfEnd } from "./alarm-acts.js";
import { bayOfAlarm } from "./alarm-row.js";
import { newKey, RequestError, sentences } from "./api.js";
import { h, setText } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { may } from "./page.js";
import { note } from "./say.js";

/** @param {Api.Alarm} alarm */
const canTake = (alarm) => ["untaken", "taken"].includes(bayOfAlarm(alarm));
/** @param {Api.Alarm} alarm */
const canShelve = (alarm) => alarm.shelvable && ["UNACKNOWLEDGED", "ACKNOWLEDGED"].includes(alarm.state);

export class Bulk {
  /** @type {Set<string>} */
  #chosen = new Set();
  /** What is shown and can be chosen. @type {Map<string, Api.Alarm>} */
  #shown = new Map();
  #bar;
  #all;

  /** @param {HTMLElement} bar Holds the box for all, the count and the two buttons. */
  constructor(bar) {
    this.#bar = bar;
    this.#all = /** @type {HTMLInputElement} */ (bar.querySelector("input"));
    this.#all.addEventListener("change", () => {
      this.#chosen = new Set(this.#all.checked ? this.#shown.keys() : []);
      this.#write();
    });
    this.#button("take").addEventListener("click", () => this.#take());
    this.#button("shelve").addEventListener("click", () => this.#shelve());
  }

  /** @param {string} name */
  #button(name) {
    return this.#bar.querySelector(`[data-bulk=${name}]`);
  }

  /**
   * The box by which a row is chosen; nothing where there is nothing to do.
   * @param {Api.Alarm} alarm
   * @param {string} title
   */
  boxFor(alarm, title) {
    if (!may("POST /alarms/{alarm_id}/acknowledge") || !canTake(alarm)) return null;
    const name = alarm.shipment_reference ?? alarm.box_id ?? "";
    const box = h("input", {
      type: "checkbox",
      class: "choose",
      "aria-label": t("alarms.choose", { name, title }),
      onchange: () => {
        this.#chosen[box.checked ? "add" : "delete"](alarm.id);
        this.#write();
      },
    });
    box.checked = this.#chosen.has(alarm.id);
    return box;
  }

  /**
   * What the page shows now; what is shown no longer is chosen no longer.
   * @param {Api.Alarm[]} shown
   */
  shows(shown) {
    this.#shown = new Map(shown.filter(canTake).map((alarm) => [alarm.id, alarm]));
    this.#chosen = new Set([...this.#chosen].filter((id) => this.#shown.has(id)));
    this.#write();
  }

  #write() {
    const n = this.#chosen.size;
    this.#bar.hidden = !may("POST /alarms/{alarm_id}/acknowledge") || this.#shown.size === 0;
    this.#all.checked = n > 0 && n === this.#shown.size;
    this.#all.indeterminate = n > 0 && n < this.#shown.size;
    setText(this.#bar.querySelector("[data-part=chosen]"), n ? t("alarms.chosen", { n }) : "");
    this.#button("take").disabled = n === 0;
    this.#button("shelve").disabled = !this.#alarms().some(canShelve);
    for (const row of document.querySelectorAll(".alarm-row")) {
      const box = row.querySelector(".choose");
      if (box) box.checked = this.#chosen.has(row.dataset.id);
    }
  }

  #alarms() {
    return [...this.#chosen].map((id) => this.#shown.get(id)).filter(Boolean);
  }

  #take() {
    const alarms = this.#alarms();
    const urgent = alarms.some(({ priority }) => priority === 1);
    return askFor({
      title: t("alarms.bulk.take_title", { n: alarms.length }),
      hint: t(urgent ? "alarms.bulk.reason_p1" : "alarms.bulk.reason_hint"),
      fields: [{ name: "reason", label: t("alarms.bulk.reason"), kind: "area", required: urgent }],
      submit: t("alarms.bulk.take"),
      act: this.#each(alarms, "acknowledge", (body) => body),
    });
  }

  #shelve() {
    const chosen = this.#alarms();
    const alarms = chosen.filter(canShelve);
    const left = chosen.length - alarms.length;
    return askFor({
      title: t("alarms.bulk.shelve_title", { n: alarms.length }),
      hint: left ? t("alarms.bulk.not_shelvable", { n: left }) : "",
      fields: [
        {
          name: "hours",
          label: t("live.shelve_for"),
          kind: "select",
          options: SHELF_HOURS.map((n) => [String(n), t("live.hours", { n })]),
        },
        { name: "reason", label: t("live.shelve_reason"), kind: "area", required: true },
      ],
      submit: t("alarms.bulk.shelve"),
      act: this.#each(alarms, "shelve", ({ hours, reason }) => ({ until: shelfEnd(hours), reason })),
    });
  }

  /**
   * One after the other, each an act of its own in the audit trail; what was done is not done again when the
   * rest is sent once more.
   * @param {Api.Alarm[]} alarms
   * @param {string} path
   * @param {(asked: any) => Record<string, any>} bodyOf
   */
  #each(alarms, path, bodyOf) {
    /** @type {Set<Api.Alarm>} */
    const done = new Set();
    /** What was sent, and under which key: an answer may have been lost. @type {Map<Api.Alarm, any>} */
    const sent = new Map();
    return (/** @type {any} */ asked) =>
      this.#rest(alarms, done, (alarm) => {
        const words = JSON.stringify(asked);
        if (sent.get(alarm)?.words !== words) sent.set(alarm, { words, key: newKey(), body: bodyOf(asked) });
        const { body, key } = sent.get(alarm);
        return send(alarm, path, body, key);
      });
  }

  /**
   * What is refused stays chosen, and says why.
   * @param {Api.Alarm[]} alarms
   * @param {Set<Api.Alarm>} done
   * @param {(alarm: Api.Alarm) => Promise<void>} act
   */
  async #rest(alarms, done, act) {
    /** @type {Refusal[]} */
    const refused = [];
    for (const alarm of alarms) {
      if (done.has(alarm)) continue;
      try {
        await act(alarm);
        done.add(alarm);
        this.#chosen.delete(alarm.id);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        // Nothing answers, or nobody is signed in: the words stay in the dialog, and it can be sent again.
        if (error.status <= 0 || error.status === 401) throw error;
        refused.push(error);
      }
    }
    if (refused.length === alarms.length) throw refused[0];
    note(t("alarms.bulk.done", { n: done.size }));
    if (refused.length)
      note(t("alarms.bulk.failed", { n: refused.length, why: sentences(refused[0].message) }), {
        kind: "bad",
        stays: true,
      });
    this.#write();
    return true;
  }
}
