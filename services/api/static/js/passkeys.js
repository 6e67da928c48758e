// Passkeys: the server's question goes to the browser, the passkey's answer to the server.
import { post } from "./api.js";

/** Whether this browser can speak of passkeys as the server does. */
export const canPasskey = () => Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);

/** Make one and hand it over; undefined when the person gave up. */
export async function makePasskey() {
  const { options } = await post("/me/factors/passkey/options", {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const made = await byPerson(() => navigator.credentials.create({ publicKey }));
  return made && post("/me/factors/passkey", { name: "passkey", credential: made.toJSON() });
}

/**
 * Prove one: at the sign-in (`/sign-in/passkey`) or for a signature (`/me/confirmation/passkey`).
 * @param {string} path
 */
export async function provePasskey(path) {
  const { options } = await post(`${path}/options`, {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const proof = await byPerson(() => navigator.credentials.get({ publicKey }));
  return proof && post(path, { credential: proof.toJSON() });
}

/**
 * A person who closes the browser's window has done nothing wrong.
 * @param {() => Promise<any>} act
 */
async function byPerson(act) {
  try {
    return await act();
  } catch (error) {
    if (error instanceof DOMException && ["NotAllowedError", "InvalidStateError"].includes(error.name))
      return undefined;
    throw error;
  }
}
