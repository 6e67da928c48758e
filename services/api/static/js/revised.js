// When late data changed what had been said of a shipment, as long as that is news.
import { serverNow } from "./clock.js";
import { instant } from "./format.js";

const NEWS_MS = 3_600_000;

/**
 * Null when nothing was changed, or so long ago that nobody wonders any more.
 * @param {Api.Shipment} shipment
 * @param {number} now
 */
export function revisedAt(shipment, now) {
  const at = instant(shipment.last_reading?.revised_at);
  return at !== null && now - at < NEWS_MS ? at : null;
}

/**
 * Whether that happened after something was read, by the clock of the page.
 * @param {Api.Shipment} shipment
 * @param {number} readAt
 */
export function revisedSince(shipment, readAt) {
  const at = instant(shipment.last_reading?.revised_at);
  return at !== null && serverNow() - at < performance.now() - readAt;
}
