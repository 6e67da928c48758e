// Words of the quality page: instants, people, decisions, limits.
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { dateTime, instant, zoneName } from "./format.js";
import { has, t } from "./i18n.js";
import { zone } from "./zone.js";

/** The zone all times of this page are in, for the head of a column. */
export const zoneHere = () => zoneName(serverNow(), zone.name);

/**
 * An instant with its date; in UTC for whoever points at it.
 * @param {string | null} text
 */
export function when(text) {
  if (!text) return "–";
  const ms = instant(text);
  const utc = `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return h("time", { class: "num", datetime: text, title: utc }, dateTime(ms, zone.name));
}

/**
 * Who: the short name of a person, or whoever sits at this machine.
 * @param {string | null} id
 */
export const who = (id) => (id === "local-operator" ? t("quality.local_operator") : (id ?? "–"));

/** @param {string} value */
export const decisionWords = (value) => t(`live.disposition.${value}`);

/**
 * A broken limit by its key: absolute_high, label_low, band_room_single.
 * @param {string} key
 */
export function limitWords(key) {
  const [, kind, side] = /^(\w+?)_(high|low)$/.exec(key) ?? [];
  if (kind && has(`quality.limit.${kind}`)) return t(`quality.limit.${kind}`, { side: t(`quality.side.${side}`) });
  const [, name] = /^band_(.+)_(?:single|cumulative)$/.exec(key) ?? [];
  return name ? t("quality.limit.band", { name }) : key;
}

/**
 * A row of a list of facts.
 * @param {string} name
 * @param {...Content} value
 */
export const fact = (name, ...value) => h("div", {}, h("dt", {}, name), h("dd", {}, ...value));

/**
 * A table with a head; cells are texts or elements.
 * @param {string} caption
 * @param {string[]} heads
 * @param {Content[][]} rows
 */
export function table(caption, heads, rows) {
  return h(
    "table",
    {},
    h("caption", {}, caption),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        heads.map((head) => h("th", { scope: "col" }, head)),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((cells) =>
        h(
          "tr",
          {},
          cells.map((cell) => h("td", { class: "num" }, cell)),
        ),
      ),
    ),
  );
}
