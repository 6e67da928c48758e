// Steps one to three of a record: identity and seal, temperature record, documents; and the items of every step.
import { at, h, icon } from "./dom.js";
import { clockTimeWithDay, instant, temperature } from "./format.js";
import { t } from "./i18n.js";
import { language } from "./page.js";
import { lastScan, temperatureDoubts, temperatureWords, uncompared } from "./record-doubt.js";
import { enter, enterTyped, isOpen } from "./record-send.js";
import { blockerList } from "./blockers.js";
import { serverNow } from "./clock.js";
import { facts } from "./tables.js";
import { zone } from "./zone.js";

/** @import {Seen} from "./record-send.js" */

const MARKS = ["box", "seal", "identity_code"];
/** Codes that may stand beside their field: of whom the product is stays unsaid. */
const TOLD = new Set(["box", "seal"]);
const ANSWERS = ["passed", "failed", "not_applicable"];
/** Answers under way, by item: marked until they are answered, however often the list is written anew meanwhile. */
const underWay = new Map();

/**
 * A step is done when all that it asks for is answered; the decision only when it is signed.
 * @param {Api.Inspection} record
 * @param {string} section
 */
function isDone(record, section) {
  if (section === "decision") return !["OPEN", "WAITING_FOR_PAPERS"].includes(record.state);
  const items = record.checklist.filter((one) => one.section === section && one.required);
  return items.length > 0 && items.every((one) => one.answer && one.answer !== "failed");
}

/**
 * The head of a step: its number, and a tick when it is done; its own mark where something was not compared.
 * @param {Seen} seen
 * @param {string} section
 * @param {number} number
 */
export function stepHead({ record }, section, number) {
  const done = isDone(record, section);
  const open = done && section === "identity" ? uncompared(record) : "";
  const mark = open ? "m-adv" : done ? "m-done" : "m-plan";
  return h(
    "h2",
    {},
    icon(mark, `mark${done && !open ? " is-done" : ""}`),
    ` ${number}. ${t(`record.step.${section}`)}`,
    open ? h("span", { class: "sub" }, t("record.step_uncompared", { what: open })) : null,
    h("span", { class: "sr" }, done && !open ? ` ${t("record.step_done")}` : ""),
  );
}

/**
 * Where the temperature record speaks against it, "in order" needs a remark: its field is there from the start.
 * @param {Seen} seen
 * @param {Api.ChecklistItem} one
 */
function remarkOf(seen, one) {
  const doubts = one.section === "temperature" && isOpen(seen.record) ? temperatureDoubts(seen) : [];
  if (!doubts.length) return null;
  const id = `remark-${one.key}`;
  const field = h("input", {
    class: "field",
    id,
    maxlength: 500,
    autocomplete: "off",
    "aria-describedby": `${id}-fault`,
  });
  const words = t("record.remark", { why: doubts.join(t("common.comma")) });
  const fault = h("p", { class: "error", id: `${id}-fault`, role: "alert" });
  return h("div", { class: "form-field" }, h("label", { for: id }, words), field, fault);
}

/**
 * The remark that goes with an answer; null when it is needed and missing, and then its field has the focus.
 * @param {Api.ChecklistItem} one
 * @param {string} answer
 */
function remarkFor(one, answer) {
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById(`remark-${one.key}`));
  const text = field?.value.trim() ?? "";
  if (!field || text || answer !== "passed") return text;
  at(`remark-${one.key}-fault`).textContent = t("record.remark_needed");
  field.focus();
  return null;
}

/**
 * @param {Seen} seen
 * @param {Api.ChecklistItem} one
 */
function item(seen, one) {
  const id = `check-${one.key}`;
  const open = isOpen(seen.record);
  /** @param {string} answer */
  const mark = (answer) =>
    document.getElementById(`${id}-${answer}`)?.classList.toggle("sending", underWay.get(one.key) === answer);
  /**
   * Several may be under way; the same answer again is the one that is.
   * @param {string} answer
   */
  const choose = async (answer) => {
    const remark = underWay.get(one.key) === answer ? null : remarkFor(one, answer);
    if (remark === null) return;
    underWay.set(one.key, answer);
    ANSWERS.forEach(mark);
    try {
      await enter(seen, "checks", remark ? { key: one.key, answer, note: remark } : { key: one.key, answer });
    } finally {
      if (underWay.get(one.key) === answer) underWay.delete(one.key);
      mark(answer);
    }
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
            class: underWay.get(one.key) === answer ? "btn sending" : "btn",
            type: "button",
            "data-writes": true,
            id: `${id}-${answer}`,
            disabled: !open,
            "aria-pressed": String(one.answer === answer),
            onclick: () => choose(answer),
          },
          t(`record.answer.${answer}`),
        ),
      ),
    ),
    remarkOf(seen, one),
    by,
    one.note ? h("span", { class: "note-said" }, one.note) : null,
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
  const last = lastScan(record, mark);
  const known = record.expected[mark] ?? [];
  const codes = TOLD.has(mark) && known.length ? known.join(t("common.comma")) : "";
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
      h(
        "span",
        { class: "sub" },
        codes ? t("record.expected_is", { codes }) : t("record.expected", { n: known.length }),
      ),
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
  const doubts = temperatureDoubts(seen);
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
            doubts.length ? h("b", { class: "lacks" }, doubts.join(t("common.comma"))) : temperatureWords(shipment),
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
