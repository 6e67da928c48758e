// Somebody else was faster: what stands now beside what was typed, so that nobody overwrites what they have not seen.
import { h } from "./dom.js";
import { t } from "./i18n.js";

/** @import {Field} from "./form-dialog.js" */

/**
 * A value in the words of its field.
 * @param {Field | undefined} field
 * @param {any} value
 * @returns {string}
 */
function words(field, value) {
  if (Array.isArray(value)) return value.map((one) => words(field, one)).join(t("common.comma")) || "–";
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return value ? "✓" : "–";
  return field?.options?.find(([one]) => one === String(value))?.[1] ?? String(value);
}

/**
 * Both versions; what is the same in both is left out, unless everything is.
 * @param {Field[]} fields
 * @param {Record<string, any>} now What stands now, by field, or by words of its own where no field is.
 * @param {Record<string, any>} mine What was typed.
 */
export function bothVersions(fields, now, mine) {
  const rows = Object.entries(now).map(([name, value]) => {
    const field = fields.find((one) => one.name === name);
    return { label: field?.label ?? name, theirs: words(field, value), mine: field ? words(field, mine[name]) : "" };
  });
  const differing = rows.filter((row) => row.theirs !== row.mine);
  return h(
    "div",
    { class: "meanwhile", role: "alert", tabindex: -1 },
    h("p", {}, h("b", {}, t("form.meanwhile")), " ", t("form.meanwhile_hint")),
    h(
      "table",
      { class: "table" },
      h("caption", { class: "sr" }, t("form.meanwhile")),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["what", "theirs", "mine"].map((key) => h("th", { scope: "col" }, t(`form.meanwhile.${key}`))),
        ),
      ),
      h(
        "tbody",
        {},
        (differing.length ? differing : rows).map((row) =>
          h("tr", {}, h("th", { scope: "row" }, row.label), h("td", {}, row.theirs), h("td", {}, row.mine)),
        ),
      ),
    ),
  );
}
