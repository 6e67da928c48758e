// Requests to the server; a failure is an error that can be shown as it is.
import { t } from "./i18n.js";
import { tokenCookie } from "./page.js";

/** Of a request that was not sent, because the link is lost. */
const HELD = -1;
/** What is about who is here, not about what the page shows. */
const ALWAYS = new Set(["/me/stay", "/sign-out"]);

/** What the server said was wrong, as problem+json, or that it said nothing. */
export class RequestError extends Error {
  /**
   * @param {number} status
   * @param {Partial<Api.Problem>} problem
   * @param {string | null} retryAfter
   */
  constructor(status, problem, retryAfter = null) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
    this.title = problem.title ?? "";
    this.remedy = problem.remedy ?? "";
    this.parts = problem.errors ?? [];
    this.retryAfter = retryAfter;
    /** The request's number, as the server's log has it; "" when nobody answered. */
    this.number = (problem.instance ?? "").replace("urn:uuid:", "");
  }

  /** What was wrong and what to do, as sentences. */
  get words() {
    return sentences(this.message, this.remedy);
  }
}

/**
 * The server's words, which have neither a capital nor a full stop, as sentences for people.
 * @param {...string} parts
 */
export function sentences(...parts) {
  return parts
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => part[0].toUpperCase() + part.slice(1) + (/[.!?。！？]$/.test(part) ? "" : "."))
    .join(" ");
}

/** @type {Promise<boolean> | null} */
let proving = null;
/** As many as the server gives at once. */
const PART = 500;
const TYPED = new Set(["password", "code", "token", "credential"]);

/** What only a page of ours can read: it goes with every request of a session. @returns {Record<string, string>} */
function token() {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${tokenCookie}=`));
  return found ? { "X-Coldlane-Token": found.slice(tokenCookie.length + 1) } : {};
}

/**
 * @param {string} method
 * @param {string} path
 * @param {any} [body] A file, or what becomes JSON.
 * @param {Record<string, string>} headers
 * @param {AbortSignal} [signal]
 */
async function request(method, path, body, headers = {}, signal = undefined) {
  if (method !== "GET" && document.body.dataset.link === "lost" && !ALWAYS.has(path))
    throw new RequestError(HELD, { detail: t("shell.asleep") });
  /** @type {RequestInit & {headers: Record<string, string>}} */
  const options = { method, signal, headers: { Accept: "application/json", ...token(), ...headers } };
  if (body instanceof Blob) {
    options.body = body;
    options.headers["Content-Type"] = body.type;
  } else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  let text;
  try {
    response = await fetch(`/api/v1${path}`, options);
    text = await response.text();
  } catch {
    throw new RequestError(0, {});
  }
  const answer = text ? parsed(text) : {};
  if (response.ok) return answer;
  // A signature needs a fresh proof of who signs: it is asked for here, for every page alike.
  if (answer.errors?.[0]?.pointer === "confirmation" && !proving) {
    proving = import("./proving.js")
      .then(({ asked }) => asked())
      .finally(() => {
        proving = null;
      });
    if (await proving) return request(method, path, body, headers);
  }
  // A wrong key or password that somebody typed just now says nothing about who is signed in.
  const typed = headers.Authorization || TYPED.has(answer.errors?.[0]?.pointer);
  if (response.status === 401 && !typed) dispatchEvent(new Event("signedout"));
  throw new RequestError(response.status, answer, response.headers.get("Retry-After"));
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/**
 * @param {string} path
 * @param {AbortSignal} [signal] When to give up waiting.
 */
export const get = (path, signal) => request("GET", path, undefined, {}, signal);

/**
 * All that a list holds, part after part.
 * @param {string} path With a query.
 * @returns {Promise<any[]>}
 */
export async function every(path) {
  const items = [];
  for (let cursor = /** @type {string | null} */ (""); cursor !== null; ) {
    const page = await get(`${path}&limit=${PART}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}

/**
 * @param {string} path
 * @param {object} body
 */
export const patch = (path, body, headers = {}) => request("PATCH", path, body, headers);
/**
 * @param {string} path
 * @param {object} body
 * @param {Record<string, string>} [headers]
 */
export const put = (path, body, headers = {}) => request("PUT", path, body, headers);

/** A key nobody else has; crypto.randomUUID exists on secure origins only. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Post with a key that makes a repeated request the same request.
 * @param {string} path
 * @param {object} body
 */
export const post = (path, body, key = newKey(), headers = {}) =>
  request("POST", path, body, { "Idempotency-Key": key, ...headers });

/**
 * Post a file as it is.
 * @param {string} path
 * @param {Blob} file
 */
export const postFile = (path, file, key = newKey()) => request("POST", path, file, { "Idempotency-Key": key });
