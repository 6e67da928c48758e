// What the pages bring beside the modules, and the little that the platform's own types leave to be said.

/** Leaflet, topojson-client, uPlot and gcoord are plain scripts of the page: static/vendor. */
interface Window {
  L: Leaflet.Library;
  topojson: Topojson.Library;
  uPlot: Uplot.Library;
  gcoord: Gcoord.Library;
}

/** What a page finds by a selector or an id: HTML, and often a control. Who needs more says so by a type. */
type Part = HTMLElement &
  Pick<HTMLInputElement, "value" | "checked" | "disabled" | "type" | "validity" | "checkValidity"> &
  Pick<HTMLDialogElement, "open" | "showModal" | "close"> &
  Pick<HTMLFormElement, "reset"> &
  Partial<Pick<HTMLSelectElement, "labels" | "options">> &
  Pick<HTMLAnchorElement, "href"> &
  Pick<HTMLTemplateElement, "content">;

/** What h() puts into an element; null leaves a place empty. */
type Item = Node | string | number | null | undefined;
/** One of them or a list: a list of lists would be written as words. */
type Content = Item | Item[];

/** A request that failed, as it can be shown. */
type Refusal = import("../static/js/api.js").RequestError;

/** A rule in its own form: each part of the rules has fields of its own. */
type Rule = Record<string, any>;

/** An event that an element of ours is told. */
type OnPart<E extends Event = Event> = E & { readonly target: Part; readonly currentTarget: Part };

interface ParentNode {
  querySelector<E extends Element = Part>(selectors: string): E | null;
  querySelectorAll<E extends Element = Part>(selectors: string): NodeListOf<E>;
}

interface Element {
  readonly children: HTMLCollectionOf<Part>;
  readonly firstElementChild: Part | null;
  readonly lastElementChild: Part | null;
  closest<E extends Element = Part>(selectors: string): E | null;
}

interface Document {
  readonly activeElement: Part | null;
  getElementById<E extends HTMLElement = Part>(id: string): E | null;
}

/** What finds a part that is surely there: `find` and `at` of dom.js. Of what may be missing, `querySelector` says null. */
type FindPart = <E extends Element = Part>(selector: string, within?: ParentNode | null) => E;
type PartAt = <E extends HTMLElement = Part>(id: string) => E;

/** The time left to begin the inspection: `spareOf` of verdict.js. */
type Spare =
  | { kind: "over"; ms?: undefined }
  | { kind: "none"; ms?: undefined }
  | { kind: "deliver" | "late" | "ticking"; ms: number; latest: number }
  | { kind: "waiting"; ms: number; latest: number; ready: number };

/** `filter(Boolean)` leaves out what is not there; what is nothing stands nowhere. */
interface Array<T> {
  indexOf(wanted: T | null | undefined): number;
  filter(keep: BooleanConstructor): Exclude<T, null | undefined | false | 0 | "">[];
}

/** What `instant` makes of a text: null only where there may be none. */
type Instant<T> = T extends string ? number : number | null;

/** What our own event targets tell carries its news in `detail`. */
interface EventTarget {
  addEventListener(type: string, listener: (event: CustomEvent) => unknown, options?: AddEventListenerOptions): void;
}
