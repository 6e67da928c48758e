// The next possible moves of a deviation: one form, signed by the person here or by a key.
import { newKey, post, RequestError } from "./api.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { viewer } from "./page.js";
import { decisionWords, who } from "./quality-words.js";

/**
 * @typedef {{move?: string, reason?: string, disposition?: string}} Draft What was chosen and typed.
 * @typedef {{done: (deviation: Api.Deviation) => void, lost: () => Promise<void>, look: () => void}} Calls
 * @typedef {{deviation: Api.Deviation, move: string, form: HTMLFormElement, reason: HTMLTextAreaElement,
 *   key: HTMLInputElement, button: HTMLButtonElement, refused: HTMLElement}} Parts
 */

/** As services/core/domain/quality/deviation.py has it; the most likely move of a state first. @type {Record<Api.Deviation["state"], string[]>} */
export const MOVES = {
  DETECTED: ["acknowledge"],
  ACKNOWLEDGED: ["assess"],
  UNDER_ASSESSMENT: ["approve", "send_back", "assess"],
  DISPOSITIONED: ["close", "reopen"],
  CLOSED: [],
};
/** @type {Record<string, string>} */
const MEANING = { assess: "reviewed", approve: "approved" };
const DECISIONS = ["RELEASED", "RELEASED_WITH_COMMENT", "OUT_OF_SPEC_MEDICAL", "REJECTED"];

/**
 * Send one move. The key goes with this one request and is kept nowhere.
 * @param {Api.Deviation} deviation
 * @param {string} move
 * @param {{reason: string, disposition: FormDataEntryValue | null, key: string}} values
 */
function send(deviation, move, { reason, disposition, key }) {
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  if (move === "acknowledge") {
    const body = { payload_id: deviation.payload_id, description: reason };
    return post(`/shipments/${deviation.shipment_id}/deviations`, body, newKey(), headers);
  }
  const body = move === "assess" ? { move, reason, disposition } : { move, reason };
  return post(`/deviations/${deviation.id}/steps`, body, newKey(), {
    ...headers,
    "If-Match": `"${deviation.revision}"`,
  });
}

/**
 * Whether somebody else was faster: what is shown is not what stands.
 * @param {Refusal} error
 */
const isOvertakenByAnother = ({ status, parts }) =>
  status === 412 || (status === 409 && ["move", "payload_id"].includes(parts[0]?.pointer));

/**
 * Why a move was refused, in words of this page: [words, whether the evidence has changed].
 * @param {Refusal} error
 * @param {Api.Deviation} deviation
 * @returns {[words: string, changed: boolean]}
 */
export function refusalWords(error, deviation) {
  const pointer = error.parts[0]?.pointer;
  if (error.status === 0) return [t("common.no_answer"), false];
  if (pointer === "approver") return [t("quality.refused.same_person", { name: who(deviation.assessed_by) }), false];
  if (pointer === "facts_sha256") return [t("quality.refused.changed", { name: who(deviation.assessed_by) }), true];
  if (pointer === "confirmation") return [t("sign.not_proven"), false];
  if (pointer === "second_factor") return [t("quality.refused.second_factor"), false];
  if (error.status === 401) return [t("quality.refused.key"), false];
  if (error.status === 403) return [t("quality.refused.role"), false];
  return [error.words, false];
}

/**
 * The form below a deviation. `done` is called with the answer, `lost` when another was faster,
 * `look` to show what there is to see now. `draft` keeps what was typed over a new picture.
 * @param {Api.Deviation} deviation
 * @param {Draft} draft
 * @param {Calls} calls
 */
export function showMoves(deviation, draft, calls) {
  const moves = MOVES[deviation.state];
  if (!moves.length) return h("p", { class: "empty" }, t("quality.closed"));
  const place = h("div", {});
  /** @param {string} move */
  const choose = (move) => {
    draft.move = move;
    place.replaceChildren(moveForm(deviation, move, draft, { ...calls, choose }));
    for (const radio of choice.querySelectorAll("input")) radio.checked = radio.value === move;
  };
  const choice = h(
    "fieldset",
    { class: "choice", hidden: moves.length === 1 },
    h("legend", {}, t("quality.next")),
    moves.map((move) => radio("move", move, t(`quality.move.${move}`), () => choose(move))),
  );
  choose(moves.find((move) => move === draft.move) ?? moves[0]);
  return h("section", { class: "moves", "aria-label": t("quality.next") }, choice, place);
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} words
 * @param {() => void} onchange
 */
function radio(name, value, words, onchange, checked = false) {
  return h(
    "label",
    { class: "check" },
    h("input", { type: "radio", name, value, onchange, checked, required: true }),
    h("span", {}, words),
  );
}

/**
 * @param {Api.Deviation} deviation
 * @param {string} move
 * @param {Draft} draft
 * @param {Calls & {choose: (move: string) => void}} calls
 */
function moveForm(deviation, move, draft, calls) {
  const meaning = MEANING[move];
  const refused = h("div", { class: "failed", role: "alert", tabindex: -1, hidden: true });
  const reason = h(
    "textarea",
    {
      class: "field",
      id: "reason",
      rows: 3,
      maxlength: 1000,
      required: true,
      "aria-describedby": "reason-hint",
      oninput: () => {
        draft.reason = reason.value;
      },
    },
    draft.reason ?? "",
  );
  const key = h("input", {
    class: "field mono",
    id: "key",
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 200,
    "aria-describedby": "key-hint",
  });
  const button = h("button", { class: "btn p", type: "submit" }, t(`quality.do.${move}`));
  const form = h(
    "form",
    { class: "move", "data-move": move, autocomplete: "off", novalidate: true },
    h("h3", {}, t(`quality.move.${move}`)),
    h("p", { class: "hint" }, lead(deviation, move)),
    move === "assess" ? decisions(draft) : null,
    labelled(
      "reason",
      t(move === "acknowledge" ? "quality.description" : "quality.reason"),
      reason,
      t("quality.no_names"),
    ),
    // A key signs for nothing real: here two people may be played at one machine.
    deviation.simulated
      ? labelled("key", t("quality.key"), key, t("quality.key_hint", { name: viewer?.name ?? "" }))
      : null,
    meaning ? h("p", { class: "meaning" }, t(`quality.sign_meaning.${meaning}`)) : null,
    refused,
    button,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit({ deviation, move, form, reason, key, button, refused }, calls);
  });
  return form;
}

/**
 * What the move does; an approval names the proposal, and who may not approve it.
 * @param {Api.Deviation} deviation
 * @param {string} move
 */
function lead({ proposal, assessed_by: by }, move) {
  const values = { value: proposal ? decisionWords(proposal) : "", name: who(by) };
  return t(`quality.lead.${move}`, values);
}

/**
 * @param {string} id
 * @param {string} words
 * @param {HTMLElement} input
 * @param {string} hint
 */
const labelled = (id, words, input, hint) =>
  h(
    "div",
    { class: "form-field" },
    h("label", { for: id }, words),
    input,
    h("p", { class: "hint", id: `${id}-hint` }, hint),
  );

/** @param {Draft} draft */
const decisions = (draft) =>
  h(
    "fieldset",
    { class: "choice" },
    h("legend", {}, t("quality.proposal")),
    DECISIONS.map((value) =>
      radio(
        "disposition",
        value,
        `${decisionWords(value)}${t("common.colon")}${t(`quality.means.${value}`)}`,
        () => {
          draft.disposition = value;
        },
        draft.disposition === value,
      ),
    ),
  );

/**
 * @param {Parts} parts
 * @param {Calls & {choose: (move: string) => void}} calls
 */
async function submit({ deviation, move, form, reason, key, button, refused }, calls) {
  const values = {
    reason: reason.value.trim(),
    disposition: new FormData(form).get("disposition"),
    key: key.value.trim(),
  };
  key.value = "";
  const lacks = !values.reason ? "fill_in" : move === "assess" && !values.disposition ? "choose_one" : null;
  if (lacks || /[^\x21-\x7e]/.test(values.key))
    return refuse(refused, lacks ? t(`quality.${lacks}`) : t("quality.refused.key"));
  button.disabled = true;
  try {
    calls.done(await send(deviation, move, values));
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (isOvertakenByAnother(error)) return calls.lost();
    const [words, changed] = refusalWords(error, deviation);
    refuse(refused, words, changed ? lookAgain(calls) : null);
  } finally {
    button.disabled = false;
  }
}

/**
 * The way out when the evidence has changed: see it, then assess again.
 * @param {Calls & {choose: (move: string) => void}} calls
 */
const lookAgain = (calls) =>
  h(
    "button",
    {
      class: "btn sm",
      type: "button",
      onclick: () => {
        calls.look();
        calls.choose("assess");
      },
    },
    t("quality.look_again"),
  );

/**
 * @param {HTMLElement} box
 * @param {string} words
 * @param {...HTMLElement | null} more
 */
function refuse(box, words, ...more) {
  box.replaceChildren(h("p", {}, words), ...more.filter(Boolean));
  box.hidden = false;
  box.focus();
}
