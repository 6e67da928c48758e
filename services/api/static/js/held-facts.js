// The place that a shipment holds, as facts: where, how it stands, why it was asked for or moved.
import { h } from "./dom.js";
import { clockTimeWithDay, instant } from "./format.js";
import { has, t } from "./i18n.js";
import { freedAt, stateWords } from "./missed-slot.js";
import { slotWords } from "./queue-row.js";
import { store } from "./store.js";
import { facts } from "./tables.js";
import { zone } from "./zone.js";

/** @param {Api.Appointment} held @param {string | null} readyAt @param {number} now */
export function heldFacts(held, readyAt, now) {
  const freed = freedAt(held, readyAt, store.sites.get(held.site_id)?.grace_min, now);
  const rule =
    held.move_code && has(`slot.why.${held.move_code}`)
      ? t(`slot.why.${held.move_code}`, held.move_minutes ?? {}).replace(/[,，;；]$/, "")
      : null;
  return facts([
    [t("desk.number"), h("span", { class: "mono" }, held.number)],
    [t("desk.where"), slotWords(held, now)],
    [t("desk.state"), stateWords(held, readyAt, now)],
    [t("desk.freed_at"), freed === null ? null : clockTimeWithDay(freed, now, zone.name)],
    [
      t("desk.asked_because"),
      held.asked_because && has(`slot.why.${held.asked_because}`) ? t(`slot.why.${held.asked_because}`) : null,
    ],
    [
      t("desk.answer_by"),
      held.answer_by && held.state === "REQUESTED" ? clockTimeWithDay(instant(held.answer_by), now, zone.name) : null,
    ],
    [t("desk.moved_because"), [rule, held.move_reason].filter(Boolean).join(t("common.semicolon")) || null],
  ]);
}
