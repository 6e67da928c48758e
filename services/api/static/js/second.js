// The second factor: a code of an app, or one from paper.
import { post, RequestError } from "./api.js";
import { at, find } from "./dom.js";
import { t } from "./i18n.js";
import { canPasskey, provePasskey } from "./passkeys.js";
import { goOn, ready, refuse } from "./signing.js";

const form = at("second");
const code = at("code");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = code.value.trim();
  if (typed.length < 6) return refuse(t("sign.fill_in"));
  const button = find("button", form);
  button.disabled = true;
  code.value = "";
  try {
    goOn((await post("/sign-in/second", { code: typed })).level);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    refuse(error);
  } finally {
    button.disabled = false;
  }
});
const byPasskey = at("by-passkey");
byPasskey.disabled = !canPasskey();
byPasskey.addEventListener("click", async () => {
  try {
    const answer = await provePasskey("/sign-in/passkey");
    if (answer) goOn(answer.level);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    refuse(error);
  }
});
ready();
code.focus();
