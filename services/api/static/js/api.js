// Requests to the server; a failure is an error that can be shown as it is.

/** What the server said was wrong, as problem+json, or that it said nothing. */
export class RequestError extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
    this.title = problem.title ?? "";
    this.remedy = problem.remedy ?? "";
    this.parts = problem.errors ?? [];
  }
}

async function request(method, path, body, headers = {}) {
  const options = { method, headers: { Accept: "application/json", ...headers } };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(`/api/v1${path}`, options);
  } catch {
    throw new RequestError(0, {});
  }
  const text = await response.text();
  const answer = text ? parsed(text) : {};
  // A wrong key that somebody typed for one request says nothing about who is signed in.
  if (response.status === 401 && !headers.Authorization) dispatchEvent(new Event("signedout"));
  if (!response.ok) throw new RequestError(response.status, answer);
  return answer;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

export const get = (path) => request("GET", path);

/** A key nobody else has; crypto.randomUUID exists on secure origins only. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Post with a key that makes a repeated request the same request. */
export const post = (path, body, key = newKey(), headers = {}) =>
  request("POST", path, body, { "Idempotency-Key": key, ...headers });
