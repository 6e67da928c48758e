// What is done with a whole box: taken out of service and back; and its log, row by row as it was stored.
import { get, post } from "./api.js";
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { clockTimeSeconds, dateTime, instant, number, recordedTemperature, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { may } from "./page.js";
import { Panel } from "./panel.js";
import { table } from "./tables.js";
import { zone } from "./zone.js";

const ROWS = 50;

/**
 * The one button that fits: a box that carries something stays in service, and says why.
 * @param {Api.Box} box
 * @param {string} path
 * @param {() => unknown} again
 */
export function serviceButton(box, path, again) {
  const call = box.retired_at ? "return-to-service" : "retire";
  if (!may(`POST /boxes/{box_id}/${call}`)) return null;
  if (!box.retired_at && box.shipment) return h("p", { class: "sub" }, t("boxes.retire_not_now"));
  const key = box.retired_at ? "return" : "retire";
  const ask = async () => {
    const done = await askFor({
      title: t(`boxes.${key}_title`, { name: box.box_id }),
      hint: t(`boxes.${key}_hint`),
      fields: [{ name: "reason", label: t("boxes.field.reason"), kind: "area", required: true }],
      submit: t(`boxes.${key}`),
      act: (body, once) => post(`${path}/${call}`, body, once),
      said: t(`boxes.said.${key}`, { name: box.box_id }),
    });
    if (done) again();
  };
  return h(
    "button",
    { class: "btn", type: "button", id: "service", "data-writes": true, onclick: ask },
    t(`boxes.${key}`),
  );
}

/**
 * How far the box's clock is from the time that is judged by.
 * @param {Api.LogEntry} row
 */
function offset({ t: told, placed_at: placed }) {
  if (!told || !placed) return t("boxes.log.unknown");
  const seconds = Math.round((instant(told) - instant(placed)) / 1000);
  return t("boxes.log.seconds", { n: (seconds > 0 ? "+" : "") + number(seconds) });
}

/** @param {string} text */
const moment = (text) =>
  h(
    "span",
    { class: "num" },
    clockTimeSeconds(instant(text), zone.name),
    h("span", { class: "sub" }, dateTime(instant(text), zone.name)),
  );

/** @param {Api.LogEntry} row */
const value = ({ event, temp_c: celsius }) =>
  event ? h("span", { class: "mono" }, event) : celsius === null ? "–" : recordedTemperature(celsius, 2);

/** What is an instant in the log: its head names the zone. */
const INSTANTS = new Set(["told", "received"]);

/** @param {string} key */
const headOf = (key) =>
  INSTANTS.has(key) ? `${t(`boxes.log.${key}`)} ${zoneName(serverNow(), zone.name)}` : t(`boxes.log.${key}`);

/** @param {Api.LogEntry[]} rows */
const logTable = (rows) =>
  table(
    t("boxes.log"),
    ["number", "told", "offset", "received", "value"].map(headOf),
    rows.map((row) => [
      h("span", { class: "mono" }, `${row.boot}:${row.seq}`),
      row.t ? moment(row.t) : t("boxes.log.unknown"),
      offset(row),
      moment(row.received_at),
      h("span", {}, value(row), row.probe ? h("span", { class: "sub mono" }, row.probe) : null),
    ]),
    { end: true },
  );

/**
 * The log is read when somebody opens it, and again each time they do.
 * @param {HTMLDetailsElement} fold
 * @param {string} path
 */
export function rawLog(fold, path) {
  if (!may("GET /boxes/{box_id}/log")) return fold.remove();
  const content = h("div", {});
  fold.append(content);
  const panel = new Panel(content);
  let [items, readAt] = [/** @type {Api.LogEntry[]} */ ([]), 0];
  const write = () => {
    const words = t("boxes.log.as_of", { n: items.length, time: dateTime(readAt, zone.name) });
    content.replaceChildren(h("p", { class: "sub" }, words), logTable(items));
  };
  fold.addEventListener("toggle", () => {
    if (!fold.open) return;
    panel.load(
      () => get(`${path}/log?newest=true&limit=${ROWS}`),
      (answer) => {
        [items, readAt] = [answer.items, serverNow()];
        if (items.length) write();
        else panel.empty(t("boxes.no_log"));
      },
    );
  });
  zone.addEventListener("change", () => items.length && write());
  return undefined;
}
