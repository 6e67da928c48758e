// Signing in: by name and password, or by a one-time link whose token stands behind the #.
import { post, RequestError } from "./api.js";
import { at, find } from "./dom.js";
import { t } from "./i18n.js";
import { goOn, ready, refuse, way } from "./signing.js";

const plain = at("sign-in");
const byLink = at("by-link");
const token = new URLSearchParams(location.hash.slice(1)).get("link");

/**
 * @param {Part} form
 * @param {string} path
 * @param {Record<string, any>} body
 */
async function send(form, path, body) {
  const button = find("button[type=submit]", form);
  button.disabled = true;
  try {
    goOn((await post(path, body)).level);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    refuse(error);
  } finally {
    button.disabled = false;
  }
}

plain.addEventListener("submit", (event) => {
  event.preventDefault();
  const person = at("person").value.trim();
  const password = at("password");
  if (!person || !password.value) return refuse(t("sign.fill_in"));
  send(plain, "/sign-in", { person, password: password.value });
  password.value = "";
});

byLink.addEventListener("submit", (event) => {
  event.preventDefault();
  const [password, repeated] = ["new-password", "repeated"].map((id) => at(id).value);
  if (password !== repeated) return refuse(t("sign.differ"));
  send(byLink, "/sign-in/link", { token, password });
});

if (token) {
  // The address must not stay in the history, nor be sent on.
  history.replaceState(null, "", location.pathname + location.search);
  plain.hidden = true;
  byLink.hidden = false;
}
const other = document.getElementById("other-service");
if (other) other.href += `?next=${encodeURIComponent(way())}`;
if (new URLSearchParams(location.search).get("refused") === "provider") refuse(t("sign.refused"));
ready();
(token ? at("new-password") : at("person")).focus();
