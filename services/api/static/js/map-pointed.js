// Linked cursors: the place of the instant that is pointed at on the curve, and the instant of the place pointed at here.
import { board } from "./board.js";
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { clockTimeWithDay } from "./format.js";
import { t } from "./i18n.js";
import { placeOf } from "./map-places.js";
import { pointed } from "./pointed.js";
import { spotAt, timeAt } from "./way-times.js";

const { L } = window;
/** Nearer to the line than this, somebody points at it. */
const NEAR_PX = 14;

const chosenPlace = () => (board.shipment ? placeOf(board.shipment) : null);

/**
 * How far along the line the pointer is, as an index of its points; null when it is elsewhere.
 * @param {{x: number, y: number}[]} line
 * @param {{x: number, y: number}} pointer
 */
function indexNear(line, pointer) {
  let [least, found] = [NEAR_PX, /** @type {number | null} */ (null)];
  for (let n = 0; n + 1 < line.length; n += 1) {
    const [a, b] = [line[n], line[n + 1]];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const along = ((pointer.x - a.x) * dx + (pointer.y - a.y) * dy) / (dx * dx + dy * dy || 1);
    const share = Math.min(1, Math.max(0, along));
    const far = Math.hypot(a.x + share * dx - pointer.x, a.y + share * dy - pointer.y);
    if (far < least) [least, found] = [far, n + share];
  }
  return found;
}

/** @param {Leaflet.Map} map */
export function linkCursors(map) {
  const layer = L.layerGroup().addTo(map);
  const draw = () => {
    layer.clearLayers();
    const { at } = pointed;
    const place = chosenPlace();
    const spot = at !== null && place && spotAt(place, at);
    if (!spot) return;
    const time = clockTimeWithDay(at, serverNow(), board.zone);
    const html = h("div", { class: "pointed" }, h("i", {}), h("span", { class: "num" }, t("live.pointed", { time })));
    const icon = L.divIcon({ className: "pin-box", html, iconSize: null });
    layer.addLayer(L.marker(spot, { icon, interactive: false, keyboard: false, zIndexOffset: 1000 }));
  };
  pointed.addEventListener("change", draw);
  board.addEventListener("select", draw);
  map.on("mousemove", ({ containerPoint }) => {
    const place = chosenPlace();
    if (!place) return;
    const line = place.line.map((one) => map.latLngToContainerPoint(one));
    const index = indexNear(line, containerPoint);
    if (index !== null || pointed.by === "map") pointed.point(index === null ? null : timeAt(place, index), "map");
  });
  const box = map.getContainer();
  const leave = () => {
    if (pointed.by === "map") pointed.point(null, "map");
  };
  // Leaflet tells nothing of who leaves its canvas, nor the browser of a mark that was drawn anew under the pointer.
  box.addEventListener("mouseleave", leave);
  addEventListener("pointerover", ({ target }) => {
    if (!box.contains(/** @type {Node} */ (target))) leave();
  });
}
