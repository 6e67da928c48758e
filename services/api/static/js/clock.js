// Server time in the browser, measured from heartbeats; it runs at the server's rate.
const ticks = new EventTarget();
let anchor = { server: Date.now(), local: performance.now() };
let rate = 1;
let measured = false;

/**
 * Take a server time as of now.
 * @param {number} ms
 */
export function setServerTime(ms, clockRate = 1) {
  anchor = { server: ms, local: performance.now() };
  rate = clockRate || 1;
  measured = true;
}

/** Milliseconds UTC on the server's clock. */
export function serverNow() {
  return anchor.server + (performance.now() - anchor.local) * rate;
}

export const clockRate = () => rate;
export const isMeasured = () => measured;

/**
 * Call back once a second of wall time with the server's time.
 * @param {(now: number) => void} callback
 */
export function onTick(callback) {
  ticks.addEventListener("tick", () => callback(serverNow()));
}

setInterval(() => ticks.dispatchEvent(new Event("tick")), 1000);
