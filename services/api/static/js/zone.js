// The zone in which a page shows its times: that of the site, UTC, or that of this computer.
const CHOICE = "zone_choice";
const SITE = "zone_site";
const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const ZONE_CHOICES = ["site", "utc", "own"];

class Zone extends EventTarget {
  #choice = localStorage.getItem(CHOICE) ?? "site";
  #site = localStorage.getItem(SITE);

  get choice() {
    return this.#choice;
  }

  /** The zone to show times in. */
  get name() {
    if (this.#choice === "utc") return "UTC";
    return this.#choice === "own" ? HERE : (this.#site ?? HERE);
  }

  /** @param {string} choice */
  choose(choice) {
    this.#choice = ZONE_CHOICES.includes(choice) ? choice : "site";
    localStorage.setItem(CHOICE, this.#choice);
    this.again();
  }

  /** Whatever stands on the page is written anew. */
  again() {
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Before anybody has looked at a site, times are those of one that there is, not of this computer.
   * @param {string | undefined} zone
   */
  beginAt(zone) {
    if (!zone || this.#site !== null) return;
    this.ofSite(zone);
    this.again();
  }

  /**
   * Remember the site's zone; pages that show no site of their own use it, too.
   * @param {string | undefined} zone
   */
  ofSite(zone) {
    if (!zone || zone === this.#site) return;
    this.#site = zone;
    localStorage.setItem(SITE, zone);
  }
}

export const zone = new Zone();
