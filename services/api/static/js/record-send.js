// Entering something in a record: it names the state it was made from, and says when another was faster.
import { newKey, post, postFile, RequestError } from "./api.js";
import { t } from "./i18n.js";
import { viewer } from "./page.js";
import { note, noteError } from "./say.js";

/** Whether the record is this person's: only they write in it. */
export const isMine = (record) => record.claimed_by === viewer?.id;

export const isOpen = (record) => record.state === "OPEN" && isMine(record);

/** Send, and show the record that comes back; false when it was refused. */
async function sent(calls, request, words) {
  try {
    calls.done(await request(), words);
    return true;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (error.status === 412) {
      note(t("record.meanwhile"), { kind: "bad", stays: true });
      calls.again();
    } else noteError(error);
    return false;
  }
}

/** `what` is scans, checks, findings, seals or moves. */
export const enter = ({ record, calls }, what, body, words = "") =>
  sent(
    calls,
    () => post(`/inspections/${record.id}/${what}`, body, newKey(), { "If-Match": `"${record.revision}"` }),
    words,
  );

/** A photo is the picture itself. */
export const addPhoto = ({ record, calls }, file, caption) =>
  sent(
    calls,
    () => postFile(`/inspections/${record.id}/photos${caption ? `?caption=${encodeURIComponent(caption)}` : ""}`, file),
    t("record.photo_kept"),
  );
