// What the pages of signing in share: where to go on, and how a refusal is said.
import { at } from "./dom.js";
import { t } from "./i18n.js";

/** Where the person wanted to go: a page of ours, never another site. */
export function way() {
  const wish = new URLSearchParams(location.search).get("next") ?? "";
  const found = URL.canParse(wish, location.origin) ? new URL(wish, location.origin) : null;
  return found?.origin === location.origin && wish.startsWith("/") ? found.pathname + found.search : "/live";
}

/**
 * Go where the session may go by now.
 * @param {string} level
 */
export function goOn(level) {
  const next = encodeURIComponent(way());
  if (level === "second") location.assign(`/sign-in/second?next=${next}`);
  else if (level === "enrol") location.assign("/me");
  else location.assign(way());
}

/**
 * The server's words for what went wrong, in the language of the page where we have them.
 * @param {Refusal | string} error
 */
export function wordsOf(error) {
  if (typeof error === "string") return error;
  if (error.status === 0) return t("common.no_answer");
  if (error.status === 429 && error.retryAfter) return t("sign.wait", { n: error.retryAfter });
  const pointer = error.parts[0]?.pointer;
  if (pointer === "confirmation") return t("sign.not_proven");
  if (error.status === 401 && ["password", "token", "code", "credential"].includes(pointer))
    return t(`sign.wrong.${pointer}`);
  if (error.status === 422 && pointer === "password") return t("sign.weak");
  if (error.status === 403) return t("sign.foreign");
  return error.words;
}

/** Forms wait for their script: sent without it, a password would stand in the address. */
export function ready() {
  for (const button of document.querySelectorAll("main button[type=submit]")) button.disabled = false;
}

/** @param {Refusal | string} error */
export function refuse(error) {
  const box = at("failed");
  box.textContent = wordsOf(error);
  box.hidden = false;
  box.focus();
}
