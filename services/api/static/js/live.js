// The live board: starts its parts, chooses what is shown first, and switches panes when narrow.
import "./strip-list.js";
import "./alarm-bar.js";
import { board } from "./board.js";
import { startLiveBar } from "./live-bar.js";
import { bindLiveKeys } from "./live-keys.js";
import { startShell } from "./shell.js";
import { store } from "./store.js";
import { isWall, startWall } from "./wall.js";

const PANES = ["list", "map", "detail"];
const NARROW = matchMedia("(max-width: 1199px)");

function showPane(pane) {
  document.body.dataset.pane = pane;
  for (const name of PANES) {
    document.querySelector(`[data-pane-button=${name}]`).setAttribute("aria-pressed", String(name === pane));
  }
}

function startPanes() {
  showPane(board.selected && NARROW.matches ? "detail" : "list");
  for (const name of PANES) {
    document.querySelector(`[data-pane-button=${name}]`).addEventListener("click", () => showPane(name));
  }
  board.addEventListener("select", () => {
    if (board.selected && NARROW.matches) showPane("detail");
  });
}

/** On a wide screen something is always chosen: the one to inspect first. */
function chooseFirst() {
  if (board.shipment || NARROW.matches || isWall) return;
  const [first] = /** @type {import("./strip-list.js").StripList} */ (document.querySelector("strip-list")).references;
  if (first) board.select(first, { push: false });
}

/** Map, curve and facts come behind the rows: those are what somebody opens the page for. */
function bringRest() {
  const rest = () => import("./live-rest.js");
  // A hidden tab draws no frames.
  if (document.hidden) setTimeout(rest);
  else requestAnimationFrame(() => requestAnimationFrame(rest));
}

startWall();
startLiveBar();
startPanes();
if (!isWall) bindLiveKeys();
store.addEventListener("snapshot", chooseFirst);
store.addEventListener("snapshot", bringRest, { once: true });
store.addEventListener("shipments", chooseFirst);
startShell({ follows: ["shipments", "appointments", "sites"] });
