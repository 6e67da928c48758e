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

/**
 * Whether the record is this person's: only they write in it.
 * @param {Api.Inspection} record
 */
export const isMine = (record) => record.claimed_by === viewer?.id;

/** @param {Api.Inspection} record */
export const isOpen = (record) => record.state === "OPEN" && isMine(record);

/** The end of what is under way: own entries go one after the other, each from the state that the one before left. */
let line = Promise.resolve();
/** How often somebody else was faster: what was entered before that was seen is not sent. */
let overtaken = 0;

/**
 * Do it when all that was entered before is answered.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function inTurn(work) {
  const mine = line.then(work);
  line = mine.then(
    () => {},
    () => {},
  );
  return mine;
}

/**
 * Send in turn, and show the record that comes back; false when it was refused.
 * @param {Calls} calls
 * @param {() => Promise<Api.Inspection>} request
 * @param {string} words
 */
function sent(calls, request, words) {
  const known = overtaken;
  return inTurn(async () => {
    if (known !== overtaken) return false;
    try {
      calls.done(await request(), words);
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.status === 412) {
        overtaken += 1;
        note(t("record.meanwhile"), { kind: "bad", stays: true });
        calls.again();
      } else noteError(error);
      return false;
    }
  });
}

/**
 * `what` is scans, checks, findings, seals or moves. The revision is that of the moment in which it is sent.
 * @param {Seen} seen
 * @param {string} what
 * @param {Record<string, any>} body
 */
export const enter = (seen, what, body, words = "") =>
  sent(
    seen.calls,
    () => post(`/inspections/${seen.record.id}/${what}`, body, newKey(), { "If-Match": `"${seen.record.revision}"` }),
    words,
  );

/**
 * Enter what was typed: its field is free for the next at once, and holds it again when it was refused.
 * @param {Seen} seen
 * @param {string} what
 * @param {HTMLInputElement} field
 * @param {(text: string) => Record<string, any>} bodyOf
 * @param {(text: string) => string} words
 */
export async function enterTyped(seen, what, field, bodyOf, words = () => "") {
  const typed = field.value.trim();
  field.value = "";
  if (!typed || (await enter(seen, what, bodyOf(typed), words(typed)))) return;
  const now = document.getElementById(field.id);
  if (now && !now.value) now.value = typed;
}

/**
 * A photo is the picture itself.
 * @param {Seen} seen
 * @param {File} file
 * @param {string} caption
 */
export const addPhoto = ({ record, calls }, file, caption) =>
  sent(
    calls,
    () => postFile(`/inspections/${record.id}/photos${caption ? `?caption=${encodeURIComponent(caption)}` : ""}`, file),
    t("record.photo_kept"),
  );
