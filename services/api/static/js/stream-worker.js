// Shared by all tabs of a browser: one connection, the board as it stands, and a port to each tab.
import { Connection, KINDS } from "./connection.js";

const NAMES = Object.values(KINDS);
/** @type {Record<string, string>} */
const KEYS = { sites: "site_id" };
const PART = 250;
/**
 * @param {string} name
 * @param {any} object
 */
const keyOf = (name, object) => object[KEYS[name] ?? "id"];

/** Port of a tab → the kinds of objects it follows. */
const tabs = new Map();
const kept = new Map(NAMES.map((name) => [name, new Map()]));
/** @type {{server_time: string, clock_rate: number, build: string} | null} */
let head = null;
let heardAt = 0;
/** @type {number | null} */
let nextTryAt = null;

const connection = new Connection((event, data) => {
  if (event === "failed") nextTryAt = performance.now() + data;
  else nextTryAt = null;
  if (event === "snapshot") keepAll(data);
  if (event === "snapshot" || event === "heartbeat") keepHead(data);
  if (event === "gone") kept.get(KINDS[data.type] ?? data.type)?.delete(data.id);
  if (KINDS[event]) kept.get(KINDS[event])?.set(keyOf(KINDS[event], data), data);
  for (const [port, follows] of tabs) send(port, follows, event, data);
});

/** @param {any} snapshot */
function keepAll(snapshot) {
  for (const name of NAMES) {
    kept.set(name, new Map((snapshot[name] ?? []).map((/** @type {any} */ object) => [keyOf(name, object), object])));
  }
}

/** @param {{server_time: string, clock_rate: number, build: string}} told */
function keepHead({ server_time, clock_rate, build }) {
  head = { server_time, clock_rate, build };
  heardAt = performance.now();
}

/**
 * @param {MessagePort} port
 * @param {Set<string>} follows
 * @param {string} event
 * @param {any} data
 */
function send(port, follows, event, data) {
  if (event === "snapshot") sendSnapshot(port, follows, 0);
  else if (!KINDS[event] || follows.has(KINDS[event])) port.postMessage([event, data, 0]);
}

/**
 * What is known, thousands of objects in parts: a tab takes each of them between two frames.
 * @param {MessagePort} port
 * @param {Set<string>} follows
 * @param {number} age
 */
function sendSnapshot(port, follows, age) {
  /** @type {Record<string, any[]>} */
  const rest = {};
  for (const name of NAMES) {
    rest[name] = follows.has(name) ? [...(kept.get(name)?.values() ?? [])] : [];
    while (rest[name].length > PART) port.postMessage(["part", { name, objects: rest[name].splice(0, PART) }, age]);
  }
  port.postMessage(["snapshot", { ...head, ...rest }, age]);
}

/**
 * A tab that comes later gets what is known, with its age: it must not look newer than it is.
 * @param {MessagePort} port
 * @param {string[]} follows
 */
function welcome(port, follows) {
  tabs.set(port, new Set(follows));
  if (head) sendSnapshot(port, tabs.get(port), performance.now() - heardAt);
  if (nextTryAt !== null) port.postMessage(["failed", nextTryAt - performance.now(), 0]);
}

addEventListener("connect", (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  port.onmessage = ({ data }) => {
    if (data.kind === "hello") welcome(port, data.follows);
    else if (data.kind === "bye") tabs.delete(port);
    else if (data.kind === "retry") connection.connect();
  };
});
connection.connect();
