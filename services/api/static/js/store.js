// Everything the stream has told, by kind and identifier; tells listeners what changed.
/** @typedef {"shipments" | "alarms" | "appointments" | "sites"} Kind */

class Store extends EventTarget {
  /** @type {Map<string, Api.Shipment>} */
  shipments = new Map();
  /** @type {Map<string, Api.Alarm>} */
  alarms = new Map();
  /** @type {Map<string, Api.Appointment>} */
  appointments = new Map();
  /** @type {Map<string, Api.Site>} */
  sites = new Map();
  /** A shipment that left the board but is looked at again, because an alarm of it is open. @type {Api.Shipment | null} */
  visitor = null;
  ready = false;
  /** Reference → identifier; by shipment, its alarms: made when first asked for after a change. */
  #references = new Map();
  /** @type {Map<string | null, Api.Alarm[]> | null} */
  #alarmsOf = null;
  /** What came of shipments while the page stands still: whole objects, null for one that left. @type {Map<string, Api.Shipment | null> | null} */
  #held = null;
  #waiting = new Map();
  #scheduled = false;

  /**
   * Replace everything.
   * @param {any} snapshot
   */
  takeSnapshot(snapshot) {
    if (this.paused) this.#holdAll(snapshot.shipments ?? []);
    else this.#replace("shipments", snapshot.shipments, "id");
    this.#replace("alarms", snapshot.alarms, "id");
    this.#replace("appointments", snapshot.appointments, "id");
    this.#replace("sites", snapshot.sites, "site_id");
    this.ready = true;
    this.#waiting.clear();
    // What stands still is not written anew by a snapshot either; alarms are.
    if (this.paused) this.#tellNow();
    else this.#renew();
  }

  #tellNow() {
    this.dispatchEvent(new CustomEvent("alarms", { detail: new Set(this.alarms.keys()) }));
    this.dispatchEvent(new CustomEvent("held", { detail: new Set(this.#held?.keys()) }));
  }

  #renew() {
    this.#references = new Map([...this.shipments.values()].map(({ reference, id }) => [reference, id]));
    this.dispatchEvent(new CustomEvent("snapshot"));
  }

  /** @param {Api.Shipment[]} shipments */
  #holdAll(shipments) {
    const held = new Map();
    for (const id of this.shipments.keys()) held.set(id, null);
    for (const shipment of shipments) held.set(shipment.id, shipment);
    this.#held = held;
  }

  /**
   * Take one whole object; an older revision than the one here is ignored.
   * @param {Kind} kind
   * @param {any} object
   */
  take(kind, object) {
    const key = kind === "sites" ? object.site_id : object.id;
    const known = kind === "shipments" ? this.newest(key) : this[kind].get(key);
    if (known && known.revision > object.revision) return;
    if (kind === "shipments" && this.paused) {
      this.#hold(key, object);
      return;
    }
    this[kind].set(key, object);
    if (kind === "shipments") this.#references.set(object.reference, key);
    this.#tell(kind, key);
  }

  /**
   * Drop an object that has left the set.
   * @param {Kind} kind
   * @param {string} key
   */
  drop(kind, key) {
    if (kind === "shipments" && this.paused) this.#hold(key, null);
    else if (this[kind].delete(key)) this.#tell(kind, key);
  }

  /**
   * Whoever acts on a shipment is told even so.
   * @param {string} key
   * @param {Api.Shipment | null} shipment
   */
  #hold(key, shipment) {
    this.#held?.set(key, shipment);
    this.#tell("held", key);
  }

  get paused() {
    return this.#held !== null;
  }

  /**
   * Hold shipments, and with them list, map and chart, still, whatever redraws them; or let them catch up.
   * Alarms are never held.
   * @param {boolean} paused
   */
  setPaused(paused) {
    if (paused === this.paused) return;
    this.#alarmsOf = paused ? this.#groupAlarms() : null;
    const came = this.#held;
    this.#held = paused ? new Map() : null;
    this.dispatchEvent(new CustomEvent("paused"));
    if (came) this.#catchUp(came);
  }

  /** @param {Map<string, Api.Shipment | null>} came */
  #catchUp(came) {
    for (const [id, shipment] of came) {
      if (shipment) this.shipments.set(id, shipment);
      else this.shipments.delete(id);
    }
    this.#renew();
  }

  /**
   * A shipment as it was told last, also while the page stands still: alarms and bookings are of what is now.
   * @param {string | null} [id]
   */
  newest(id) {
    const key = id ?? "";
    return this.#held?.has(key) ? this.#held.get(key) : this.shipments.get(key);
  }

  /** @param {string} reference */
  byReference(reference) {
    const found = this.shipments.get(this.#references.get(reference));
    if (found) return found;
    return this.visitor?.reference === reference ? this.visitor : null;
  }

  /**
   * The alarms of a shipment: ten thousand rows ask for theirs.
   * @param {string} id
   */
  alarmsOf(id) {
    const alarms = this.#alarmsOf ?? this.#groupAlarms();
    this.#alarmsOf = alarms;
    return alarms.get(id) ?? [];
  }

  #groupAlarms() {
    return Map.groupBy(this.alarms.values(), (alarm) => alarm.shipment_id);
  }

  /**
   * @param {Kind} kind
   * @param {any[]} objects
   * @param {string} key
   */
  #replace(kind, objects, key) {
    if (kind === "alarms" && !this.paused) this.#alarmsOf = null;
    this[kind] = new Map((objects ?? []).map((object) => [object[key], object]));
  }

  /**
   * @param {Kind | "held"} kind
   * @param {string} key
   */
  #tell(kind, key) {
    if (kind === "alarms" && !this.paused) this.#alarmsOf = null;
    if (!this.#waiting.has(kind)) this.#waiting.set(kind, new Set());
    this.#waiting.get(kind).add(key);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // A hidden tab draws no frames, and its alarms must still be told.
    if (document.hidden) setTimeout(() => this.#flush(), 100);
    else requestAnimationFrame(() => this.#flush());
  }

  #flush() {
    this.#scheduled = false;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [kind, keys] of waiting) {
      this.dispatchEvent(new CustomEvent(kind, { detail: keys }));
    }
  }
}

export const store = new Store();
