// What cannot be read of a shipment's timeline: it says so in a row, and hides nothing else.
import { RequestError } from "./api.js";
import { serverNow } from "./clock.js";
import { t } from "./i18n.js";

/** @import {Row} from "./shipment-timeline.js" */

/**
 * @param {string} key What could not be read.
 * @returns {(error: unknown) => Row[]}
 */
export const unread = (key) => (error) => {
  if (!(error instanceof RequestError)) throw error;
  return [{ at: serverNow(), words: t(key), mark: "m-stale" }];
};
