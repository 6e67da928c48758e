// What the officers' desk knows: the site, its queue and plan, and what is chosen; all choices stand in the address.
import { get, RequestError } from "./api.js";
import { serverNow } from "./clock.js";
import { instant } from "./format.js";
import { may } from "./page.js";
import { barred, servesNot } from "./slot-rules.js";
import { Wishes } from "./wishes.js";
import { zone } from "./zone.js";

const HOUR = 3_600_000;
const HALF_HOUR = HOUR / 2;
export const SHOWN_MS = 6 * HOUR;
/** A screen on which queue, bays and the chosen shipment lie below each other. */
export const STACKED = matchMedia("(max-width: 899px)");
const PAPERS_AGAIN_MS = 60_000;
const PAPERS_OF = 20;

export class Desk extends EventTarget {
  wishes = new Wishes({ site: "", s: "", at: "", slot: "", q: "" });
  /** @type {Api.Site[]} */
  sites = [];
  /** @type {Api.SiteQueue | null} */
  queue = null;
  /** @type {Api.SitePlan | null} */
  plan = null;
  /** Free slots of the chosen shipment, as the API tells them. @type {Api.Slots | null} */
  slots = null;
  /** Clearance by shipment: what is missing, and who has it. @type {Map<string, Api.Clearance>} */
  papers = new Map();
  /** Why the cell that was pressed takes nobody. */
  told = "";
  /** @type {Map<string, number>} */
  #asked = new Map();

  /** The site of the address, else the first one. */
  get siteId() {
    return this.wishes.get("site") || this.sites[0]?.site_id || "";
  }

  get row() {
    return this.rowOf(this.wishes.get("s"));
  }

  get proposal() {
    return this.plan?.items.find((one) => one.shipment_id === this.row?.shipment_id) ?? null;
  }

  /** The slot in the address when it is free, else the best one. */
  get slot() {
    const items = this.offered;
    return items.find((one) => keyOf(one) === this.wishes.get("slot")) ?? null;
  }

  get offered() {
    return this.#free.filter((one) => !barred(this.row, this.proposal, one, serverNow()));
  }

  get #free() {
    return [...(this.slots?.items ?? []), ...(this.slots?.first_open ?? [])].filter(
      (one) => one.site_id === this.siteId,
    );
  }

  /** Free slots to which what is booked may not move, and why. */
  get barred() {
    return this.#free.flatMap((slot) => {
      const words = barred(this.row, this.proposal, slot, serverNow());
      return words ? [{ slot, words }] : [];
    });
  }

  /** Why the slot of a row serves it no more; null while it does. @param {Api.QueueRow} row */
  servesNot(row) {
    return servesNot(this.plan, row, [this.begin, this.begin + SHOWN_MS], serverNow());
  }

  /** What is looked at: this moment, or what the address says. */
  get moment() {
    return instant(this.wishes.get("at")) || serverNow();
  }

  /** The first moment of the board: of this one it shows what has just been, too. */
  get begin() {
    const before = instant(this.wishes.get("at")) ? 0 : HALF_HOUR / 2;
    return Math.floor((this.moment - before) / HALF_HOUR) * HALF_HOUR;
  }

  /** @param {string} reference */
  rowOf(reference) {
    return this.queue?.items.find((one) => one.reference === reference) ?? null;
  }

  /** @param {string} reference */
  choose(reference) {
    if (reference === this.wishes.get("s")) return;
    this.slots = null;
    this.told = "";
    this.wishes.set({ s: reference, slot: "" });
    this.readChosen();
    this.dispatchEvent(new Event("picked"));
  }

  /** @param {Api.Slot | null} slot */
  chooseSlot(slot) {
    this.told = "";
    this.wishes.set({ slot: slot ? keyOf(slot) : "" }, { push: false });
    this.dispatchEvent(new Event("chosen"));
  }

  /**
   * Say of a cell why nothing can be chosen there.
   * @param {string} words
   */
  tell(words) {
    this.chooseSlot(null);
    this.told = this.row ? words : "";
    this.dispatchEvent(new Event("chosen"));
  }

  /** Queue and plan of the site; the answer is put in place by `take`. */
  async read() {
    if (!this.sites.length) this.sites = (await get("/sites")).items;
    if (!this.siteId) return null;
    const [from, to] = [this.begin, this.begin + SHOWN_MS].map((ms) => new Date(ms).toISOString());
    const site = `/sites/${this.siteId}`;
    const [queue, plan] = await Promise.all([get(`${site}/queue`), get(`${site}/plan?from=${from}&to=${to}`)]);
    return { queue, plan };
  }

  /** @param {{queue: Api.SiteQueue, plan: Api.SitePlan}} answer */
  take({ queue, plan }) {
    [this.queue, this.plan] = [queue, plan];
    zone.ofSite(plan.site.zone);
    this.dispatchEvent(new Event("data"));
    this.readChosen();
    this.#readPapers();
  }

  /** The slots of the chosen shipment; an answer that another choice has overtaken is thrown away. */
  async readChosen() {
    const { row } = this;
    this.dispatchEvent(new Event("chosen"));
    if (!row) return;
    const slots = await quietly(`/shipments/${row.shipment_id}/slots?limit=200`);
    if (row.reference !== this.wishes.get("s")) return;
    this.slots = slots;
    this.dispatchEvent(new Event("chosen"));
    await this.#readPapersOf(row.shipment_id, true);
  }

  /** One after another: this is not what a page waits for. */
  async #readPapers() {
    for (const row of this.queue?.items.slice(0, PAPERS_OF) ?? []) await this.#readPapersOf(row.shipment_id);
  }

  /** @param {string} id */
  async #readPapersOf(id, anew = false) {
    const asked = this.#asked.get(id) ?? -Infinity;
    if (!may("GET /shipments/{shipment_id}/clearance") || (!anew && performance.now() - asked < PAPERS_AGAIN_MS))
      return;
    this.#asked.set(id, performance.now());
    const found = await quietly(`/shipments/${id}/clearance`);
    if (!found) return;
    this.papers.set(id, found);
    this.dispatchEvent(new Event("papers"));
  }
}

/**
 * What failed is read again with the next change; a panel tells failures of the page itself.
 * @param {string} path
 */
const quietly = (path) =>
  get(path).catch((error) => {
    if (!(error instanceof RequestError)) throw error;
    return /** @type {any} */ (null); // whatever the path gives, or nothing
  });

/**
 * After the latest start: whoever wants it says why, and QA decides.
 * @param {Api.Slot | null} slot
 */
export const isLate = (slot) => slot !== null && slot.spare_s !== null && slot.spare_s < 0;

/**
 * The slot of a proposal or of a place; null when the plan proposes none.
 * @param {{bay_id: string | null, place: number | null, start: string | null}} one
 * @returns {Api.ProposedSlot | null}
 */
export const slotOf = ({ bay_id, place, start }) =>
  bay_id !== null && place !== null && start !== null ? { bay_id, place, start } : null;

/** @param {Api.ProposedSlot} slot */
export const keyOf = (slot) => `${slot.bay_id}.${slot.place}.${Date.parse(slot.start) / 60_000}`;

export const desk = new Desk();
