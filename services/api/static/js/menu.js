// The list of further pages: opens under its button, closes on Escape or a click elsewhere.
export function startMenu() {
  const list = document.getElementById("more-pages");
  const button = document.querySelector("[popovertarget=more-pages]");
  list?.addEventListener("beforetoggle", (event) => {
    if (event.newState !== "open") return;
    const { left, bottom } = button.getBoundingClientRect();
    list.style.left = `${Math.max(8, Math.min(left, innerWidth - 260))}px`;
    list.style.top = `${bottom}px`;
  });
  list?.addEventListener("toggle", (event) => {
    button.setAttribute("aria-expanded", String(event.newState === "open"));
  });
}
