// Steps one to three of a record: identity and seal, temperature record, documents; and the items of every step.
import { h, icon } from "./dom.js";
import { clockTimeWithDay, instant, temperature } from "./format.js";
import { t } from "./i18n.js";
import { language } from "./page.js";
import { enter, enterTyped, isOpen } from "./record-send.js";
import { blockerList } from "./blockers.js";
import { serverNow } from "./clock.js";
import { facts } from "./tables.js";
import { zone } from "./zone.js";

/** @import {Seen} from "./record-send.js" */

const MARKS = ["box", "seal", "identity_code"];
const ANSWERS = ["passed", "failed", "not_applicable"];

/**
 * The head of a step: its number, and a tick when all that it asks for is answered.
 * @param {Seen} seen
 * @param {string} section
 * @param {number} number
 */
export function stepHead(seen, section, number) {
  const items = seen.record.checklist.filter((one) => one.section === section && one.required);
  const done = items.length > 0 && items.every((one) => one.answer && one.answer !== "failed");
  return h(
    "h2",
    {},
    icon(done ? "m-done" : "m-plan", `mark${done ? " is-done" : ""}`),
    ` ${number}. ${t(`record.step.${section}`)}`,
    h("span", { class: "sr" }, done ? ` ${t("record.step_done")}` : ""),
  );
}

/**
 * @param {Seen} seen
 * @param {Api.ChecklistItem} one
 */
function item(seen, one) {
  const id = `check-${one.key}`;
  const open = isOpen(seen.record);
  /**
   * What is pressed is marked until it is answered: several may be under way.
   * @param {string} answer
   * @param {HTMLElement} button
   */
  const choose = async (answer, button) => {
    button.classList.add("sending");
    await enter(seen, "checks", { key: one.key, answer });
    button.classList.remove("sending");
  };
  // Its line is there before its words are: nothing moves below a finger.
  const by = h(
    "span",
    { class: "sub who" },
    one.by && one.at
      ? t("record.by", { name: one.by, time: clockTimeWithDay(instant(one.at), serverNow(), zone.name) })
      : "",
  );
  return h(
    "fieldset",
    { class: `check-item${one.answer === "failed" ? " failed" : ""}` },
    h(
      "legend",
      {},
      one[`text_${language}`],
      one.required ? null : h("span", { class: "sub" }, ` ${t("record.optional")}`),
    ),
    h(
      "span",
      { class: "answers" },
      ANSWERS.map((answer) =>
        h(
          "button",
          {
            class: "btn",
            type: "button",
            "data-writes": true,
            id: `${id}-${answer}`,
            disabled: !open,
            "aria-pressed": String(one.answer === answer),
            /** @param {OnPart<MouseEvent>} event */
            onclick: (event) => choose(answer, event.currentTarget),
          },
          t(`record.answer.${answer}`),
        ),
      ),
    ),
    by,
  );
}

/**
 * @param {Seen} seen
 * @param {string} section
 */
export const itemsOf = (seen, section) =>
  seen.record.checklist.filter((one) => one.section === section).map((one) => item(seen, one));

/**
 * @param {Seen} seen
 * @param {string} mark
 */
function scanForm(seen, mark) {
  const { record } = seen;
  const last = record.scans.filter((one) => one.mark === mark && one.place === "bay").at(-1);
  const known = (record.expected[mark] ?? []).length;
  const state = last ? (last.matches === null ? "unknown" : last.matches ? "match" : "mismatch") : "none";
  const input = h("input", {
    class: "field mono",
    id: `scan-${mark}`,
    maxlength: 128,
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    enterkeyhint: "done",
    disabled: !isOpen(record),
  });
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    return enterTyped(seen, "scans", input, (code) => ({ mark, code }));
  };
  return h(
    "form",
    { class: `scan is-${state}`, onsubmit: submit },
    h(
      "label",
      { for: `scan-${mark}` },
      t(`record.mark.${mark}`),
      " ",
      h("span", { class: "sub" }, t("record.expected", { n: known })),
    ),
    input,
    h("button", { class: "btn", type: "submit", disabled: !isOpen(record) }, t("record.compare")),
    h(
      "p",
      { class: `scan-told ${state}`, role: "status" },
      last
        ? [
            icon(state === "mismatch" ? "m-p1" : state === "match" ? "m-done" : "m-adv", "mark"),
            " ",
            h("b", { class: "mono" }, last.code),
            ` ${t(`record.scan.${state}`)}`,
          ]
        : t("record.scan.none"),
    ),
  );
}

/** @param {Seen} seen */
export const identityStep = (seen) => [
  stepHead(seen, "identity", 1),
  seen.record.mismatch.length ? h("p", { class: "lacks", role: "alert" }, t("record.mismatch")) : null,
  ...MARKS.map((mark) => scanForm(seen, mark)),
  ...itemsOf(seen, "identity"),
];

/** @param {Seen} seen */
export function temperatureStep(seen) {
  const { record, shipment } = seen;
  const last = shipment?.last_reading;
  const within =
    shipment &&
    !shipment.left_label &&
    ["COMPLETE", "SILENT_EXPECTED"].includes(shipment.evidence) &&
    shipment.condition === "IN_RANGE";
  return [
    stepHead(seen, "temperature", 2),
    shipment
      ? facts([
          [
            t("record.last_reading"),
            last?.temp_c === undefined || last.temp_c === null ? null : temperature(last.temp_c),
          ],
          [
            t("record.temperature"),
            within ? t("record.within") : t(shipment.left_label ? "record.left" : "record.see_trace"),
          ],
        ])
      : null,
    h("p", {}, h("a", { href: `/shipments/${record.shipment_id}` }, t("record.whole_trace"))),
    ...itemsOf(seen, "temperature"),
  ];
}

/** @param {Seen} seen */
export const documentsStep = (seen) => [
  stepHead(seen, "documents", 3),
  seen.clearance ? h("p", {}, t(`desk.stage.${seen.clearance.stage}`)) : null,
  seen.clearance ? blockerList(seen.clearance) : h("p", { class: "sub" }, t("record.papers_unseen")),
  ...itemsOf(seen, "documents"),
];
