// What a page does when its viewer is signed out in the middle: it freezes, and keeps what was typed.
import { get } from "./api.js";
import { at, find } from "./dom.js";
import { watchEnd } from "./session-end.js";
import { stream } from "./stream.js";

function ask() {
  const dialog = at("signed-out");
  if (dialog.open) return;
  const here = location.pathname + location.search;
  find("a", dialog).href = `/sign-in?next=${encodeURIComponent(here)}`;
  dialog.showModal();
}

/** Ask who is here when the stream breaks; any answer of 401 asks to sign in again. */
export function watchSession() {
  addEventListener("signedout", ask);
  stream.addEventListener("failed", () => {
    if (!document.hidden) get("/me").catch(() => {});
  });
  find("#signed-out [data-part=signed-in]").addEventListener("click", async () => {
    await get("/me");
    at("signed-out").close();
    stream.retryNow();
  });
  watchEnd();
}
