// One strip: a row of fixed fields that is written only where something changed.
import { board } from "./board.js";
import { serverNow } from "./clock.js";
import { h, icon, setClass, setIcon, setText } from "./dom.js";
import { clockTimeWithDay, hoursMinutes, unitName } from "./format.js";
import { t } from "./i18n.js";
import { revisedAt } from "./revised.js";
import { drawSparkline, makeSparkline } from "./sparkline.js";
import * as verdict from "./verdict.js";

const ARROWS = { up: "↗", down: "↘", flat: "→", none: "" };

export class Strip {
  mark = icon("m-plan", "mark");
  markWord = h("span", { class: "sr" });
  simulated = h("abbr", { class: "sim", title: t("live.tag.simulated_long"), hidden: true }, t("live.tag.simulated"));
  pick = h("button", { class: "pick mono", type: "button" });
  product = h("span", { class: "product" });
  tags = h("span", { class: "tags" });
  route = h("span", { class: "mono route" });
  phase = h("span", { class: "phase" });
  spark = makeSparkline();
  value = h("b", { class: "value num" });
  unit = h("span", { class: "unit" });
  limit = h("span", { class: "limit num" });
  atMost = h("span", { class: "at-most" });
  spare = h("b", { class: "spare num" });
  under = h("span", { class: "under num" });
  used = h("i", { class: "used" });
  inspection = h("i", { class: "tick inspection" });
  delivery = h("i", { class: "tick delivery" });
  bar = h("div", { class: "bar", "aria-hidden": "true" }, this.used, this.inspection, this.delivery);
  element = h(
    "li",
    { class: "strip" },
    h("span", { class: "mark-cell" }, this.mark, this.markWord, this.simulated),
    h(
      "div",
      { class: "who" },
      h("div", { class: "line1" }, this.pick, this.tags, this.product),
      h("div", { class: "line2" }, this.route, this.phase),
    ),
    this.spark,
    h("div", { class: "temp" }, h("div", {}, this.value, this.unit), this.limit),
    h("div", { class: "count", role: "timer", "aria-live": "off" }, h("div", {}, this.atMost, this.spare), this.under),
    this.bar,
  );

  /** @param {Api.Shipment} shipment */
  constructor(shipment) {
    this.shipment = shipment;
    this.pick.addEventListener("click", () => board.select(this.shipment.reference));
  }

  /**
   * Become the row of a shipment.
   * @param {Api.Shipment} shipment
   * @param {number} now
   */
  take(shipment, now) {
    this.pick.textContent = shipment.reference;
    this.element.dataset.reference = shipment.reference;
    this.update(shipment, now);
  }

  /** A row that somebody stands on is nobody else's. */
  get focused() {
    return this.element.contains(document.activeElement);
  }

  /**
   * Write everything that the shipment says.
   * @param {Api.Shipment} shipment
   * @param {number} now
   */
  update(shipment, now) {
    this.shipment = shipment;
    const zone = board.zone;
    const mark = verdict.markOf(shipment);
    const selected = board.selected === shipment.reference;
    setClass(this.element, `strip is-${mark}${selected ? " selected" : ""}`);
    setIcon(this.mark, `m-${mark}`);
    setText(this.markWord, t(`live.mark.${mark}`));
    this.pick.setAttribute("aria-current", selected ? "true" : "false");
    setText(this.product, shipment.product);
    this.writeTags(shipment);
    setText(this.route, `${shipment.origin ?? "?"} → ${shipment.destination ?? "?"}`);
    setText(this.phase, verdict.phaseWords(shipment, now, zone));
    if (this.phase.title !== this.phase.textContent) this.phase.title = this.phase.textContent;
    this.writeTemperature(shipment, now, zone);
    drawSparkline(this.spark, shipment, now);
    this.tick(now);
  }

  /** @param {Api.Shipment} shipment */
  writeTags(shipment) {
    const tags = [];
    this.simulated.hidden = !shipment.simulated;
    if (shipment.disposition === "QA_HOLD") tags.push("qa_hold");
    const at = revisedAt(shipment, serverNow());
    if (at !== null) tags.push("revised");
    const time = at === null ? "" : clockTimeWithDay(at, serverNow(), board.zone);
    const key = [...tags, time].join();
    if (this.tags.dataset.key === key) return;
    this.tags.dataset.key = key;
    this.tags.replaceChildren(
      ...tags.map((tag) =>
        h("span", { class: `tag tag-${tag}`, title: t(`live.tag.${tag}_long`) }, t(`live.tag.${tag}`, { time })),
      ),
    );
  }

  /**
   * @param {Api.Shipment} shipment
   * @param {number} now
   * @param {string} zone
   */
  writeTemperature(shipment, now, zone) {
    const words = verdict.temperatureWords(shipment);
    setText(this.value, words ?? t("live.no_value"));
    setClass(this.value, `value num${verdict.isSilent(shipment) ? " old" : ""}`);
    setText(this.unit, words === null ? "" : ` ${unitName()} ${ARROWS[verdict.trendOf(shipment)]}`);
    setText(this.limit, verdict.limitWords(shipment, now, zone));
  }

  /**
   * Write what the passing of time alone changes.
   * @param {number} now
   */
  tick(now) {
    const spare = verdict.spareOf(this.shipment, now);
    const words = verdict.spareWords(this.shipment, now, board.zone);
    setText(this.spare, words.value ?? (spare.ms === undefined ? "" : hoursMinutes(spare.ms)));
    setClass(this.spare, `spare num ${spare.kind}${words.value === null ? "" : " words"}`);
    setText(this.atMost, words.atMost ? t("live.at_most") : "");
    setText(this.under, words.under);
    this.tickBar(now);
  }

  /** @param {number} now */
  tickBar(now) {
    const bar = verdict.viabilityBar(this.shipment, now);
    this.bar.classList.toggle("unknown", bar === null);
    if (bar === null) return;
    this.used.style.width = `${(bar.used * 100).toFixed(1)}%`;
    this.inspection.style.left = `${(bar.inspection * 100).toFixed(1)}%`;
    this.delivery.style.left = `${(bar.delivery * 100).toFixed(1)}%`;
  }
}
