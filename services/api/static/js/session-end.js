// The end of this page's session, said five minutes before; somebody who works puts it off.
import { get, post, RequestError } from "./api.js";
import { find, h } from "./dom.js";
import { t } from "./i18n.js";
import { note } from "./say.js";

const LOOK_EVERY_MS = 30_000;
const TELL_EVERY_MS = 5 * 60_000;
const WARN_BEFORE_MS = 5 * 60_000;
let toldAt = performance.now();
let acted = false;
/** @type {HTMLElement | null} */
let warning = null;

/** @param {Api.Me} me */
function show({ session }) {
  if (!session) return;
  const [idle, end] = [session.idle_ends_at, session.ends_at].map(
    (one) => Date.parse(one) - Date.parse(session.server_time),
  );
  const left = Math.min(idle, end);
  if (left > WARN_BEFORE_MS) {
    warning?.remove();
    warning = null;
    return;
  }
  const words = t("shell.session_ends", { n: Math.max(1, Math.ceil(left / 60_000)) });
  if (warning?.isConnected) find("[data-part=ends]", warning).textContent = words;
  else warning = note(h("span", {}, h("span", { "data-part": "ends" }, words), " ", way(end <= idle)), { stays: true });
}

/**
 * Before its last end only another sign-in helps; before an idle one, a word.
 * @param {boolean} final
 */
function way(final) {
  if (final) return h("a", { class: "btn sm", href: "/sign-in", target: "_blank" }, t("shell.sign_in"));
  return h("button", { class: "btn sm", type: "button", onclick: () => asked(stay) }, t("shell.stay"));
}

function stay() {
  toldAt = performance.now();
  acted = false;
  return post("/me/stay", {});
}

/**
 * Whoever is signed out meanwhile is told by the frame; without an answer there is another look.
 * @param {() => Promise<Api.Me>} what
 */
async function asked(what) {
  try {
    show(await what());
  } catch (error) {
    if (!(error instanceof RequestError && [0, 401, 503].includes(error.status))) throw error;
  }
}

function look() {
  if (document.hidden) return;
  asked(acted && performance.now() - toldAt > TELL_EVERY_MS ? stay : () => get("/me"));
}

/** Only a session has an end; whoever is here without one is left alone. */
export async function watchEnd() {
  const me = await get("/me").catch(() => /** @type {Api.Me | null} */ (null));
  if (!me?.session) return;
  show(me);
  for (const event of ["pointerdown", "keydown"])
    addEventListener(
      event,
      () => {
        acted = true;
      },
      { passive: true },
    );
  setInterval(look, LOOK_EVERY_MS);
  addEventListener("visibilitychange", look);
  addEventListener("focus", look);
}
