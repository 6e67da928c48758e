// What a person has chosen on the board: shipment, filter, search, site. All of it is in the URL.
import { instant } from "./format.js";
import { t } from "./i18n.js";
import { store } from "./store.js";
import { bayOf, isOver, isOverdue } from "./verdict.js";
import { isWall } from "./wall.js";
import { zone } from "./zone.js";

const HOUR = 3_600_000;
const COUNT_MS = 1_000;
export const FILTERS = ["all", "risk", "customs", "overdue", "landing"];

class Board extends EventTarget {
  /** The reference of the chosen shipment. @type {string | null} */
  selected = null;
  filter = "all";
  search = "";
  /** @type {string | null} */
  siteId = null;
  /** The shipment that a page of its own shows. @type {string | null} */
  #pinned = null;
  /** The site that most shipments go to: asked by every row, counted at most once a second. @type {string | null} */
  #most = null;
  #countedAt = -Infinity;

  constructor() {
    super();
    this.#read();
    for (const kind of ["snapshot", "sites"]) store.addEventListener(kind, () => this.#forget());
    zone.addEventListener("change", () => this.dispatchEvent(new Event("view")));
    addEventListener("popstate", () => {
      this.#read();
      this.dispatchEvent(new Event("view"));
      this.dispatchEvent(new Event("select"));
    });
  }

  /** @param {string} reference */
  select(reference, { push = true } = {}) {
    if (reference === this.selected) return;
    this.selected = reference;
    this.#write(push);
    this.dispatchEvent(new Event("select"));
  }

  /**
   * A page of one shipment shows that one, whatever its address says.
   * @param {string} reference
   */
  pin(reference) {
    this.#pinned = this.selected = reference;
    this.dispatchEvent(new Event("select"));
  }

  show({ filter = this.filter, search = this.search, siteId = this.siteId }) {
    Object.assign(this, { filter, search, siteId });
    this.#write(false, new URLSearchParams(location.search).get("trace"));
    this.dispatchEvent(new Event("view"));
  }

  get shipment() {
    return this.selected ? store.byReference(this.selected) : null;
  }

  /** The site whose zone the page shows: the chosen one, else that of the first shipment. */
  get site() {
    if (this.siteId && store.sites.has(this.siteId)) return store.sites.get(this.siteId);
    if (performance.now() - this.#countedAt > COUNT_MS) this.#count();
    return store.sites.get(this.#most ?? "") ?? store.sites.values().next().value ?? null;
  }

  #forget() {
    this.#countedAt = -Infinity;
  }

  #count() {
    this.#countedAt = performance.now();
    const counts = new Map();
    for (const { site } of store.shipments.values()) {
      if (site) counts.set(site.site_id, (counts.get(site.site_id) ?? 0) + 1);
    }
    this.#most = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
  }

  /** Each thing that narrows the list, in words, and how to take it away alone. */
  get active() {
    const { filter, search, siteId } = this;
    const name = t(`live.filter.${filter}`, { n: "" }).trim();
    return [
      filter !== "all" && { words: name, remove: () => this.show({ filter: "all" }) },
      search && {
        words: t("shell.filter_named", { name: t("live.search"), value: search }),
        remove: () => this.show({ search: "" }),
      },
      siteId && { words: siteId, remove: () => this.show({ siteId: null }) },
    ].filter(Boolean);
  }

  get zone() {
    zone.ofSite(this.site?.zone);
    return zone.name;
  }

  /**
   * Whether a shipment passes the filter of a name, apart from the search.
   * @param {Api.Shipment} shipment
   * @param {string} filter
   * @param {number} now
   */
  passes(shipment, filter, now) {
    if (this.siteId && shipment.site?.site_id !== this.siteId) return false;
    if (filter === "all") return true;
    if (filter === "risk") return bayOf(shipment) === "needs_action";
    if (filter === "customs") return shipment.phase?.code === "at_customs";
    if (filter === "overdue") return !isOver(shipment) && isOverdue(shipment);
    const until = instant(shipment.phase?.until);
    return shipment.phase?.code === "in_flight" && until !== null && until - now < 3 * HOUR;
  }

  /**
   * Whether a shipment is found by the search; width and case do not matter.
   * @param {Api.Shipment} shipment
   */
  found(shipment) {
    if (!this.search) return true;
    const wanted = folded(this.search);
    const flights = (shipment.legs ?? []).map((leg) => leg.carrier_number ?? "");
    const words = [shipment.reference, shipment.product, shipment.consignee ?? "", ...flights];
    return [...words, ...shipment.boxes].some((word) => folded(word).includes(wanted));
  }

  #read() {
    const wishes = new URLSearchParams(location.search);
    this.selected = this.#pinned ?? wishes.get("s");
    this.filter = FILTERS.find((one) => one === wishes.get("f")) ?? "all";
    this.search = wishes.get("q") ?? "";
    this.siteId = wishes.get("site");
  }

  /**
   * @param {boolean} push
   * @param {string | null} [close] The stretch of the curve that is looked at: of this shipment only.
   */
  #write(push, close) {
    const wishes = new URLSearchParams(isWall ? "wall" : "");
    if (this.siteId) wishes.set("site", this.siteId);
    if (this.filter !== "all") wishes.set("f", this.filter);
    if (this.search) wishes.set("q", this.search);
    if (this.selected) wishes.set("s", this.selected);
    if (close) wishes.set("trace", close);
    const address = wishes.size ? `?${wishes}` : location.pathname;
    history[push ? "pushState" : "replaceState"](null, "", address);
  }
}

/** @param {string} text */
const folded = (text) => text.normalize("NFKC").toLowerCase().trim();

export const board = new Board();
