// What this tab hears of the server, through the worker that all tabs share; staleness is judged here.
import { onTick, setServerTime } from "./clock.js";
import { Connection, KINDS } from "./connection.js";
import { store } from "./store.js";
import { failed, worker } from "./stream-port.js";

const STALE_AFTER_MS = 15_000;
const LOST_AFTER_MS = 30_000;

class Stream extends EventTarget {
  /** "connecting" until the first snapshot, then "live", "reconnecting" or "lost". */
  state = "connecting";
  /** @type {any} */
  heartbeat = null;
  /** The build of the server that answers now. @type {string | null} */
  build = null;
  /** @type {number | null} */
  lastHeardAt = null;
  /** @type {number | null} */
  asOf = null;
  /** @type {number | null} */
  nextTryAt = null;
  #failed = false;
  /** Of a snapshot that is on its way. @type {{name: string, objects: any[]}[]} */
  #parts = [];
  #startedAt = performance.now();
  #retry = () => {};

  /**
   * Follow objects of these kinds: shipments, alarms, appointments, sites.
   * @param {string[]} follows
   */
  start(follows) {
    /**
     * @param {string} event
     * @param {any} data
     * @param {number} [age]
     */
    const hear = (event, data, age) => this.#hear(event, data, age);
    this.#retry = worker ? throughWorker(worker, follows, hear) : alone(hear);
    onTick(() => this.#judge());
  }

  /** Try at once, because a person asked. */
  retryNow() {
    this.nextTryAt = null;
    this.#retry();
  }

  /** How long ago the server was last heard, in milliseconds of wall time. */
  silentFor() {
    return performance.now() - (this.lastHeardAt ?? this.#startedAt);
  }

  /**
   * @param {string} event
   * @param {any} data
   */
  #hear(event, data, age = 0) {
    if (event === "failed") return this.#fail(data);
    if (event === "part") return this.#parts.push(data);
    this.nextTryAt = null;
    this.#failed = false;
    if (event === "gone") return store.drop(KINDS[data.type] ?? data.type, data.id);
    if (KINDS[event]) return store.take(KINDS[event], data);
    this.#heard(data, age);
    if (event === "snapshot") store.takeSnapshot(this.#whole(data));
    else this.heartbeat = data;
    this.#judge();
    return event === "heartbeat" && this.dispatchEvent(new Event("heartbeat"));
  }

  /**
   * A snapshot with its parts, which came before it.
   * @param {any} snapshot
   */
  #whole(snapshot) {
    for (const { name, objects } of this.#parts.reverse()) snapshot[name] = [...objects, ...snapshot[name]];
    this.#parts = [];
    return snapshot;
  }

  /**
   * @param {any} data
   * @param {number} age
   */
  #heard(data, age) {
    const rate = data.clock_rate ?? 1;
    this.lastHeardAt = performance.now() - age;
    this.asOf = Date.parse(data.server_time);
    this.build = data.build ?? this.build;
    setServerTime(this.asOf + age * rate, rate);
  }

  /** @param {number} pause */
  #fail(pause) {
    this.nextTryAt = performance.now() + pause;
    this.#failed = true;
    this.#judge();
    this.dispatchEvent(new Event("failed"));
  }

  #judge() {
    const silent = this.silentFor();
    let state = "live";
    if (silent > LOST_AFTER_MS) state = "lost";
    else if (silent > STALE_AFTER_MS) state = "reconnecting";
    else if (!store.ready) state = this.#failed ? "reconnecting" : "connecting";
    const changed = state !== this.state;
    this.state = state;
    if (changed || state !== "live") this.dispatchEvent(new Event("link"));
  }
}

/**
 * @param {SharedWorker} worker
 * @param {string[]} follows
 * @param {(event: string, data: any, age?: number) => any} hear
 */
function throughWorker({ port }, follows, hear) {
  const hello = () => port.postMessage({ kind: "hello", follows });
  let retry = () => port.postMessage({ kind: "retry" });
  failed.then(() => {
    retry = alone(hear);
  });
  port.onmessage = ({ data: [event, body, age] }) => hear(event, body, age);
  hello();
  addEventListener("pagehide", () => port.postMessage({ kind: "bye" }));
  addEventListener("pageshow", (event) => {
    if (event.persisted) hello();
  });
  return () => retry();
}

/** @param {(event: string, data: any, age?: number) => any} hear */
function alone(hear) {
  const connection = new Connection(hear);
  connection.connect();
  return () => connection.connect();
}

export const stream = new Stream();
