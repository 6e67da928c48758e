// One connection to the server's stream: opens it, gives up on a silent one, tries again later.
const ADDRESS = "/api/v1/stream";
const PAUSES_MS = [1_000, 3_000, 6_000, 12_000, 24_000, 30_000];
const SILENT_MS = 30_000;

/**
 * What the stream tells, and under which name objects of a kind are kept.
 * @type {Record<string, "shipments" | "alarms" | "appointments" | "sites">}
 */
export const KINDS = { shipment: "shipments", alarm: "alarms", appointment: "appointments", site: "sites" };
const EVENTS = ["snapshot", "heartbeat", "gone", ...Object.keys(KINDS)];

export class Connection {
  #tell;
  /** @type {EventSource | null} */
  #source = null;
  #attempt = 0;
  /** @type {number | undefined} */
  #timer;
  #aliveAt = 0;

  /**
   * @param {(event: string, data: any) => void} tell Called with each event of the stream, whose data are its own, and
   *   with "failed" and the milliseconds until the next try.
   */
  constructor(tell) {
    this.#tell = tell;
    setInterval(() => this.#watch(), 1_000);
  }

  /** Connect now: the first time, or because a person asked. */
  connect() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#aliveAt = performance.now();
    const source = new EventSource(ADDRESS);
    this.#source = source;
    source.onerror = () => this.#fail(source);
    for (const event of EVENTS) {
      source.addEventListener(event, (message) => {
        if (source === this.#source) this.#hear(event, JSON.parse(message.data));
      });
    }
  }

  /**
   * @param {string} event
   * @param {any} data
   */
  #hear(event, data) {
    if (event === "snapshot") this.#attempt = 0;
    if (event === "snapshot" || event === "heartbeat") this.#aliveAt = performance.now();
    this.#tell(event, data);
  }

  /** @param {EventSource} source */
  #fail(source) {
    if (source !== this.#source) return;
    source.close();
    this.#source = null;
    const pause = PAUSES_MS[Math.min(this.#attempt, PAUSES_MS.length - 1)];
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.connect(), pause);
    this.#tell("failed", pause);
  }

  /** A connection that neither ends nor says anything is given up. */
  #watch() {
    if (this.#source && performance.now() - this.#aliveAt > SILENT_MS) this.#fail(this.#source);
  }
}
