// Step five of a record: what keeps it from clearance and who has it, and the signed decision.
import { at, h } from "./dom.js";
import { dateTime, instant } from "./format.js";
import { t } from "./i18n.js";
import { toldOf } from "./inspection-words.js";
import { may } from "./page.js";
import { clearAndSendOn, legAhead } from "./record-onward.js";
import { lacking, openPoints, temperatureDoubts, temperatureWords, typedStill, uncompared } from "./record-doubt.js";
import { heldBack, isMine, sign } from "./record-send.js";
import { itemsOf, stepHead } from "./record-steps.js";
import { facts } from "./tables.js";
import { zone } from "./zone.js";

/** @import {Seen} from "./record-send.js" */

/** @type {Record<string, string[]>} */
const MOVES = {
  OPEN: ["clear", "wait_for_papers", "order_recheck", "order_return", "order_destruction", "void"],
  WAITING_FOR_PAPERS: ["clear", "order_recheck", "order_return", "order_destruction"],
};
/** Chosen and typed: it stays while the record is written anew. */
const draft = { move: "clear", reason: "", fault: "", sending: false };

/**
 * Wake or hold what signs, in the form that stands in the page: another may have been made and not been put there.
 * @param {Seen} seen
 */
function wake(seen) {
  const open = lacking(seen).length > 0;
  const [signs, goesOn] = [document.getElementById("sign"), document.getElementById("send-on")];
  if (signs) signs.disabled = draft.sending || (draft.move === "clear" && open);
  if (goesOn) goesOn.disabled = draft.sending || open;
}

/** @param {Seen} seen */
async function decide(seen, move = draft.move) {
  const reason = draft.reason.trim();
  draft.fault = move === "clear" || reason ? "" : t("record.reason_needed");
  at("decision-fault").textContent = draft.fault;
  if (draft.fault) return at("decision-reason").focus();
  if (typedStill()) return undefined;
  return send(seen, move, reason);
}

/**
 * Clear it, and enter the way on with the same signature.
 * @param {Seen} seen
 */
async function sendOn(seen) {
  if (typedStill() || heldBack()) return undefined;
  const record = await clearAndSendOn(seen, draft.reason.trim());
  if (!record) return seen.calls.again();
  Object.assign(draft, { move: "clear", reason: "", fault: "" });
  return seen.calls.done(record, t("record.done"));
}

/**
 * One signature at a time: its button waits for the answer, and has the focus again where it was not taken.
 * @param {Seen} seen
 * @param {() => Promise<boolean>} work
 */
async function whileSending(seen, work) {
  draft.sending = true;
  wake(seen);
  try {
    return await work();
  } finally {
    draft.sending = false;
    wake(seen);
    if (document.activeElement === document.body) document.getElementById("sign")?.focus({ preventScroll: true });
  }
}

/**
 * @param {Seen} seen
 * @param {string} move
 * @param {string} reason
 */
async function send(seen, move, reason) {
  const signed = await whileSending(seen, () => sign(seen, reason ? { move, reason } : { move }));
  if (!signed) return;
  Object.assign(draft, { move: "clear", reason: "", fault: "" });
  // What was signed is said above: the next decision has a reason of its own.
  const field = document.getElementById("decision-reason");
  if (field) field.value = "";
}

function reasonField() {
  return h(
    "div",
    { class: "form-field" },
    h("label", { for: "decision-reason" }, t("record.reason")),
    h(
      "textarea",
      {
        class: "field",
        id: "decision-reason",
        rows: 2,
        maxlength: 500,
        "aria-describedby": "decision-fault",
        /** @param {OnPart<InputEvent>} event */
        oninput: (event) => {
          draft.reason = event.target.value;
        },
      },
      draft.reason,
    ),
    h("p", { class: "error", id: "decision-fault", role: "alert" }, draft.fault),
  );
}

/** The tallest that the box of open points was: it keeps its room, so that the page does not jump as points are closed. */
let tallest = 0;

/** @param {string[]} lacks */
function lackingBox(lacks) {
  const box = h(
    "div",
    { class: `lacking${lacks.length ? "" : " none"}` },
    h("b", {}, t(lacks.length ? "record.not_yet" : "record.nothing_open")),
    h(
      "ul",
      {},
      lacks.map((one) => h("li", {}, one)),
    ),
  );
  box.style.minHeight = `${tallest}px`;
  setTimeout(() => {
    tallest = Math.max(tallest, box.offsetHeight);
  });
  return box;
}

/**
 * What is about to be signed, in short: nothing of it is to be looked for elsewhere.
 * @param {Seen} seen
 */
function summary(seen) {
  const { record, shipment } = seen;
  const doubts = shipment ? temperatureDoubts({ shipment }) : [];
  const compared = uncompared(record);
  return h(
    "div",
    { class: "summary", id: "decision-summary" },
    facts([
      [t("record.sum.shipment"), h("span", { class: "mono" }, record.shipment_reference)],
      [t("record.sum.outcome"), t(`record.move.${draft.move}`)],
      [t("record.sum.open"), openPoints(seen) ? String(openPoints(seen)) : t("common.nothing")],
      [t("record.sum.uncompared"), compared],
      [
        t("record.temperature"),
        doubts.length
          ? h("b", { class: "lacks" }, doubts.join(t("common.comma")))
          : shipment
            ? temperatureWords(shipment)
            : null,
      ],
    ]),
  );
}

/**
 * @param {Seen} seen
 * @param {string[]} moves
 */
function form(seen, moves) {
  const lacks = lacking(seen);
  const told = h("div", {});
  const words = h("p", { class: "meaning" });
  const button = h("button", {
    class: "btn p sign",
    type: "button",
    "data-writes": true,
    id: "sign",
    onclick: () => decide(seen),
  });
  const ahead = legAhead(seen.shipment);
  const onward = h(
    "button",
    { class: "btn", type: "button", "data-writes": true, id: "send-on", onclick: () => sendOn(seen) },
    t("record.onward"),
  );
  const write = () => {
    onward.hidden = draft.move !== "clear" || ahead !== null;
    onward.disabled = draft.sending || lacks.length > 0;
    told.replaceChildren(summary(seen));
    button.textContent = t(`record.do.${draft.move}`);
    words.textContent = t(`record.meaning.${draft.move}`);
    button.disabled = draft.sending || (draft.move === "clear" && lacks.length > 0);
  };
  const choice = h(
    "fieldset",
    { class: "choice" },
    h("legend", {}, t("record.decision")),
    moves.map((move) =>
      h(
        "label",
        { class: "check" },
        h("input", {
          type: "radio",
          name: "move",
          id: `move-${move}`,
          value: move,
          checked: draft.move === move,
          onchange: () => {
            draft.move = move;
            write();
          },
        }),
        h("span", {}, t(`record.move.${move}`)),
      ),
    ),
  );
  write();
  return [
    choice,
    lackingBox(lacks),
    reasonField(),
    told,
    words,
    h("p", { class: "actions" }, button, onward),
    wayOn(seen),
  ];
}

/**
 * Where it goes on to, once that is known.
 * @param {Seen} seen
 */
function wayOn({ shipment }) {
  const ahead = legAhead(shipment);
  return ahead ? h("p", { class: "sub", id: "way-on" }, t("record.onward.ahead", { place: ahead.to_code })) : null;
}

/**
 * Another officer's record: to take it over needs a reason.
 * @param {Seen} seen
 */
const takeOver = (seen) => [
  reasonField(),
  h(
    "button",
    {
      class: "btn",
      type: "button",
      "data-writes": true,
      onclick: () => decide(seen, "take_over"),
    },
    t("record.take_over"),
  ),
];

/**
 * Decisions and who took the record over, with their reasons.
 * @param {Api.Inspection} record
 */
function saidSoFar(record) {
  const told = toldOf(record).filter((one) => one.kind === "move");
  if (!told.length) return [];
  const rows = told.map(({ words, by, at }) =>
    h(
      "li",
      {},
      words,
      " ",
      h("span", { class: "sub" }, t("record.by", { name: by, time: dateTime(instant(at), zone.name) })),
    ),
  );
  return [h("h3", {}, t("record.said")), h("ul", { class: "findings", id: "said", role: "list" }, rows)];
}

/** @param {Seen} seen */
export function decisionStep(seen) {
  const { record } = seen;
  const moves = MOVES[record.state] ?? [];
  const open = moves.length && may("POST /inspections/{inspection_id}/moves");
  return [
    stepHead(seen, "decision", 5),
    ...itemsOf(seen, "decision"),
    ...(open
      ? isMine(record)
        ? form(seen, moves)
        : takeOver(seen)
      : [h("p", {}, t(moves.length ? "record.not_allowed" : `desk.outcome.${record.state}`))]),
    record.state === "CUSTOMS_CLEARED" ? wayOn(seen) : null,
    ...saidSoFar(record),
    record.record_sha256
      ? h(
          "p",
          { class: "sub" },
          t("record.bound_to"),
          " ",
          h("a", { class: "mono", href: `/api/v1/inspections/${record.id}/record` }, record.record_sha256.slice(0, 16)),
        )
      : null,
  ];
}
