// What an alarm says: title, detail and first action from its kind and its facts.
import { clockTimeWithDay, degrees, duration, instant, limitDegrees } from "./format.js";
import { has, t } from "./i18n.js";

/** Title, consequence line and first action of an alarm, with the newest figures. */
export function alarmWords(alarm, shipment, now, zone) {
  const values = alarmValues(alarm, shipment, now, zone);
  const side = alarm.facts?.side === "low" ? "_low" : "";
  const pick = (part) => {
    const sided = `alarm.${alarm.kind}.${part}${side}`;
    return t(has(sided) ? sided : `alarm.${alarm.kind}.${part}`, values);
  };
  const returned = alarm.state === "RTN_UNACKNOWLEDGED" || alarm.returned_at;
  const detail = returned
    ? t("alarm.returned", { time: time(alarm.returned_at, now, zone) })
    : pick("detail");
  return { title: pick("title"), detail, consequence: pick("consequence"), action: pick("action") };
}

function alarmValues(alarm, shipment, now, zone) {
  const facts = alarm.facts ?? {};
  const unknown = t("alarm.unknown");
  const shown = (value, words) => (value === null || value === undefined ? unknown : words(value));
  const began = instant(facts.since ?? alarm.began_at);
  const ended = instant(facts.inside_since) ?? instant(alarm.returned_at) ?? now;
  return {
    limit: shown(facts.limit_c, limitDegrees),
    temp: shown(shipment?.last_reading?.temp_c ?? facts.temp_c, degrees),
    peak: shown(facts.peak_c, degrees),
    since: time(facts.since ?? alarm.began_at, now, zone),
    span: duration(ended - began),
    last: time(facts.last_received_at ?? shipment?.last_reading?.received_at, now, zone),
    by: time(shipment?.latest_inspection_start, now, zone),
    deadline: time(shipment?.deadline, now, zone),
    until: time(facts.until, now, zone),
    left: shown(facts.left_s, (seconds) => duration(seconds * 1000)),
    n: facts.n ?? facts.late_s ?? unknown,
    name: facts.name ?? unknown,
  };
}

function time(text, now, zone) {
  const ms = instant(text);
  return ms === null ? t("alarm.unknown") : clockTimeWithDay(ms, now, zone);
}
