// What the live board shows beside its rows: map, curve, facts and slots, with what they stand on.
import { h } from "./dom.js";
import { staticRoot } from "./page.js";

/** A script of others that makes a name of the window. */
function bring(name) {
  return new Promise((resolve, reject) => {
    document.head.append(h("script", { src: `${staticRoot}/vendor/${name}.js`, onload: resolve, onerror: reject }));
  });
}

const map = Promise.all(["leaflet/leaflet", "topojson/topojson-client"].map(bring));
const curve = bring("uplot/uplot");
import("./detail-facts.js");
import("./slot-list.js");
curve.then(() => import("./trace-chart.js"));
map.then(() => import("./live-map.js"));
