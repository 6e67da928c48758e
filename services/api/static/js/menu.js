// The list of further pages: opens under its button, closes on Escape or a click elsewhere.
import { find } from "./dom.js";

const EDGE = 8;
const WIDTH = 252;
/** A window that is magnified has little height: the list begins higher before it gets lower than this. */
const LEAST_HIGH = 200;

export function startMenu() {
  const list = document.getElementById("more-pages");
  if (!list) return;
  const button = find("[popovertarget=more-pages]");
  const place = () => {
    const { left, bottom } = button.getBoundingClientRect();
    const top = Math.max(EDGE, Math.min(bottom, innerHeight - LEAST_HIGH));
    list.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - WIDTH - EDGE))}px`;
    list.style.top = `${top}px`;
    list.style.maxHeight = `${innerHeight - top - EDGE}px`;
  };
  list.addEventListener("beforetoggle", (event) => {
    if (event.newState === "open") place();
  });
  list.addEventListener("toggle", (event) => {
    button.setAttribute("aria-expanded", String(event.newState === "open"));
  });
  addEventListener("resize", () => {
    if (list.matches(":popover-open")) place();
  });
}
