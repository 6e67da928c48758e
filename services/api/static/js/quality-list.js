// The list of deviations: held and open first, closed last; arrow keys move through it.
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { decisionWords, when } from "./quality-words.js";

const ORDER = ["DETECTED", "UNDER_ASSESSMENT", "ACKNOWLEDGED", "DISPOSITIONED", "CLOSED"];

/**
 * What names a deviation on this page: its identifier, or the payload while nobody has taken it.
 * @param {Api.Deviation} deviation
 */
export const keyOf = (deviation) => deviation.id ?? deviation.payload_id;

/** @param {Api.Deviation} deviation */
export const isOvertaken = (deviation) => Boolean(deviation.disposition?.overtaken);

/** @param {Api.Deviation} deviation */
const rank = (deviation) => (isOvertaken(deviation) ? 0 : ORDER.indexOf(deviation.state));

/**
 * In the order in which they need somebody; within a state as the server has them.
 * @param {Api.Deviation[]} deviations
 */
export const inOrder = (deviations) => [...deviations].sort((a, b) => rank(a) - rank(b));

/**
 * p1, adv or done: on hold with nobody at it, in hand, decided.
 * @param {Api.Deviation} deviation
 */
export function markOf(deviation) {
  if (deviation.state === "DETECTED" || isOvertaken(deviation)) return "p1";
  const over = deviation.state === "DISPOSITIONED" || deviation.state === "CLOSED";
  return over ? "done" : "adv";
}

/**
 * The tags of one deviation: where it stands, what was decided, what overtook it.
 * @param {Api.Deviation} deviation
 */
export function tagsOf(deviation) {
  const decided = isOvertaken(deviation) ? null : deviation.disposition;
  /** @param {string} words */
  const tag = (words, kind = "") => h("span", { class: `tag ${kind}` }, words);
  return [
    tag(t(`quality.state.${deviation.state}`)),
    decided && !decided.superseded_at ? tag(decisionWords(decided.value), "tag-decision") : null,
    isOvertaken(deviation) ? tag(t("quality.overtaken"), "tag-overtaken") : null,
    deviation.simulated ? tag(t("live.tag.simulated")) : null,
  ].filter(Boolean);
}

/**
 * Write the list; `choose` is called with the key of what was picked.
 * @param {HTMLElement} list
 * @param {Api.Deviation[]} deviations
 * @param {string | null} chosen
 * @param {(key: string) => void} choose
 */
export function writeList(list, deviations, chosen, choose) {
  const focused = document.activeElement?.closest?.("#cases .case")?.dataset.key;
  list.replaceChildren(...inOrder(deviations).map((one) => row(one, keyOf(one) === chosen, choose)));
  if (focused) list.querySelector(`[data-key="${focused}"]`)?.focus();
}

/**
 * @param {Api.Deviation} deviation
 * @param {boolean} isChosen
 * @param {(key: string) => void} choose
 */
function row(deviation, isChosen, choose) {
  const key = keyOf(deviation);
  const mark = markOf(deviation);
  const head = h(
    "span",
    { class: "case-head" },
    h("b", { class: "mono" }, deviation.shipment_reference),
    ` ${deviation.payload_reference}`,
  );
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: `case is-${mark}`,
        "data-key": key,
        "data-state": deviation.state,
        "data-reference": deviation.shipment_reference,
        "aria-current": isChosen ? "true" : null,
        onclick: () => choose(key),
      },
      head,
      h("span", { class: "case-since" }, `${t("quality.since")} `, when(deviation.detected_at)),
      h("span", { class: "tags" }, tagsOf(deviation)),
    ),
  );
}

/**
 * Arrow keys, Home and End move from case to case.
 * @param {HTMLElement} list
 */
export function wireKeys(list) {
  list.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll(".case")];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    all[to].focus();
  });
}
