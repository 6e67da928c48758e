// While the link to the server is lost nothing is written: what would write says why, and what was typed stays.
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { note } from "./say.js";
import { stream } from "./stream.js";

/** A form that is neither a search nor only closes its dialog, and that sends something. */
const FORMS = 'form:not([role="search"], [method="dialog"], [data-local])';
/** What sends something, or begins to: marked so by its page, or a form's end. */
const WRITES = `[data-writes], ${FORMS} [type="submit"]`;
const LINE = "asleep-why";
const watcher = new MutationObserver(putToSleep);
/** @type {HTMLElement | null} */
let told = null;

const isLost = () => stream.state === "lost";
const why = () => t("shell.asleep");

/** `aria-disabled`, so that it can be reached and asked why; `disabled` stays the page's own word. */
function putToSleep() {
  for (const one of document.querySelectorAll(`:is(${WRITES}):not([data-asleep])`)) {
    one.setAttribute("aria-disabled", "true");
    one.dataset.asleep = one.title;
    one.title = why();
    const line = one.closest("dialog") && one.closest(".actions");
    if (line && !line.nextElementSibling?.classList.contains(LINE))
      line.after(h("p", { class: LINE, role: "status" }, why()));
  }
}

function wake() {
  for (const one of document.querySelectorAll("[data-asleep]")) {
    one.removeAttribute("aria-disabled");
    if (one.dataset.asleep) one.title = one.dataset.asleep;
    else one.removeAttribute("title");
    delete one.dataset.asleep;
  }
  for (const line of document.querySelectorAll(`.${LINE}`)) line.remove();
  told?.remove();
}

/**
 * A press, a key on a button, Enter in a field: all come by here first.
 * @param {Event} event
 */
function hold(event) {
  const { target, type } = event;
  if (!isLost() || !(target instanceof Element && target.closest(type === "submit" ? FORMS : WRITES))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  told?.remove();
  if (!target.closest("dialog")) told = note(why(), { kind: "bad" });
}

export function startSleeping() {
  for (const name of ["click", "submit"]) addEventListener(name, hold, { capture: true });
  let lost = false;
  stream.addEventListener("link", () => {
    if (lost === isLost()) return;
    lost = isLost();
    if (lost) {
      putToSleep();
      watcher.observe(document.body, { childList: true, subtree: true });
    } else {
      watcher.disconnect();
      wake();
    }
  });
}
