// The clock that matters beside a record: latest start with what is left to it, until when it can be used, and its slot.
import { serverNow } from "./clock.js";
import { h, setText } from "./dom.js";
import { clockTimeWithDay, hoursMinutesSeconds, instant } from "./format.js";
import { heldWords } from "./held-words.js";
import { t } from "./i18n.js";
import { zone } from "./zone.js";

/** @import {Seen} from "./record-send.js" */

/** @param {Seen} seen */
export function tickClock({ shipment }) {
  const place = document.getElementById("latest-left");
  const latest = instant(shipment?.latest_inspection_start);
  if (!place || latest === null) return;
  setText(place, hoursMinutesSeconds(latest - serverNow()));
  place.classList.toggle("late", latest < serverNow());
}

/** @param {Seen} seen */
export function clockLine(seen) {
  const { record, shipment } = seen;
  if (!shipment || record.state !== "OPEN") return null;
  /** @param {string} at */
  const time = (at) => clockTimeWithDay(instant(at), serverNow(), zone.name);
  const { latest_inspection_start: latest, viable_until: usable, appointment } = shipment;
  setTimeout(() => tickClock(seen));
  return h(
    "p",
    { class: "clock" },
    latest
      ? h(
          "span",
          {},
          `${t("desk.latest_start")} ${time(latest)} `,
          h("b", { class: "num", id: "latest-left", role: "timer", "aria-live": "off" }),
        )
      : null,
    usable?.p10 ? h("span", {}, t("record.usable_until", { time: time(usable.p10) })) : null,
    appointment ? h("span", {}, heldWords(appointment, shipment.ready_at, serverNow())) : null,
  );
}
