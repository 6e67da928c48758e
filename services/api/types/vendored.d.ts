// The little of Leaflet, topojson-client, uPlot and gcoord that the pages use, in our words: static/vendor.

declare namespace Leaflet {
  /** [lat, lon] */
  type Place = number[];
  interface Point {
    x: number;
    y: number;
    distanceTo(other: Point): number;
  }
  interface LatLng {
    lat: number;
    lng: number;
  }
  interface Projection {
    project(place: LatLng): Point;
    unproject(point: Point): LatLng;
  }
  interface Layer {
    addTo<L extends Layer>(this: L, to: Map | LayerGroup): L;
    remove(): void;
    on(event: string, listener: () => void): void;
    setStyle(style: Style): void;
  }
  interface Marker extends Layer {
    getElement(): HTMLElement | undefined;
  }
  interface LayerGroup extends Layer {
    addLayer(layer: Layer): void;
    clearLayers(): void;
    getLayers(): Layer[];
  }
  interface Map {
    setView(middle: Place, zoom: number, options?: { animate: boolean }): void;
    setMinZoom(zoom: number): void;
    getZoom(): number;
    getSize(): Point;
    invalidateSize(options: { pan: boolean }): void;
    latLngToLayerPoint(place: Place): Point;
    latLngToContainerPoint(place: Place): Point;
    createPane(name: string): HTMLElement;
    getContainer(): HTMLElement;
    on(event: string, listener: (event: { containerPoint: Point }) => void): void;
  }
  interface Style {
    color?: string;
    fillColor?: string;
    weight?: number;
    opacity?: number;
    fillOpacity?: number;
    dashArray?: string;
    radius?: number;
    stroke?: boolean;
    interactive?: boolean;
    pane?: string;
    renderer?: Renderer;
  }
  /** A canvas that layers are drawn on; it is handed on, nothing of it is asked. */
  type Renderer = object;
  type Icon = object;
  interface Library {
    map(element: HTMLElement, options: object): Map;
    layerGroup(): LayerGroup;
    polyline(places: Place[] | Place[][], style: Style): Layer;
    polygon(places: Place[][][], style: Style): Layer;
    circle(place: Place, style: Style): Layer;
    canvas(options: { pane: string; padding: number }): Renderer;
    divIcon(options: { className: string; html: HTMLElement; iconSize: null }): Icon;
    marker(place: Place, options: object): Marker;
    tileLayer(url: string, options: { pane: string; maxZoom: number }): Layer;
    latLng(lat: number, lng: number): LatLng;
    extend<T extends object, U extends object>(to: object, one: T, other: U): T & U;
    CRS: { EPSG3857: { projection: Projection } };
    control: { zoom(options: object): Layer };
  }
}

/** Shapes of a world atlas: [lon, lat] in rings, rings in polygons. */
declare namespace Topojson {
  type Shape =
    | { type: "Polygon"; coordinates: number[][][] }
    | { type: "MultiPolygon"; coordinates: number[][][][] };
  interface Land {
    geometry?: Shape;
    features?: { geometry: Shape }[];
  }
  interface Library {
    feature(world: object, object: object): Land;
  }
}

/** Turns places of one system of coordinates into those of another, [lon, lat]. */
declare namespace Gcoord {
  interface Library {
    WGS84: string;
    GCJ02: string;
    transform(place: number[], from: string, to: string): number[];
  }
}

declare namespace Uplot {
  type Columns = (number | null)[][];
  interface Plot {
    bbox: { left: number; top: number; width: number; height: number };
    ctx: CanvasRenderingContext2D;
    cursor: { idx: number | null; left: number };
    over: HTMLElement;
    data: Columns;
    select: { left: number; width: number };
    valToPos(value: number, scale: string, onCanvas?: boolean): number;
    posToVal(px: number, scale: string): number;
    setCursor(at: { left: number; top: number }): void;
    setSelect(box: { left: number; top: number; width: number; height: number }, tell: boolean): void;
    setData(columns: Columns): void;
    setSize(size: { width: number; height: number }): void;
    destroy(): void;
  }
  /** Its options are an object of fifty things, of which trace-chart.js names those that it wants. */
  type Library = new (options: object, columns: Columns, place: HTMLElement) => Plot;
}
