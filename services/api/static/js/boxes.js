// The list of boxes: filters in the address, part by part, and a form that registers one.
import { get, post, RequestError } from "./api.js";
import { cellsOf } from "./box-row.js";
import { formOf } from "./capacity-forms.js";
import { onTick, serverNow } from "./clock.js";
import { at, find, focusIn, h, setText } from "./dom.js";
import { zoneName } from "./format.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { may } from "./page.js";
import { Panel } from "./panel.js";
import { noteError } from "./say.js";
import { startShell } from "./shell.js";
import { Wishes } from "./wishes.js";
import { zone } from "./zone.js";

const PART = 100;
const AGAIN_MS = 30_000;
const wishes = new Wishes({ q: "", show: "" });
const panel = new Panel(at("list"));
const body = find("#boxes tbody");
const more = at("more");
const search = at("f-q");
/** Boxes as they were read, in the order of the rows. @type {Api.Box[]} */
let boxes = [];
/** @type {string | null} */
let cursor = null;
let readAt = 0;

/** @param {string | null} from */
function path(from = null, limit = PART) {
  const query = new URLSearchParams({ limit: String(limit) });
  for (const name of ["q", "show"]) if (wishes.get(name)) query.set(name, wishes.get(name));
  if (from) query.set("cursor", from);
  return `/boxes?${query}`;
}

/** Read as much as is shown already, so that a list does not shrink under its reader. */
const load = () =>
  panel.load(
    () => get(path(null, Math.min(500, Math.max(PART, boxes.length)))),
    (page) => {
      boxes = [];
      add(page);
      if (!boxes.length) nothing();
    },
  );

/** @param {Api.Page_Box_} page */
function add({ items, next_cursor: next }) {
  readAt = performance.now();
  boxes.push(...items);
  cursor = next;
  more.hidden = next === null;
  setText(at("count"), t(next ? "boxes.count_more" : "boxes.count", { n: boxes.length }));
  write();
}

function nothing() {
  setText(at("count"), "");
  if (wishes.narrowed) panel.filtered(t("boxes.no_match"), wishes);
  else panel.empty(t("boxes.empty"));
}

/** Rows keep their places; the one that has the focus keeps it. */
function write() {
  const held = focusIn(body)?.getAttribute("href");
  const now = serverNow();
  body.replaceChildren(...boxes.map((box) => h("tr", { "data-box": box.box_id }, cellsOf(box, now, zone.name))));
  if (held) [...body.querySelectorAll("a")].find((one) => one.getAttribute("href") === held)?.focus();
  for (const element of document.querySelectorAll(".zone-name")) setText(element, zoneName(now, zone.name));
}

/** @param {number} step */
function move(step) {
  const links = [...body.querySelectorAll("a.reference")];
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
}

/** @param {Record<string, any>} body */
async function register({ box_id: name, probes, report_interval_s: rhythm, ...rest }) {
  const told = {
    ...rest,
    box_id: name,
    report_interval_s: rhythm,
    model: rest.model || null,
    probes: (probes || "")
      .split(/[\s,]+/)
      .filter(Boolean)
      .map((/** @type {string} */ one) => ({ probe_id: one, kind: "payload" })),
  };
  try {
    await post("/boxes", told);
    location.assign(`/boxes/${name}`);
    return true;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    noteError(error);
    return false;
  }
}

function wire() {
  wishes.bind("q", search, "input");
  wishes.bind("show", at("f-show"));
  /** @type {number | undefined} */
  let timer;
  wishes.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(load, 200);
  });
  more.addEventListener("click", () => get(path(cursor)).then(add, noteError));
  bindKey(
    ["j", "ArrowDown"],
    t("boxes.keys.down"),
    () => move(1),
    (event) => event.key === "j" || body.contains(event.target),
  );
  bindKey(
    ["k", "ArrowUp"],
    t("boxes.keys.up"),
    () => move(-1),
    (event) => event.key === "k" || body.contains(event.target),
  );
  bindKey(["/"], t("boxes.keys.search"), () => search.focus());
  if (!may("POST /boxes")) return;
  const fields = [
    { name: "box_id" },
    { name: "kind", kind: "select", options: ["box", "room"].map((one) => [one, t(`boxes.kind.${one}`)]) },
    { name: "model", optional: true },
    { name: "report_interval_s", kind: "number", value: 60, min: 1, max: 86_400 },
    { name: "probes", optional: true },
  ];
  const place = at("register");
  place.hidden = false;
  place.append(formOf("register", fields, register, (part, key) => t(`boxes.${part}.${key}`)));
}

wire();
zone.addEventListener("change", write);
onTick(() => {
  if (!document.hidden && performance.now() - readAt > AGAIN_MS && panel.content.checkVisibility()) {
    readAt = performance.now();
    load();
  }
});
startShell();
load();
