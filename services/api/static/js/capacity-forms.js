// Small forms: fields by name, moments in the zone that the page shows.
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { zone } from "./zone.js";
import { fieldText, isoIn } from "./zones.js";

const HOUR = 3_600_000;
/** @type {Record<string, string>} */
const TYPES = { moment: "datetime-local", day: "date", number: "number" };

/** @typedef {{name: string, kind?: string, options?: string[][], value?: number | string, min?: number, max?: number, optional?: boolean}} Field */

/**
 * @param {Field} field
 * @param {string} id
 */
function inputOf(field, id) {
  if (field.kind === "select")
    return h(
      "select",
      { class: "field", id },
      field.options?.map(([value, words]) => h("option", { value }, words)),
    );
  if (field.kind === "long")
    return h("textarea", { class: "field", id, required: true, maxlength: 16_384, spellcheck: "false" });
  const input = h("input", {
    class: "field",
    id,
    type: TYPES[field.kind ?? ""] ?? "text",
    required: !field.optional,
    step: field.kind === "number" ? "any" : null,
    maxlength: 500,
    autocomplete: "off",
    min: field.min,
    max: field.max,
    value: field.value,
  });
  const whole = Math.ceil(serverNow() / HOUR) * HOUR + (field.name === "to" ? HOUR : 0);
  if (field.kind === "moment") input.value = fieldText(whole, zone.name);
  if (field.kind === "day") input.value = fieldText(serverNow(), zone.name).slice(0, 10);
  return input;
}

/**
 * As the API wants it.
 * @param {Field} field
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} input
 */
function fieldValue(field, input) {
  if (field.kind === "moment") return isoIn(input.value, zone.name);
  return field.kind === "number" ? Number(input.value) : input.value.trim();
}

/**
 * One form; what is lacking is shown by the browser beside the field.
 * @param {string} name
 * @param {Field[]} fields
 * @param {(body: Record<string, any>) => Promise<boolean>} act
 * @param {(part: string, key: string) => string} words Its texts: form, hint, do, and field.
 */
export function formOf(name, fields, act, words = (part, key) => t(`capacity.${part}.${key}`)) {
  const inputs = fields.map((field) => inputOf(field, `${name}-${field.name}`));
  const button = h("button", { class: "btn", type: "submit" }, words("do", name));
  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    await act(Object.fromEntries(fields.map((field, n) => [field.name, fieldValue(field, inputs[n])])));
    button.disabled = false;
  };
  return h(
    "form",
    { class: "panel capacity-form", "data-form": name, onsubmit: submit },
    h("h2", {}, words("form", name)),
    h("p", { class: "sub" }, words("hint", name)),
    h(
      "div",
      { class: "capacity-fields" },
      fields.map((field, n) =>
        h(
          "div",
          { class: "form-field" },
          h("label", { for: `${name}-${field.name}` }, words("field", field.name)),
          inputs[n],
        ),
      ),
    ),
    h("p", { class: "actions" }, button),
  );
}
