// The officers' desk: the queue on the left, bays × time in the middle, the chosen shipment on the right.
import { focusSlot, startBoard, stepSlot } from "./bay-board.js";
import { onTick, serverNow } from "./clock.js";
import { figuresPath, printDay, saveDay } from "./day-sheet.js";
import { desk, SHOWN_MS } from "./desk.js";
import { at, h } from "./dom.js";
import { clockTimeWithDay, dateTime } from "./format.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { may, named } from "./page.js";
import { Panel } from "./panel.js";
import { startElsewhere } from "./queue-elsewhere.js";
import { startQueue, step } from "./queue-list.js";
import { startCase } from "./release-panel.js";
import { startShell } from "./shell.js";
import { assign } from "./slot-acts.js";
import { bookChosen } from "./slot-panel.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import { zone } from "./zone.js";

const SETTLE_MS = 400;
const AGAIN_MS = 10_000;
const SLOWLY_MS = 60_000;
const panel = new Panel(at("desk"));
const site = /** @type {HTMLSelectElement} */ (at("site"));
let readAt = -Infinity;
/** @type {number | undefined} */
let timer;

function load() {
  clearTimeout(timer);
  timer = undefined;
  readAt = performance.now();
  return panel.load(
    () => desk.read(),
    (/** @type {{queue: Api.SiteQueue, plan: Api.SitePlan} | null} */ found) => {
      if (!found) return nothing();
      writeSites();
      desk.take(found);
      const none = !found.queue.items.length;
      at("queue-empty").hidden = !none;
      at("deliver-by").replaceChildren(
        ...found.queue.deliver_by.map((one) =>
          h(
            "li",
            {},
            h("span", { class: "mono" }, one.reference),
            ` ${one.deliver_by ? t("desk.deliver_by", { time: dateTime(Date.parse(one.deliver_by), zone.name) }) : t("desk.deliver")}`,
          ),
        ),
      );
      writeDay();
    },
  );
}

const nothing = () =>
  panel.empty(
    t("desk.no_site"),
    may("POST /shipments") ? h("a", { class: "btn p", href: "/shipments/new" }, t("shell.new_shipment")) : "",
  );

/**
 * Read again soon: at once for places, at most every ten seconds for what readings change.
 * @param {number} wait
 */
function later(wait) {
  if (timer) return;
  timer = setTimeout(load, wait);
}

const onShipments = () => later(Math.max(SETTLE_MS, readAt + AGAIN_MS - performance.now()));

function writeSites() {
  site.replaceChildren(
    ...desk.sites.map((one) => h("option", { value: one.site_id }, `${one.site_id} · ${named(one)}`)),
  );
  site.value = desk.siteId;
}

function writeDay() {
  at("day").textContent = t("desk.from_to", {
    from: dateTime(desk.begin, zone.name),
    to: clockTimeWithDay(desk.begin + SHOWN_MS, desk.begin, zone.name),
  });
  at("figures").setAttribute("href", figuresPath());
  at("board-now").setAttribute("aria-pressed", String(!desk.wishes.get("at")));
}

/** @param {number} by */
function turn(by) {
  const at = by ? new Date(desk.begin + by * SHOWN_MS).toISOString() : "";
  desk.wishes.set({ at });
  load();
}

function wire() {
  site.addEventListener("change", () => {
    desk.wishes.set({ site: site.value, s: "", slot: "" });
    load();
  });
  at("earlier").addEventListener("click", () => turn(-1));
  at("later").addEventListener("click", () => turn(1));
  at("board-now").addEventListener("click", () => turn(0));
  at("list").addEventListener("click", saveDay);
  at("print").addEventListener("click", printDay);
  const search = at("f-q");
  desk.wishes.bind("q", search, "input");
  at("queue-all").addEventListener("click", () => {
    search.value = "";
    desk.wishes.set({ q: "" });
  });
  let before = location.search;
  desk.wishes.addEventListener("change", () => {
    if (search.value !== before) {
      before = search.value;
      desk.dispatchEvent(new Event("papers"));
    }
  });
  addEventListener("popstate", () => {
    desk.slots = null;
    load();
  });
}

/** @param {OnPart<KeyboardEvent>} event */
const onBoard = (event) => Boolean(event.target.closest?.("#bays"));

function keys() {
  bindKey(
    ["j", "ArrowDown"],
    t("live.keys.down"),
    () => step(1),
    (event) => event.key === "j" || Boolean(event.target.closest?.("#queue")),
  );
  bindKey(
    ["k", "ArrowUp"],
    t("live.keys.up"),
    () => step(-1),
    (event) => event.key === "k" || Boolean(event.target.closest?.("#queue")),
  );
  bindKey(["b"], t("desk.keys.slot"), () => {
    if (desk.row) focusSlot();
  });
  /** @type {[key: string, dx: number, dy: number][]} */
  const arrows = [
    ["ArrowDown", 0, 1],
    ["ArrowUp", 0, -1],
    ["ArrowRight", 1, 0],
    ["ArrowLeft", -1, 0],
  ];
  for (const [key, dx, dy] of arrows) {
    bindKey([key], t("desk.keys.move"), () => stepSlot(dx, dy), onBoard);
  }
  bindKey(
    ["Escape"],
    t("desk.keys.leave"),
    () => {
      desk.chooseSlot(null);
      document.querySelector("#queue .selected .pick")?.focus();
    },
    onBoard,
  );
  bindKey(
    ["Enter"],
    t("desk.keys.book"),
    () => {
      if (stream.state !== "lost") bookChosen();
    },
    (event) => onBoard(event) && event.target.matches(".cell.chosen"),
  );
  bindKey(["/"], t("live.keys.search"), () => at("f-q").focus());
}

wire();
keys();
startQueue({ assign });
startElsewhere();
startBoard();
startCase();
desk.addEventListener("stale", () => load());
store.addEventListener("appointments", () => later(SETTLE_MS));
store.addEventListener("sites", () => later(SETTLE_MS));
store.addEventListener("shipments", onShipments);
store.addEventListener("snapshot", () => {
  if (desk.plan) later(SETTLE_MS);
});
stream.addEventListener("link", () => {
  if (stream.state === "live" || stream.state === "lost") desk.dispatchEvent(new Event("chosen"));
});
zone.addEventListener("change", () => {
  writeDay();
  desk.dispatchEvent(new Event("chosen"));
});
onTick(() => {
  if (!document.hidden && performance.now() - readAt > SLOWLY_MS && serverNow()) load();
});
startShell({ follows: ["shipments", "appointments", "sites"] });
load();
