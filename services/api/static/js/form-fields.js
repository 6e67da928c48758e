// Fields of the form: reading them, filling moments, and showing a fault beside the right one.
import { at, find, setText } from "./dom.js";
import { t } from "./i18n.js";
import { fieldText, fillZones, instantIn, isoIn } from "./zones.js";

/**
 * What a field holds, as the API wants it; undefined when it is empty.
 * @param {Part} input
 */
export function fieldValue(input) {
  if (input.type === "checkbox") return input.checked;
  const text = input.value.trim();
  if (!text) return undefined;
  if (input.dataset.kind === "moment") return isoIn(text, zoneSelect(input).value);
  return input.type === "number" ? Number(text) : text;
}

/** @param {Part} input */
const zoneSelect = (input) => find("select.zone", input.closest(".moment"));

/**
 * The value of the field at a path such as "shipment.reference".
 * @param {string} path
 */
export const valueAt = (path) => fieldValue(at(`f-${path}`));

/**
 * An object of fields below a prefix, without those that are empty.
 * @param {string} prefix
 * @param {string[]} names
 */
export function valuesOf(prefix, names) {
  const pairs = names.map((/** @type {string} */ name) => [name, valueAt(`${prefix}.${name}`)]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

/**
 * Give every moment below an element its zones, its UTC line and its "now" button.
 * @param {ParentNode} root
 */
export function wireMoments(root) {
  for (const moment of root.querySelectorAll(".moment")) {
    const input = find("input", moment);
    const zone = find("select.zone", moment);
    const utc = find(".utc", moment.closest(".form-field"));
    fillZones(zone);
    const write = () => {
      const ms = instantIn(input.value, zone.value);
      setText(utc, ms === null ? "" : `= ${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`);
    };
    input.addEventListener("input", write);
    zone.addEventListener("change", write);
    moment.querySelector(".now")?.addEventListener("click", () => {
      input.value = fieldText(Date.now(), zone.value);
      write();
    });
  }
}

/** @param {HTMLElement} form */
export function clearFaults(form) {
  for (const error of form.querySelectorAll(".error")) setText(error, "");
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

/**
 * Show a fault beside a field; false when there is no such field on the page.
 * @param {Part | null} input
 * @param {string} words
 */
export function showFault(input, words) {
  if (!input) return false;
  input.setAttribute("aria-invalid", "true");
  setText(find(".error", input.closest(".form-field")), words);
  return true;
}

/**
 * Fields that must be filled and are not, or hold what their kind does not allow.
 * @param {HTMLElement} form
 */
export function missing(form) {
  return [...form.querySelectorAll("input, select")].filter((input) => {
    if (input.closest("[hidden]") || input.disabled || input.checkValidity()) return false;
    showFault(input, input.validity.valueMissing ? t("new.fill_in") : t("new.not_allowed"));
    return true;
  });
}
