// Raster tiles of the deployer's own behind the map; brought only where there are some.
import { mapTiles } from "./page.js";
import { vendored } from "./vendored.js";

const MOST_ZOOM = 17;
const { L } = window;
const shifted = mapTiles?.coordinates === "gcj02";
if (shifted) await vendored("gcoord/gcoord");

/**
 * A place in the other coordinates; in whichever turn around the world it is drawn.
 * @param {{lat: number, lng: number}} place
 * @param {string} from
 * @param {string} to
 */
function moved({ lat, lng }, from, to) {
  const turn = Math.round(lng / 360) * 360;
  const [lon, north] = window.gcoord.transform([lng - turn, lat], from, to);
  return L.latLng(north, lon + turn);
}

/** Whatever is drawn is shifted by the projection, and what is pointed at is shifted back: nothing else knows of it. */
function shiftedCrs() {
  const { WGS84, GCJ02 } = window.gcoord;
  const plain = L.CRS.EPSG3857.projection;
  const projection = {
    ...plain,
    /** @param {{lat: number, lng: number}} place */
    project: (place) => plain.project(moved(place, WGS84, GCJ02)),
    /** @param {Leaflet.Point} point */
    unproject: (point) => moved(plain.unproject(point), GCJ02, WGS84),
  };
  return L.extend({}, L.CRS.EPSG3857, { projection });
}

/** What the map is made with. */
export const tileOptions = () => ({
  maxZoom: MOST_ZOOM,
  ...(shifted && { crs: shiftedCrs() }),
});

/**
 * The tiles lie above the land, which shows where one fails.
 * @param {Leaflet.Map} map
 * @param {Part} source Where the map says whom it is from.
 */
export function addTiles(map, source) {
  if (!mapTiles) return;
  map.createPane("tiles").style.zIndex = "160";
  L.tileLayer(mapTiles.url, { pane: "tiles", maxZoom: MOST_ZOOM }).addTo(map);
  source.parentElement?.classList.add("tiled");
  if (mapTiles.attribution) source.append(` · ${mapTiles.attribution}`);
}
