// The place of the chosen shipment: what is held or proposed, why, and what an officer can do about it.
import { get, RequestError } from "./api.js";
import { misfit } from "./bay-fit.js";
import { bestSlot, betterSlot } from "./bay-board.js";
import { serverNow } from "./clock.js";
import { desk, isLate } from "./desk.js";
import { at, find, h } from "./dom.js";
import { duration } from "./format.js";
import { heldFacts } from "./held-facts.js";
import { t } from "./i18n.js";
import { noneLeft } from "./none-left.js";
import { language, may, named } from "./page.js";
import { isRecheck, proposesNew, slotWords, waitsForPapers } from "./queue-row.js";
import * as acts from "./slot-acts.js";
import { store } from "./store.js";
import { stream } from "./stream.js";

const WAIT_MIN = 120;
/** What was typed and told about one shipment: it stays when the panel is written anew. */
let draft = { of: "", reason: "", fault: "", told: "" };
const OPEN = new Set(["REQUESTED", "TENTATIVE", "CONFIRMED"]);

/** @param {string} words @param {() => unknown} act @param {{ main?: boolean, call?: Api.Call | "" }} [how] */
function button(words, act, { main = false, call = "" } = {}) {
  if (call && !may(call)) return null;
  return h(
    "button",
    { class: `btn${main ? " p" : ""}`, type: "button", disabled: stream.state === "lost", onclick: act },
    words,
  );
}

/** Whether what would be booked begins after the latest start. */
const booksLate = () => !desk.row?.appointment && isLate(desk.slot ?? betterSlot());

/**
 * Book a slot; one that is too late asks why first.
 * @param {Api.QueueRow} row
 * @param {Api.Slot} slot
 */
const book = (row, slot) =>
  isLate(slot) ? withReason((reason) => acts.book(row, slot, reason)) : acts.book(row, slot);

/** Book the slot that is chosen at this moment, else the best one. */
export function bookChosen() {
  const [{ row }, slot] = [desk, desk.slot ?? bestSlot()];
  return row && slot && !waitsForPapers(row) ? book(row, slot) : null;
}

/**
 * Do it with a reason; without one the field asks for it.
 * @param {(reason: string) => unknown} act
 */
function withReason(act) {
  const field = /** @type {HTMLInputElement} */ (at("desk-reason"));
  const reason = field.value.trim();
  field.toggleAttribute("aria-invalid", !reason);
  draft.fault = reason ? "" : t(booksLate() ? "desk.late_reason_needed" : "desk.reason_needed");
  at("desk-reason-error").textContent = draft.fault;
  if (!reason) return field.focus();
  return send(act, reason);
}

/**
 * What was typed goes with what was done; a refusal leaves it.
 * @param {(reason: string) => unknown} act
 * @param {string} reason
 */
async function send(act, reason) {
  const mine = draft;
  const done = await act(reason);
  if (done && mine.reason.trim() === reason) mine.reason = "";
}

/** @param {Api.QueueRow} row @param {number} now */
function chosenWords(row, now) {
  const slot = desk.slot ?? betterSlot();
  if (!slot) return desk.slots && (!row.appointment || desk.servesNot(row)) ? noneLeft(row, startBay(row)) : null;
  const left = slot.spare_s === null ? "" : spare(slot.spare_s);
  return h(
    "p",
    { class: `chosen-slot${isLate(slot) ? " late" : ""}` },
    h("span", {}, t(desk.slot ? "desk.chosen" : isLate(slot) ? "desk.first_is" : "desk.best_is"), " "),
    h("b", {}, slotWords(slot, now)),
    ` ${left}`,
  );
}

/**
 * Bays that the shipment fits, for a start beside the grid.
 * @param {Api.QueueRow} row
 */
function startBay(row) {
  const needs = store.shipments.get(row.shipment_id)?.needs_equipment ?? [];
  return (desk.plan?.site.bays ?? []).filter((bay) => !misfit(row, bay, needs));
}

/** @param {Api.QueueRow} row */
function startForm(row) {
  const bays = startBay(row);
  if (!bays.length || !may("POST /shipments/{shipment_id}/start-now")) return null;
  const choice = h(
    "select",
    { class: "field", id: "start-bay" },
    bays.map((bay) => h("option", { value: bay.bay_id, selected: bay.bay_id === desk.slot?.bay_id }, named(bay))),
  );
  const reason = () => /** @type {HTMLInputElement} */ (document.getElementById("desk-reason"))?.value.trim();
  return h(
    "p",
    { class: "line" },
    h("label", { for: "start-bay" }, t("desk.start_in")),
    choice,
    button(t("desk.start_now"), () => acts.startNow(row, choice.value, reason())),
  );
}

/** @param {Api.QueueRow} row @param {Api.PlanRow | null} proposal */
function buttonsOf(row, proposal) {
  const held = row.appointment;
  // What a button says is what it does: another choice may come while somebody types a reason, and the panel stands.
  const slot = desk.slot ?? (held && !desk.servesNot(row) ? null : bestSlot());
  const found = [];
  if (!held && slot)
    found.push(
      button(
        t(booksLate() ? "desk.book_late" : isRecheck(row) ? "desk.book_recheck" : "desk.book"),
        () => book(row, slot),
        { main: true, call: "POST /appointments" },
      ),
    );
  if (held?.state === "REQUESTED") {
    found.push(
      button(t("desk.agree"), () => acts.answer(held, true), {
        main: true,
        call: "POST /appointments/{appointment_id}/answer",
      }),
      button(t("desk.decline"), () => withReason((reason) => acts.answer(held, false, reason)), {
        call: "POST /appointments/{appointment_id}/answer",
      }),
    );
  }
  if (held && ["TENTATIVE", "CONFIRMED"].includes(held.state))
    found.push(
      button(t("desk.check_in"), () => acts.checkIn(held), {
        main: true,
        call: "POST /appointments/{appointment_id}/check-in",
      }),
    );
  if (held && OPEN.has(held.state)) {
    if (slot)
      found.push(
        button(
          t("desk.move_to", { slot: slotWords(slot, serverNow()) }),
          () => withReason((reason) => acts.move(row, slot, reason)),
          { call: "POST /sites/{site_id}/plan/answers" },
        ),
      );
    found.push(
      button(t("desk.give_back"), () => withReason((reason) => acts.giveBack(held, reason)), {
        call: "POST /appointments/{appointment_id}/cancel",
      }),
    );
  }
  if (proposesNew(proposal))
    found.push(
      button(t("desk.override"), () => withReason((reason) => acts.override(row, reason)), {
        call: "POST /sites/{site_id}/plan/answers",
      }),
    );
  return found.filter(Boolean);
}

function reasonField() {
  return h(
    "div",
    { class: "form-field" },
    h("label", { for: "desk-reason" }, t(booksLate() ? "desk.late_reason" : "desk.reason")),
    h("input", {
      class: "field",
      id: "desk-reason",
      maxlength: 500,
      autocomplete: "off",
      value: draft.reason,
      "aria-describedby": "desk-reason-error",
      "aria-invalid": Boolean(draft.fault),
      /** @param {OnPart<InputEvent>} event */
      oninput: (event) => {
        draft.reason = event.target.value;
      },
    }),
    h("p", { class: "error", id: "desk-reason-error", role: "alert" }, draft.fault),
  );
}

/**
 * What would be if it waited; of the others only numbers are told.
 * @param {Api.QueueRow} row
 */
async function tellWhatIf(row) {
  const mine = draft;
  /** @param {string} words */
  const tell = (words) => {
    mine.told = words;
    if (mine === draft) find("#case .what-if").textContent = words;
  };
  try {
    const found = await get(`/sites/${desk.siteId}/queue/what-if?shipment_id=${row.shipment_id}&wait_min=${WAIT_MIN}`);
    tell(
      t("desk.what_if_told", {
        from: found.place,
        to: found.place_after,
        slack: spare(found.slack_s),
        after: spare(found.slack_s_after),
        saved: found.saved,
        lost: found.lost,
      }),
    );
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    tell(error.status === 0 ? t("common.no_answer") : error.message);
  }
}

/** @param {number} seconds */
const spare = (seconds) =>
  seconds < 0
    ? t("live.slot_late", { span: duration(-seconds * 1000) })
    : t("live.spare", { span: duration(seconds * 1000) });

/** @param {Api.QueueRow} row */
const whatIf = (row) =>
  h(
    "div",
    {},
    h(
      "p",
      { class: "line" },
      h(
        "button",
        { class: "btn sm", type: "button", onclick: () => tellWhatIf(row) },
        t("desk.what_if", { n: WAIT_MIN / 60 }),
      ),
    ),
    h("p", { class: "what-if", role: "status" }, draft.told),
  );

/** @param {Api.QueueRow} row */
function ordered(row) {
  if (!may("POST /shipments/{shipment_id}/inspection-order") || row.appointment?.state === "IN_INSPECTION") return null;
  const choice = h(
    "select",
    { class: "field", id: "ordered", onchange: () => acts.orderInspection(row, choice.value) },
    ["not_yet", "yes", "no"].map((one) =>
      h("option", { value: one, selected: one === row.inspection_ordered }, t(`desk.ordered.${one}`)),
    ),
  );
  return h("p", { class: "line" }, h("label", { for: "ordered" }, t("desk.ordered")), choice);
}

/**
 * The section of the panel at the right. What was typed as a reason stays.
 * @param {Api.QueueRow} row
 */
export function slotSection(row) {
  const now = serverNow();
  const { proposal } = desk;
  if (draft.of !== row.shipment_id) draft = { of: row.shipment_id, reason: "", fault: "", told: "" };
  const wants = !waitsForPapers(row) && (!row.appointment || OPEN.has(row.appointment.state));
  const buttons = waitsForPapers(row) && !row.appointment ? [] : buttonsOf(row, proposal);
  const new_ = proposesNew(proposal);
  const trouble = desk.servesNot(row);
  return h(
    "section",
    { class: "step" },
    h("h3", {}, t("desk.slot")),
    h("p", {}, row.why[language]),
    row.appointment ? heldFacts(row.appointment, row.ready_at, now) : h("p", {}, t("desk.no_place")),
    trouble ? h("p", { class: "lacks" }, t("desk.serves_not", { words: trouble })) : null,
    new_
      ? h(
          "p",
          {},
          t("desk.proposed", { slot: slotWords(proposal, now) }),
          " ",
          h("span", { class: "sub" }, proposal.why[language]),
        )
      : null,
    proposal?.kind === "TO_PEOPLE" ? h("p", { class: "lacks" }, proposal.why[language]) : null,
    desk.told ? h("p", { class: "lacks", role: "status" }, desk.told) : null,
    wants ? chosenWords(row, now) : null,
    buttons.length ? reasonField() : null,
    h("p", { class: "actions" }, buttons),
    wants ? startForm(row) : null,
    ordered(row),
    whatIf(row),
  );
}
