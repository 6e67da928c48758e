// Entering something in a record: it names the state it was made from, and says when another was faster.
import { newKey, post, postFile, RequestError } from "./api.js";
import { t } from "./i18n.js";
import { viewer } from "./page.js";
import { note, noteError } from "./say.js";

/**
 * What a record calls when it was written to, and what its steps are made of.
 * @typedef {{done: (record: Api.Inspection, words?: string) => void, again: () => unknown}} Calls
 * @typedef {{record: Api.Inspection, clearance: Api.Clearance | null, shipment: Api.Shipment | null, readAt: number,
 *   calls: Calls}} Seen
 */

const PAUSE_MS = 1_000;

/**
 * Whether the record is this person's: only they write in it.
 * @param {Api.Inspection} record
 */
export const isMine = (record) => record.claimed_by === viewer?.id;

/** @param {Api.Inspection} record */
export const isOpen = (record) => record.state === "OPEN" && isMine(record);

/** The end of what is under way: own entries go one after the other, each from the state that the one before left. */
let line = Promise.resolve();
/** So many are not answered yet. */
let waiting = 0;
/** How often somebody else was faster: what was entered before that was seen is not sent. */
let overtaken = 0;
/** Entries that failed, until they are made after all, or a decision was held back for them. @type {Set<string>} */
const failed = new Set();
/**
 * What was not taken, with its key: entered again it is the same request, should it have arrived.
 * @type {Map<string, {said: string, key: string}>}
 */
const again = new Map();

/**
 * Do it when all that was entered before is answered.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function inTurn(work) {
  waiting += 1;
  const mine = line.then(work).finally(() => {
    waiting -= 1;
  });
  line = mine.then(
    () => {},
    () => {},
  );
  return mine;
}

addEventListener("beforeunload", (event) => {
  if (waiting) event.preventDefault();
});

/** Whether an entry has failed that nobody was held back for. */
export const anyFailed = () => failed.size > 0;

/** No decision is signed past an entry that failed: whoever signs is told once, and signs again. */
export function heldBack() {
  if (!anyFailed()) return false;
  failed.clear();
  note(t("record.not_signed"), { kind: "bad", stays: true });
  return true;
}

/**
 * Ask once more where no answer came: with the same key it is the same request.
 * @template T
 * @param {() => Promise<T>} request
 */
async function answered(request) {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 0) throw error;
  }
  await new Promise((pass) => setTimeout(pass, PAUSE_MS));
  return request();
}

/**
 * Say why it was not taken, and read the record before anything else is entered.
 * @param {Calls} calls
 * @param {unknown} error
 */
function refused(calls, error) {
  if (!(error instanceof RequestError)) throw error;
  if (error.status === 412) overtaken += 1;
  if (error.status === 412) note(t("record.meanwhile"), { kind: "bad", stays: true });
  else if (error.status === 0) note(t("record.no_answer"), { kind: "bad", stays: true });
  else noteError(error);
  return calls.again();
}

/**
 * Send it, and show the record that comes back; false when it was refused.
 * @param {Calls} calls
 * @param {() => Promise<Api.Inspection>} request
 * @param {string} words
 */
async function taken(calls, request, words) {
  try {
    calls.done(await answered(request), words);
    return true;
  } catch (error) {
    await refused(calls, error);
    return false;
  }
}

/**
 * Send an entry in turn. Its name is what it is about: a field, an item, a file.
 * @param {Calls} calls
 * @param {{name: string, said?: string, words?: string}} entry
 * @param {(key: string) => () => Promise<Api.Inspection>} request
 */
function sent(calls, { name, said = "", words = "" }, request) {
  const known = overtaken;
  const before = again.get(name);
  const key = before?.said === said ? before.key : newKey();
  return inTurn(async () => {
    const made = known === overtaken && (await taken(calls, request(key), words));
    if (made) {
      failed.delete(name);
      again.delete(name);
    } else {
      failed.add(name);
      again.set(name, { said, key });
    }
    return made;
  });
}

/**
 * A request that names the revision of the moment in which it is sent first.
 * @param {Seen} seen
 * @param {string} what
 * @param {Record<string, any>} body
 * @param {string} key
 */
function requestOf({ record }, what, body, key) {
  const match = { "If-Match": `"${record.revision}"` };
  return () => post(`/inspections/${record.id}/${what}`, body, key, match);
}

/**
 * `what` is scans, checks, findings or seals.
 * @param {Seen} seen
 * @param {string} what
 * @param {Record<string, any>} body
 */
export function enter(seen, what, body, words = "") {
  const name = `${what} ${body.key ?? body.mark ?? body.text ?? body.code}`;
  const entry = { name, said: JSON.stringify(body), words };
  return sent(seen.calls, entry, (key) => requestOf(seen, what, body, key));
}

/**
 * Sign a decision, unless something that was entered before it failed.
 * @param {Seen} seen
 * @param {Record<string, any>} body
 */
export const sign = (seen, body) =>
  inTurn(
    async () => !heldBack() && (await taken(seen.calls, requestOf(seen, "moves", body, newKey()), t("record.done"))),
  );

/**
 * Enter what was typed: its field is free for the next at once, and holds it again when it was refused.
 * @param {Seen} seen
 * @param {string} what
 * @param {HTMLInputElement} field
 * @param {(text: string) => Record<string, any>} bodyOf
 * @param {(text: string) => string} words
 * @returns {Promise<boolean>} Whether its field holds it again.
 */
export async function enterTyped(seen, what, field, bodyOf, words = () => "") {
  const typed = field.value.trim();
  field.value = "";
  if (!typed || (await enter(seen, what, bodyOf(typed), words(typed)))) return false;
  const now = /** @type {HTMLInputElement | null} */ (document.getElementById(field.id));
  const free = now?.value === "";
  if (free) now.value = typed;
  else note(t("record.unkept", { words: typed }), { kind: "bad", stays: true });
  return free;
}

/**
 * A photo is the picture itself.
 * @param {Seen} seen
 * @param {File} file
 */
export const addPhoto = ({ record, calls }, file) =>
  sent(
    calls,
    { name: `photo ${file.name} ${file.size} ${file.lastModified}`, words: t("record.photo_kept") },
    (key) => () => postFile(`/inspections/${record.id}/photos`, file, key),
  );
