// The chosen shipment on the page of bookings: what it holds, its papers, and the slots that are in time.
import { get, post } from "./api.js";
import { blockerList } from "./blockers.js";
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { clockTimeWithDay, duration, instant, zoneName } from "./format.js";
import { has, t } from "./i18n.js";
import { missedMs, spareWith, stateWords } from "./missed-slot.js";
import { may, named } from "./page.js";
import { facts, table } from "./tables.js";
import { zone } from "./zone.js";

/**
 * What the panels are made of.
 * @typedef {{id: string | null, shipment: Api.Shipment | null, slots: Api.Slots | null,
 *   clearance: Api.Clearance | null, act: (run: () => Promise<any>) => Promise<void>, lost: boolean}} Seen
 */

const SHORT_MS = 3_600_000;
const MOVABLE = new Set(["REQUESTED", "TENTATIVE", "CONFIRMED"]);
/** @param {Api.Slot} slot */
const isLate = (slot) => slot.spare_s !== null && slot.spare_s < 0;
/** @param {string} text */
const time = (text) => clockTimeWithDay(instant(text), serverNow(), zone.name);
/** @param {Api.Slot | Api.Appointment} slot */
const slotWords = (slot) => t("live.slot", { time: time(slot.start), bay: named(slot, "bay_name") });
/** @param {string | null} code */
const rule = (code, minutes = {}) =>
  code && has(`slot.why.${code}`) ? t(`slot.why.${code}`, minutes ?? {}).replace(/[,，;；]$/, "") : null;

/**
 * Everything about one shipment that the panels show.
 * @param {string} id
 */
export async function readOne(id) {
  const [slots, clearance] = await Promise.all([
    get(`/shipments/${id}/slots?limit=100`),
    may("GET /shipments/{shipment_id}/clearance")
      ? get(`/shipments/${id}/clearance`).catch((error) => {
          if (error.status === undefined) throw error;
          return /** @type {Api.Clearance | null} */ (null);
        })
      : null,
  ]);
  return { slots, clearance };
}

/**
 * @param {Api.Shipment} shipment
 * @param {Api.Slot} slot
 */
const book = (shipment, slot) =>
  askFor({
    title: t("booking.book"),
    hint: `${shipment.reference} · ${slotWords(slot)} · ${spareWords(slot.spare_s)}`,
    fields: isLate(slot) ? [{ ...reason(true), name: "late_reason", label: t("booking.late_reason") }] : [],
    meaning: t(isLate(slot) ? "booking.late_hint" : slot.reserved ? "booking.reserved_hint" : "booking.hint"),
    submit: t("booking.request"),
    said: t("booking.said.booked", { slot: slotWords(slot) }),
    act: (body, key) =>
      post("/appointments", { shipment_id: shipment.id, bay_id: slot.bay_id, start: slot.start, ...body }, key),
  });

/** @param {boolean} required */
const reason = (required) => ({
  name: "reason",
  label: t("clear.reason"),
  kind: "area",
  required,
  hint: t("clear.no_names"),
});

/**
 * @param {Api.Appointment} held
 * @param {Api.Slot} slot
 */
const move = (held, slot) =>
  askFor({
    title: t("booking.move"),
    hint: t("booking.from_to", { from: slotWords(held), to: slotWords(slot) }),
    fields: [reason(true)],
    meaning: t("booking.both_told"),
    submit: t("booking.move"),
    said: t("booking.said.moved", { slot: slotWords(slot) }),
    newest: newest(held),
    act: (body, key) =>
      post(`/appointments/${held.id}/reschedule`, { bay_id: slot.bay_id, start: slot.start, ...body }, key, {
        "If-Match": `"${held.revision}"`,
      }),
  });

/**
 * The appointment as it stands now: what is sent next is made from it.
 * @param {Api.Appointment} held
 */
const newest = (held) => async () => {
  Object.assign(held, await get(`/appointments/${held.id}`));
  const key = `desk.place.${held.state}`;
  return { [held.number]: has(key) ? `${slotWords(held)}, ${t(key)}` : slotWords(held) };
};

/** @param {Api.Appointment} held */
const giveBack = (held) =>
  askFor({
    title: t("desk.give_back"),
    hint: `${held.number} · ${slotWords(held)}`,
    fields: [reason(true)],
    meaning: t("booking.both_told"),
    submit: t("desk.give_back"),
    said: t("desk.said.given_back", { number: held.number }),
    newest: newest(held),
    act: (body, key) => post(`/appointments/${held.id}/cancel`, body, key, { "If-Match": `"${held.revision}"` }),
  });

/** @param {number | null} seconds */
function spareWords(seconds) {
  if (seconds === null) return t("booking.no_deadline");
  return seconds < 0
    ? t("live.slot_late", { span: duration(-seconds * 1000) })
    : t("live.spare", { span: duration(seconds * 1000) });
}

/**
 * What is held: where, since when, until when an officer answers, why it was moved.
 * @param {Seen} seen
 */
export function heldPart({ shipment, lost, act }) {
  const held = shipment?.appointment;
  if (!held) return [h("p", { class: "sub" }, t("desk.no_place"))];
  const latest = instant(shipment?.latest_inspection_start);
  const told = latest !== null && missedMs(held, shipment.ready_at, serverNow()) === null;
  /**
   * @param {string} words
   * @param {() => Promise<any>} run
   */
  const button = (words, run) =>
    may("POST /appointments/{appointment_id}/cancel") && MOVABLE.has(held.state)
      ? h("button", { class: "btn sm", type: "button", disabled: lost, onclick: () => act(run) }, words)
      : null;
  return [
    facts([
      [t("desk.number"), h("span", { class: "mono" }, held.number)],
      [t("desk.where"), slotWords(held)],
      [t("desk.state"), stateWords(held, shipment.ready_at, serverNow())],
      [t("booking.spare"), told && latest !== null ? spareWords(spareWith(held, latest, serverNow()) / 1000) : null],
      [t("desk.asked_because"), rule(held.asked_because)],
      [t("desk.answer_by"), held.state === "REQUESTED" && held.answer_by ? time(held.answer_by) : null],
      [
        t("desk.moved_because"),
        [rule(held.move_code, held.move_minutes ?? {}), held.move_reason].filter(Boolean).join(t("common.semicolon")),
      ],
    ]),
    h(
      "p",
      { class: "actions" },
      button(t("desk.give_back"), () => giveBack(held)),
    ),
  ];
}

/** @param {Seen} seen */
export function documentsPart({ shipment, clearance }) {
  if (!clearance) return [h("p", { class: "sub" }, t("booking.papers_unseen"))];
  return [
    h("p", {}, h("b", {}, t(`desk.stage.${clearance.stage}`))),
    blockerList(clearance),
    h("p", { class: "sub" }, t("booking.papers_do_not_block")),
    h(
      "p",
      { class: "actions" },
      h("a", { class: "btn sm", href: `/shipments/${clearance.shipment_id}#documents` }, t("booking.to_papers")),
    ),
  ];
}

/**
 * @param {Seen} seen
 * @param {Api.Shipment} shipment
 * @param {Api.Slot} slot
 * @param {boolean} best
 */
function slotRow({ lost, act }, shipment, slot, best) {
  const held = shipment.appointment;
  const same = held && held.bay_id === slot.bay_id && held.start === slot.start;
  const call = held ? "POST /appointments/{appointment_id}/reschedule" : "POST /appointments";
  const may_ = may(call) && !same && (!held || MOVABLE.has(held.state));
  const words = t(held ? "booking.move_here" : "booking.book");
  const tags = [
    best ? t("booking.best") : null,
    slot.reserved ? t("booking.reserved") : null,
    slot.direct_distribution ? t("booking.direct") : null,
    same ? t("booking.is_held") : null,
  ];
  return [
    h("b", { class: "num" }, time(slot.start)),
    [
      `${slot.site_id} · ${named(slot, "bay_name")} `,
      ...tags.filter(Boolean).flatMap((one) => [h("span", { class: "tag" }, one), " "]),
    ],
    h(
      "span",
      { class: `spare num${slot.spare_s !== null && slot.spare_s * 1000 < SHORT_MS ? " short" : ""}` },
      spareWords(slot.spare_s),
    ),
    may_
      ? h(
          "button",
          {
            class: `btn sm${best ? " p" : ""}`,
            type: "button",
            disabled: lost,
            "aria-label": `${words}: ${slotWords(slot)}`,
            onclick: () => act(() => (held ? move(held, slot) : book(shipment, slot))),
          },
          words,
        )
      : "",
  ];
}

/**
 * Slots in time, the one with most to spare first said; when there is none, QA decides and it says so.
 * @param {Seen} seen
 */
export function slotsPart(seen) {
  const { slots, shipment } = seen;
  if (!slots || !shipment) return [];
  const late = !slots.items.length;
  const apart = [
    ...new Map(
      (late ? slots.first_open : slots.items)
        .map((slot) => /** @type {[string, Api.Slot]} */ ([`${slot.bay_id} ${slot.start}`, slot]))
        .reverse(),
    ).values(),
  ].reverse();
  const frame = table(
    t("booking.slots"),
    [
      `${t("booking.start")} ${zoneName(serverNow(), zone.name)}`,
      t("booking.where"),
      t("booking.spare"),
      t("booking.act"),
    ],
    apart.map((slot, n) => slotRow(seen, shipment, slot, n === 0 && !late && !shipment.appointment)),
    { end: true },
  );
  frame.querySelector("tbody tr")?.classList.toggle("best", !late && !shipment.appointment);
  const told = [
    slots.ready_at ? t("booking.ready", { time: time(slots.ready_at) }) : null,
    slots.latest_inspection_start
      ? `${t("desk.latest_start")} ${time(slots.latest_inspection_start)}`
      : t("booking.no_deadline"),
  ];
  return [
    h("p", { class: "sub" }, told.filter(Boolean).join(" · ")),
    slots.no_slot_in_time
      ? h(
          "p",
          { class: "no-slot", role: "status" },
          t("live.no_slot_in_time"),
          t("common.full_stop"),
          " ",
          t("booking.still_bookable"),
        )
      : null,
    apart.length ? frame : h("p", { class: "sub" }, t("booking.none_open")),
  ];
}
