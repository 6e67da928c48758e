// What an act needs is asked for in a dialog over the page; faults stand beside their fields.
import { newKey, RequestError } from "./api.js";
import { at, find, h } from "./dom.js";
import { t } from "./i18n.js";
import { bothVersions } from "./meanwhile.js";
import { note } from "./say.js";
import { zone } from "./zone.js";
import { fieldText, isoIn } from "./zones.js";

/** @type {Record<string, string>} */
const TYPES = { day: "date", moment: "datetime-local", number: "number", time: "time" };
/** What people type long sentences into: nothing is reckoned by them. */
const LONG = new Set(["area"]);

/**
 * @typedef {{name: string, label: string, kind?: string, options?: string[][], value?: any,
 *   required?: boolean, most?: number, hint?: string, min?: string|number, max?: string|number, step?: string}} Field
 * @typedef {{title: string, hint?: string, meaning?: string, fields: Field[], submit: string,
 *   check?: (body: any) => [string, string] | null, act: (body: any, key: string) => Promise<any>, said?: string,
 *   local?: boolean, newest?: () => Promise<Record<string, any>>,
 *   tells?: (body: Record<string, any>) => Promise<HTMLElement[]>}} Spec
 *   `tells`: what would come of it, told before it is sent and anew when a field changes.
 *   `options` of a line of text are offered, and others may be typed.
 *   `newest`: what stands now, when somebody else was faster; what is sent next is made from it.
 *   `local`: nothing is sent, so that it also goes while the link is lost.
 */

/**
 * @param {Field} field
 * @returns {HTMLElement} A control, or several under one legend.
 */
function inputOf(field) {
  const id = `ask-${field.name}`;
  const shared = {
    class: "field",
    id,
    required: Boolean(field.required),
    "aria-describedby": `${id}-error ${id}-hint`,
  };
  if (field.kind === "select")
    return h(
      "select",
      shared,
      field.options?.map(([value, words]) => h("option", { value, selected: value === field.value }, words)),
    );
  if (field.kind === "several") return severalOf(field, id);
  if (LONG.has(field.kind ?? ""))
    return h("textarea", { ...shared, rows: 3, maxlength: field.most ?? 500 }, field.value ?? "");
  if (field.kind === "check")
    return h("input", { ...shared, class: "", type: "checkbox", checked: Boolean(field.value) });
  const value = field.kind === "moment" && field.value ? fieldText(field.value, zone.name) : field.value;
  return h("input", {
    ...shared,
    type: TYPES[field.kind ?? ""] ?? "text",
    maxlength: 200,
    autocomplete: "off",
    min: field.min,
    max: field.max,
    step: field.step ?? (field.kind === "number" ? "any" : null),
    list: field.options ? `${id}-list` : null,
    value: value ?? "",
  });
}

/**
 * Choices of which any number may be taken, under one legend.
 * @param {Field} field
 * @param {string} id
 */
const severalOf = (field, id) =>
  h(
    "fieldset",
    { class: "form-field several", id, tabindex: -1, "aria-describedby": `${id}-error ${id}-hint` },
    h("legend", {}, labelOf(field)),
    field.options?.map(([value, words]) =>
      h("label", {}, h("input", { type: "checkbox", value, checked: field.value?.includes(value) }), words),
    ),
  );

/** @param {Field} field */
const labelOf = (field) => [field.label, field.required ? h("span", { class: "req" }, ` ${t("form.required")}`) : null];

/** @param {Part} input */
const chosen = (input) => [...input.querySelectorAll("input:checked")].map((one) => one.value);

/**
 * Why a field cannot be sent as it stands; null when it can.
 * @param {Field} field
 * @param {Part} input
 */
function faultOf(field, input) {
  if (field.kind === "several") return field.required && !chosen(input).length ? "form.fill_in" : null;
  if (input.checkValidity()) return null;
  return input.validity.valueMissing ? "form.fill_in" : "form.not_allowed";
}

/**
 * As the API wants it; what is left empty is not sent.
 * @param {Field} field
 * @param {Part} input
 */
function heldBy(field, input) {
  if (field.kind === "several") return chosen(input);
  if (field.kind === "check") return input.checked;
  const text = input.value.trim();
  if (!text) return undefined;
  if (field.kind === "moment") return isoIn(text, zone.name);
  return field.kind === "number" ? Number(text) : text;
}

/**
 * @param {Field} field
 * @param {Part} input
 */
function rowOf(field, input) {
  const label = h("label", { for: input.id }, labelOf(field));
  /** @type {HTMLElement} */
  let row = input;
  if (field.kind === "check") row = h("div", { class: "form-field check" }, input, label);
  else if (field.kind !== "several") row = h("div", { class: "form-field" }, label, input);
  if (input.hasAttribute("list"))
    row.append(
      h(
        "datalist",
        { id: `${input.id}-list` },
        field.options?.map(([value, words]) => h("option", { value }, words)),
      ),
    );
  row.append(
    h("p", { class: "hint", id: `${input.id}-hint` }, field.hint ?? ""),
    h("p", { class: "error", id: `${input.id}-error` }),
  );
  return row;
}

/**
 * @param {Part} input
 * @param {string} words
 */
function fault(input, words) {
  input.toggleAttribute("aria-invalid", Boolean(words));
  if (words) input.setAttribute("aria-invalid", "true");
  find(".error", input.closest(".form-field")).textContent = words;
}

/**
 * The field that a JSON pointer or a dotted name of the server means.
 * @param {Api.ProblemPart} part
 */
const fieldOf = ({ pointer }) => pointer.replace(/^#?\/?/, "").replaceAll("/", ".");

/**
 * Shows a refusal beside the fields it names, the rest above them.
 * @param {Refusal} error
 * @param {Map<string, Part>} inputs
 * @param {HTMLElement} box
 */
function refuse(error, inputs, box) {
  /** @param {Api.ProblemPart} part */
  const words = ({ detail, remedy }) => [detail, remedy].filter(Boolean).join("; ");
  /** @type {Part[]} */
  const placed = [];
  for (const part of error.parts) {
    const input = inputs.get(fieldOf(part));
    if (!input) continue;
    fault(input, words(part));
    placed.push(input);
  }
  box.textContent = placed.length ? "" : error.status === 0 ? t("common.no_answer") : error.words;
  box.hidden = placed.length > 0;
  (placed[0] ?? box).focus();
}

/** @typedef {{field: Field, input: Part}} FormRow */

/** @param {FormRow[]} rows */
const bodyOf = (rows) => Object.fromEntries(rows.map(({ field, input }) => [field.name, heldBy(field, input)]));

/**
 * A place that says what would come of what the fields hold; an answer that is overtaken is not shown.
 * @param {Spec} spec
 * @param {FormRow[]} all
 */
function teller({ tells }, all) {
  if (!tells) return null;
  const rows = all.filter(({ field }) => !LONG.has(field.kind ?? ""));
  const place = h("div", { class: "told", role: "status" });
  let asked = "";
  const tell = async () => {
    const body = bodyOf(rows);
    const mine = JSON.stringify(body);
    if (asked === mine) return;
    asked = mine;
    place.replaceChildren(h("p", {}, t("shell.loading")));
    const parts = await tells(body);
    if (asked === mine) place.replaceChildren(...parts);
  };
  for (const { input } of rows) input.addEventListener("change", tell);
  tell();
  return place;
}

/**
 * Ask, send, and close when it was taken. What was typed stays while it is not.
 * @param {Spec} spec
 * @returns {Promise<any>} What the server answered; null when nothing was sent.
 */
export function askFor(spec) {
  const rows = spec.fields.map((field) => ({ field, input: /** @type {Part} */ (inputOf(field)) }));
  const inputs = new Map(rows.map(({ field, input }) => [field.name, input]));
  const box = h("p", { class: "failed", role: "alert", tabindex: -1, hidden: true });
  const send = h("button", { class: "btn p", type: "submit" }, spec.submit);
  const close = h("button", { class: "btn", type: "button", onclick: () => dialog.close() }, t("common.close"));
  const form = h(
    "form",
    { novalidate: true, autocomplete: "off", "data-local": spec.local },
    h("h2", { id: "ask-title" }, spec.title),
    spec.hint ? h("p", { class: "hint" }, spec.hint) : null,
    h(
      "div",
      { class: "ask-fields" },
      rows.map(({ field, input }) => rowOf(field, input)),
    ),
    teller(spec, rows),
    spec.meaning ? h("p", { class: "meaning" }, spec.meaning) : null,
    box,
    h("p", { class: "actions" }, send, close),
  );
  const dialog = h("dialog", { class: "ask", "aria-labelledby": "ask-title" }, form);
  /** @type {[answer: any, sent: string, key: string]} What the server answers is whatever was asked for. */
  let [answer, sent, key] = [null, "", ""];
  /** @type {HTMLElement | null} */
  let both = null;
  /**
   * Both versions, when it was refused because somebody else was faster; what was typed stays.
   * @param {Refusal} error
   * @param {Record<string, any>} body
   */
  const shown = async (error, body) => {
    if (error.status !== 412 || !spec.newest) return false;
    const now = await spec.newest().catch(() => /** @type {Record<string, any> | null} */ (null));
    if (!now) return false;
    both = bothVersions(spec.fields, now, body);
    box.hidden = true;
    box.before(both);
    both.focus();
    return true;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    both?.remove();
    for (const { input } of rows) fault(input, "");
    for (const { field, input } of rows) {
      const wrong = faultOf(field, input);
      if (!wrong) continue;
      fault(input, t(wrong));
      return input.focus();
    }
    const body = bodyOf(rows);
    const unfit = spec.check?.(body);
    if (unfit) {
      const input = at(`ask-${unfit[0]}`);
      fault(input, unfit[1]);
      return input.focus();
    }
    if (JSON.stringify(body) !== sent || both) [sent, key] = [JSON.stringify(body), newKey()];
    both = null;
    send.disabled = true;
    try {
      answer = await spec.act(body, key);
      if (spec.said) note(spec.said);
      dialog.close();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (!(await shown(error, body))) refuse(error, inputs, box);
    } finally {
      send.disabled = false;
    }
    return undefined;
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(answer);
    }),
  );
}
