// The live board: starts its parts, chooses what is shown first, and switches panes when narrow.
import { get } from "./api.js";
import { find } from "./dom.js";
import "./strip-list.js";
import "./alarm-bar.js";
import { board } from "./board.js";
import { startLiveBar } from "./live-bar.js";
import { bindLiveKeys } from "./live-keys.js";
import { startShell } from "./shell.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import { vendored } from "./vendored.js";
import { isWall, startWall } from "./wall.js";

const PANES = ["list", "map", "detail"];
const NARROW = matchMedia("(max-width: 1199px)");

/** @param {string} pane */
function showPane(pane) {
  document.body.dataset.pane = pane;
  for (const name of PANES) {
    find(`[data-pane-button=${name}]`).setAttribute("aria-pressed", String(name === pane));
  }
}

function startPanes() {
  showPane(board.selected && NARROW.matches ? "detail" : "list");
  for (const name of PANES) {
    find(`[data-pane-button=${name}]`).addEventListener("click", () => showPane(name));
  }
  board.addEventListener("select", () => {
    if (board.selected && NARROW.matches) showPane("detail");
  });
}

/** Whether the shipment that the address names was looked for, or none has to be. */
let sought = !board.selected;
let seeking = false;

/** What the address names may not be on the board: it is too new, or has left it. */
async function seek() {
  sought = seeking = true;
  const query = `/shipments?q=${encodeURIComponent(board.selected ?? "")}`;
  const { items } = await get(query).catch(() => ({ items: [] }));
  seeking = false;
  store.visitor = items.find((/** @type {Api.Shipment} */ { reference }) => reference === board.selected) ?? null;
  if (store.visitor) board.dispatchEvent(new Event("select"));
  else chooseFirst();
}

/** On a wide screen something is always chosen: what the address names, else the one to inspect first. */
function chooseFirst() {
  if (board.shipment || isWall) return;
  if (!sought) return void seek();
  if (NARROW.matches || seeking) return;
  const [first] = /** @type {import("./strip-list.js").StripList} */ (find("strip-list")).references;
  if (first) board.select(first, { push: false });
}

async function bringMap() {
  await Promise.all(["leaflet/leaflet", "topojson/topojson-client"].map(vendored));
  await import("./live-map.js");
}

async function bringCurve() {
  await vendored("uplot/uplot");
  await import("./trace-chart.js");
}

/** Map, curve and facts come behind the rows: those are what somebody opens the page for. */
function bringRest() {
  const rest = () => {
    const parts = [import("./detail-facts.js"), import("./slot-list.js"), bringCurve(), bringMap()];
    // The server went while the page was loaded: the page begins again with it.
    const again = () => stream.addEventListener("heartbeat", () => location.reload(), { once: true });
    Promise.all(parts).catch(again);
  };
  // A hidden tab draws no frames.
  if (document.hidden) setTimeout(rest);
  else requestAnimationFrame(() => requestAnimationFrame(rest));
}

startWall();
startLiveBar();
startPanes();
if (!isWall) bindLiveKeys();
const list = find("strip-list");
list.addEventListener("arranged", chooseFirst);
list.addEventListener("arranged", bringRest, { once: true });
startShell({ follows: ["shipments", "appointments", "sites"] });
