// Writing a part of a page anew only when it differs, with the focus kept on the button of the same name.
import { focusIn } from "./dom.js";
/** @param {Element} element */
export const nameOf = (element) => element.getAttribute("aria-label") ?? element.textContent;

/**
 * @param {Element} body
 * @param {(Element | null)[]} parts What it shall hold; null is left out.
 * @param {Map<Element, string>} written What was written last, by body.
 * @param {string} of Whose it is: another's is written anew, so that its buttons are its own.
 */
export function writeChanged(body, parts, written, of) {
  const elements = parts.filter(Boolean);
  const key = of + elements.map((one) => one.outerHTML).join("");
  if (written.get(body) === key) return;
  written.set(body, key);
  const focused = focusIn(body);
  body.replaceChildren(...elements);
  if (focused === null) return;
  const again = [...body.querySelectorAll("button")].find((one) => nameOf(one) === nameOf(focused));
  again?.focus({ preventScroll: true });
}
