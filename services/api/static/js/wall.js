// The board on a wall: no controls, larger type, what needs action and watching, turned by itself.
import { onTick } from "./clock.js";
import { find } from "./dom.js";

const HIDE_CURSOR_MS = 5_000;
const TURN_MS = 20_000;
const ROWS = 12;

/** Whether this page hangs on a wall: /live?wall. */
export const isWall = new URLSearchParams(location.search).get("wall") !== null;

export function startWall() {
  if (!isWall) return;
  document.body.classList.add("wall");
  let movedAt = performance.now();
  let turnedAt = movedAt;
  addEventListener("pointermove", () => {
    movedAt = performance.now();
    document.body.classList.remove("no-cursor");
  });
  onTick(() => {
    const now = performance.now();
    document.body.classList.toggle("no-cursor", now - movedAt > HIDE_CURSOR_MS);
    if (now - turnedAt < TURN_MS) return;
    turnedAt = now;
    turn();
  });
}

/** The next twelve, and from the end back to the first; nothing moves while all fit. */
function turn() {
  const list = find(".strips");
  const [first] = list.querySelectorAll(".strip");
  const urgent = /** @type {import("./strip-list.js").StripList} */ (find("strip-list")).count("needs_action");
  if (urgent <= ROWS) return list.scrollTo({ top: 0 });
  const next = list.scrollTop + ROWS * first.offsetHeight;
  return list.scrollTo({ top: next >= list.scrollHeight - first.offsetHeight ? 0 : next });
}
