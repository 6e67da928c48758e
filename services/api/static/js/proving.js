// A fresh proof of identity, asked for when the server wants one: before a signature, and before
// what somebody proves themselves with is changed.
import { post, RequestError } from "./api.js";
import { at, find } from "./dom.js";
import { provePasskey } from "./passkeys.js";
import { wordsOf } from "./signing.js";

/** Ask for a proof in the dialog of every page; false when the person gives up. */
export function asked() {
  const dialog = at("prove");
  const proof = find("#proof", dialog);
  const wrong = find("#proof-error", dialog);
  const form = find("form", dialog);
  wrong.textContent = proof.value = "";
  return new Promise((resolve) => {
    /** @param {boolean} answer */
    const end = (answer) => {
      form.onsubmit = null;
      dialog.onclose = null;
      dialog.close();
      resolve(answer);
    };
    dialog.onclose = () => end(false);
    find("[data-part=no]", dialog).onclick = () => end(false);
    /** @param {() => Promise<any>} prove Undefined when the person gave up. */
    const tried = async (prove) => {
      try {
        if ((await prove()) !== undefined) end(true);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        wrong.textContent = wordsOf(error);
        proof.focus();
      }
    };
    find("[data-part=passkey]", dialog).onclick = () => tried(() => provePasskey("/me/confirmation/passkey"));
    form.onsubmit = async (event) => {
      event.preventDefault();
      const typed = proof.value.trim();
      proof.value = "";
      await tried(() => post("/me/confirmation", /^\d{6}$/.test(typed) ? { code: typed } : { password: typed }));
    };
    dialog.showModal();
    proof.focus();
  });
}
