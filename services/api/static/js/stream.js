// The one connection to the server: own backoff, and staleness judged from heartbeats alone.
import { onTick, setServerTime } from "./clock.js";
import { store } from "./store.js";

const ADDRESS = "/api/v1/stream";
const PAUSES_S = [1, 3, 6, 12, 24, 30];
const STALE_AFTER_MS = 15_000;
const LOST_AFTER_MS = 30_000;
const KINDS = { shipment: "shipments", alarm: "alarms", appointment: "appointments", site: "sites" };

class Stream extends EventTarget {
  /** "connecting" until the first snapshot, then "live", "reconnecting" or "lost". */
  state = "connecting";
  heartbeat = null;
  lastHeardAt = null;
  asOf = null;
  nextTryAt = null;
  #source = null;
  #attempt = 0;
  #openedAt = 0;
  #timer = null;
  #startedAt = performance.now();

  start() {
    this.#connect();
    onTick(() => this.#judge());
  }

  /** Try at once, because a person asked. */
  retryNow() {
    clearTimeout(this.#timer);
    this.#connect();
  }

  /** How long ago the server was last heard, in milliseconds of wall time. */
  silentFor() {
    return performance.now() - (this.lastHeardAt ?? this.#startedAt);
  }

  #openFor() {
    return performance.now() - this.#openedAt;
  }

  #connect() {
    this.#openedAt = performance.now();
    this.#source?.close();
    this.nextTryAt = null;
    const source = new EventSource(ADDRESS);
    this.#source = source;
    source.onerror = () => this.#fail(source);
    this.#listen(source, "snapshot", (data) => this.#onSnapshot(data));
    this.#listen(source, "heartbeat", (data) => this.#onHeartbeat(data));
    this.#listen(source, "gone", (data) => store.drop(KINDS[data.type] ?? data.type, data.id));
    for (const [event, kind] of Object.entries(KINDS)) {
      this.#listen(source, event, (data) => store.take(kind, data));
    }
  }

  #listen(source, event, handle) {
    source.addEventListener(event, (message) => {
      if (source === this.#source) handle(JSON.parse(message.data));
    });
  }

  #onSnapshot(data) {
    this.#attempt = 0;
    this.#heard(data);
    store.takeSnapshot(data);
    this.#judge();
  }

  #onHeartbeat(data) {
    this.heartbeat = data;
    this.#heard(data);
    this.#judge();
    this.dispatchEvent(new Event("heartbeat"));
  }

  #heard(data) {
    this.lastHeardAt = performance.now();
    this.asOf = Date.parse(data.server_time);
    setServerTime(this.asOf, data.clock_rate ?? 1);
  }

  #fail(source) {
    if (source !== this.#source) return;
    source.close();
    const pause = PAUSES_S[Math.min(this.#attempt, PAUSES_S.length - 1)] * 1000;
    this.#attempt += 1;
    this.nextTryAt = performance.now() + pause;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), pause);
    this.#judge();
  }

  #judge() {
    const silent = this.silentFor();
    // A connection that neither ends nor says anything is given up.
    if (silent > LOST_AFTER_MS && this.nextTryAt === null && this.#openFor() > LOST_AFTER_MS) {
      this.#fail(this.#source);
      return;
    }
    let state = "live";
    if (silent > LOST_AFTER_MS) state = "lost";
    else if (silent > STALE_AFTER_MS) state = "reconnecting";
    else if (!store.ready) state = this.#attempt > 0 ? "reconnecting" : "connecting";
    const changed = state !== this.state;
    this.state = state;
    if (changed || state !== "live") this.dispatchEvent(new Event("link"));
  }
}

export const stream = new Stream();
