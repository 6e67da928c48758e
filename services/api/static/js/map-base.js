// The ground of the map: coast only, no borders and no names, drawn once on its own canvas.
import { token } from "./dom.js";
import { MIDDLE, near } from "./great-circle.js";
import { staticRoot } from "./page.js";
import { stream } from "./stream.js";
import { t } from "./i18n.js";

/**
 * What is drawn below everything, and which file of the land.
 * @typedef {{renderer: Leaflet.Renderer, layers: {layer: Leaflet.Layer, fill?: string, color?: string}[], land?: string}} Ground
 */

const { L, topojson } = window;
const TURNS = [-360, 0, 360];
const SOUTHERN_END = -60;
/** From here on the coarse coast shows its corners, and the fine one is worth its 170 KiB. */
const FINE_FROM_ZOOM = 4;

/**
 * A Leaflet map with sea, grid and land; resolves the land later, the map is usable at once.
 * @param {HTMLElement} element
 * @param {object} [more] What else it is made with.
 */
export function makeMap(element, more) {
  const map = L.map(element, {
    attributionControl: false,
    zoomControl: false,
    zoomSnap: 0.25,
    zoomDelta: 0.5,
    minZoom: 1,
    maxZoom: 9,
    maxBounds: [
      [-75, MIDDLE - 230],
      [84, MIDDLE + 230],
    ],
    maxBoundsViscosity: 0.8,
    keyboard: true,
    preferCanvas: true,
    ...more,
  });
  map.setView([38, MIDDLE], 2);
  L.control.zoom({ position: "topright", zoomInTitle: t("live.zoom_in"), zoomOutTitle: t("live.zoom_out") }).addTo(map);
  map.createPane("ground").style.zIndex = "150";
  /** @type {Ground} */
  const ground = { renderer: L.canvas({ pane: "ground", padding: 0.3 }), layers: [] };
  drawGrid(map, ground);
  drawLand(map, ground, "land-110m");
  map.on("zoomend", () => {
    if (map.getZoom() >= FINE_FROM_ZOOM) drawLand(map, ground, "land-50m");
  });
  addEventListener("themechange", () => paintGround(ground));
  return map;
}

/** @param {string} name */
async function worldOf(name) {
  const response = await fetch(`${staticRoot}/vendor/world-atlas/${name}.json`);
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
}

/**
 * Draw the land of a file in place of what was drawn; each file is fetched once.
 * @param {Leaflet.Map} map
 * @param {Ground} ground
 * @param {string} name
 */
async function drawLand(map, ground, name) {
  if (ground.land === name) return;
  const before = ground.land;
  ground.land = name;
  const world = await worldOf(name).catch(() => /** @type {null} */ (null));
  if (ground.land !== name) return;
  if (!world) {
    // The server went meanwhile: what is drawn stays, and the land comes when it is back.
    ground.land = before;
    stream.addEventListener("heartbeat", () => ground.land === before && drawLand(map, ground, name), { once: true });
    return;
  }
  const rings = landRings(topojson.feature(world, world.objects.land));
  ground.layers.filter(({ fill }) => fill).forEach(({ layer }) => layer.remove());
  ground.layers = ground.layers.filter(({ fill }) => !fill);
  for (const turn of TURNS) {
    const shifted = rings.map((polygon) => polygon.map((ring) => ring.map(([lon, lat]) => [lat, lon + turn])));
    const options = { renderer: ground.renderer, pane: "ground", interactive: false, stroke: false, fillOpacity: 1 };
    ground.layers.push({ layer: L.polygon(shifted, options).addTo(map), fill: "land" });
  }
  paintGround(ground);
}

/**
 * A ring whose longitudes do not jump where it crosses the date line.
 * @param {number[][]} ring
 */
function unrolled(ring) {
  let before = ring[0][0];
  return ring.map(([lon, lat]) => {
    before = near(lon, before);
    return [before, lat];
  });
}

/**
 * Polygons of the land without the far south, which no lane crosses.
 * @param {Topojson.Land} land
 */
function landRings(land) {
  const shapes = land.features
    ? land.features.map((feature) => feature.geometry)
    : [/** @type {Topojson.Shape} */ (land.geometry ?? land)];
  return shapes
    .flatMap((shape) => (shape.type === "MultiPolygon" ? shape.coordinates : [shape.coordinates]))
    .filter((polygon) => polygon[0].some(([, lat]) => lat > SOUTHERN_END))
    .map((polygon) => polygon.map(unrolled));
}

/**
 * @param {Leaflet.Map} map
 * @param {Ground} ground
 */
function drawGrid(map, ground) {
  const options = { renderer: ground.renderer, pane: "ground", interactive: false, weight: 1 };
  const lines = [];
  for (let lon = -180; lon <= 420; lon += 30)
    lines.push([
      [-75, lon],
      [84, lon],
    ]);
  for (let lat = -60; lat <= 60; lat += 30)
    lines.push([
      [lat, -180],
      [lat, 420],
    ]);
  ground.layers.push({ layer: L.polyline(lines, options).addTo(map), color: "grat" });
  paintGround(ground);
}

/** @param {Ground} ground */
function paintGround(ground) {
  for (const { layer, fill, color } of ground.layers) {
    layer.setStyle(fill ? { fillColor: token(fill) } : { color: token(color ?? "grat") });
  }
}
