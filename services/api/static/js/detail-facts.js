// The chosen shipment in words: countdown, facts, and the alarm with what one can do about it.
import { acknowledge, askShelve, giveReason, isMine, lacksReason, takeOver } from "./alarm-acts.js";
import { actWords, alarmWords, ownerWords } from "./alarm-words.js";
import { board } from "./board.js";
import { onTick, serverNow } from "./clock.js";
import { at, find, h, setIcon, setText } from "./dom.js";
import { factRows } from "./fact-rows.js";
import { clockTimeWithDay, hoursMinutes, hoursMinutesSeconds, offsetName } from "./format.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { announce } from "./say.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import * as verdict from "./verdict.js";

/** @import {Fact} from "./fact-rows.js" */

const MINUTE = 60_000;
const SPOKEN_MIN = [60, 30, 15, 5];
const CALM = new Set(["adv", "plan", "done"]);

/**
 * The countdown block: [head, big value, line under it].
 * @param {Api.Shipment} shipment
 * @param {number} now
 * @param {string} zone
 */
export function countdown(shipment, now, zone) {
  const spare = verdict.spareOf(shipment, now);
  /** @param {number} ms */
  const time = (ms) => clockTimeWithDay(ms, now, zone);
  if (spare.kind === "over") return [t(`state.${shipment.state}`), "", ""];
  if (verdict.isRejected(shipment)) return [t("live.disposition.REJECTED"), "", ""];
  if (spare.kind === "none") return [t("live.spare_unknown_long"), "", t("live.spare_unknown_why")];
  if (spare.kind === "deliver") {
    return [
      t("live.deliver_within"),
      hoursMinutesSeconds(spare.ms),
      t("live.deliver_by", { time: time(spare.latest) }),
    ];
  }
  if (spare.kind === "late") {
    return [t("live.no_slot_in_time"), hoursMinutes(spare.ms), t("live.late_by", { time: time(spare.latest) })];
  }
  if (spare.kind === "waiting") {
    const site = store.sites.get(shipment.site?.site_id ?? "");
    const picking = (site?.picking_min ?? 0) * MINUTE;
    const values = {
      time: time(spare.latest),
      spare: hoursMinutes(spare.ms),
      landing: time(spare.ready - picking),
      min: site?.picking_min ?? 0,
    };
    return [
      t("live.latest_start"),
      time(spare.latest),
      t(picking ? "live.spare_after_landing" : "live.spare_after", values),
    ];
  }
  const atMost = verdict.isOverdue(shipment) ? `${t("live.at_most")} ` : "";
  return [
    t("live.start_within"),
    atMost + hoursMinutesSeconds(spare.ms),
    t("live.start_by", { time: time(spare.latest) }),
  ];
}

/**
 * Words, or words that lead somewhere; an untouched link keeps its focus.
 * @param {Part} cell
 * @param {Fact} value
 */
function writeValue(cell, value) {
  if (typeof value === "string") return setText(cell, value);
  if (cell.firstElementChild?.getAttribute("href") !== value.href) cell.replaceChildren(h("a", { href: value.href }));
  setText(cell.children[0], value.words);
}

class DetailFacts extends HTMLElement {
  /** Of which shipment which step was last, so that only a step that is passed is spoken. @type {{id: string, step: number | undefined} | null} */
  #passed = null;
  block = find(".countdown", this);
  facts = find("dl", this);
  alarm = find(".alarm-line", this);
  head = find("#detail .detail-head");

  connectedCallback() {
    const write = () => this.#write();
    for (const kind of ["snapshot", "shipments", "alarms", "sites"]) store.addEventListener(kind, write);
    board.addEventListener("select", write);
    board.addEventListener("view", write);
    stream.addEventListener("link", write);
    onTick(() => {
      if (!store.paused) this.#write();
    });
    if (store.ready) write();
  }

  #write() {
    const shipment = board.shipment;
    at("detail").classList.toggle("nothing", !shipment);
    if (!shipment) return;
    const now = serverNow();
    const mark = verdict.markOf(shipment);
    this.#writeHead(shipment, mark, now);
    this.#writeCountdown(shipment, mark, now);
    this.#writeFacts(factRows(shipment, now, board.zone));
    this.#writeAlarm(shipment, now);
  }

  /** @param {Api.Shipment} shipment @param {string} mark @param {number} now */
  #writeHead(shipment, mark, now) {
    this.head.className = `detail-head is-${mark}`;
    setIcon(find(".mark", this.head), `m-${mark}`);
    const reference = find(".reference", this.head);
    setText(reference, shipment.reference);
    reference.setAttribute("href", `/shipments/${shipment.id}`);
    const profile = named(shipment.profile);
    const product = profile.startsWith(shipment.product) ? "" : shipment.product;
    const words = [product, profile, shipment.boxes.join(", ")];
    setText(find(".about", this.head), words.filter(Boolean).join(" · "));
    setText(find(".phase-tag", this.head), verdict.phaseWords(shipment, now, board.zone));
    const simulated = find(".tag-simulated", this.head);
    simulated.hidden = !shipment.simulated;
    find(".tag-qa_hold", this.head).hidden = shipment.disposition !== "QA_HOLD";
  }

  /** @param {Api.Shipment} shipment @param {string} mark @param {number} now */
  #writeCountdown(shipment, mark, now) {
    const zone = board.zone;
    const [head, value, under] = countdown(shipment, now, zone);
    const kind = verdict.spareOf(shipment, now).kind;
    this.block.className = `countdown is-${mark} ${kind}`;
    const [headLine, valueLine, underLine] = this.block.querySelectorAll(":scope > *");
    setText(headLine, head);
    setText(valueLine, value);
    valueLine.hidden = !value;
    setText(underLine, under ? `${under} ${offsetName(now, zone)}` : "");
    this.#speak(shipment, now);
  }

  /**
   * A spoken summary at a few steps only; a ticking number is not read out.
   * @param {Api.Shipment} shipment
   * @param {number} now
   */
  #speak(shipment, now) {
    const spare = verdict.spareOf(shipment, now);
    if (spare.kind !== "ticking") return;
    const step = SPOKEN_MIN.filter((minute) => spare.ms <= minute * MINUTE).at(-1);
    const before = this.#passed;
    this.#passed = { id: shipment.id, step };
    if (step && before?.id === shipment.id && before.step !== step && !CALM.has(verdict.markOf(shipment))) {
      announce(t("live.spoken_spare", { reference: shipment.reference, n: step }));
    }
  }

  /** @param {[name: string, value: Fact][]} rows */
  #writeFacts(rows) {
    rows.forEach(([name, value], index) => {
      const row =
        this.facts.children[index] ?? this.facts.appendChild(h("div", {}, h("dt"), h("dd", { class: "num" })));
      const [term, told] = row.children;
      setText(term, t(`live.fact.${name}`));
      writeValue(told, value);
      row.dataset.fact = name;
    });
    for (const row of [...this.facts.children].slice(rows.length)) row.remove();
  }

  /** @param {Api.Shipment} shipment @param {number} now */
  #writeAlarm(shipment, now) {
    const open = verdict.openAlarm(shipment);
    const alarm = open && store.alarms.get(open.id);
    this.alarm.hidden = !alarm;
    if (!alarm) return;
    const words = alarmWords(alarm, shipment, now, board.zone);
    const todo = [words.action, actWords(alarm, now, board.zone)].join(" ");
    setText(find(".alarm-action", this.alarm), todo);
    setText(find(".alarm-taken", this.alarm), ownerWords(alarm, now, board.zone));
    const [take, over, shelve] = this.alarm.querySelectorAll("button");
    const owned = alarm.state === "ACKNOWLEDGED";
    const standing = owned || alarm.state === "UNACKNOWLEDGED";
    const unsaid = lacksReason(alarm);
    take.hidden = (owned && !unsaid) || alarm.state === "CLOSED";
    setText(take, t(unsaid ? "live.give_reason" : alarm.state === "LATCHED" ? "live.reset" : "live.acknowledge"));
    over.hidden = !owned || isMine(alarm);
    shelve.hidden = !(standing && alarm.shelvable);
    take.onclick = () => (unsaid ? giveReason(alarm) : acknowledge(alarm));
    over.onclick = () => takeOver(alarm);
    shelve.onclick = () => askShelve(alarm);
    for (const button of [take, over, shelve]) button.disabled = stream.state === "lost";
  }
}

customElements.define("detail-facts", DetailFacts);
