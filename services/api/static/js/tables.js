// Tables and lists of facts, made of rows.
import { h } from "./dom.js";

/**
 * A table with a head; the last column stands at the right when `end` is set. A cell knows its head, for where
 * there is room for one column only.
 * @param {string} caption
 * @param {Content[]} heads
 * @param {Content[][]} rows
 */
export function table(caption, heads, rows, { end = false } = {}) {
  /** @param {number} index */
  const last = (index) => (end && index === heads.length - 1 ? "end" : null);
  return h(
    "div",
    { class: "table-frame" },
    h(
      "table",
      { class: "table" },
      h("caption", { class: "sr" }, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head, /** @type {number} */ index) => h("th", { scope: "col", class: last(index) }, head)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            row.map((cell, /** @type {number} */ index) => {
              const head = heads[index];
              return h("td", { class: last(index), "data-head": typeof head === "string" ? head : null }, cell);
            }),
          ),
        ),
      ),
    ),
  );
}

/**
 * Facts as [name, value]; what is unknown is left out.
 * @param {Content[][]} rows
 */
export function facts(rows) {
  return h(
    "dl",
    { class: "facts-list" },
    rows
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}
