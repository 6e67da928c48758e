// What the search of the queue finds beyond it: cleared, refused or gone, each with the way to what became of it.
import { get, RequestError } from "./api.js";
import { desk } from "./desk.js";
import { at, h } from "./dom.js";
import { has, t } from "./i18n.js";
import { writeUnmatched } from "./queue-list.js";

const SETTLE_MS = 300;
const list = at("queue-elsewhere");
let asked = "";
/** @type {Api.Shipment[]} */
let found = [];
/** @type {number | undefined} */
let timer;

/** @param {Api.Shipment} one */
function outcome({ state, clearance }) {
  const key = `desk.outcome.${clearance?.state}`;
  return has(key) ? t(key) : t(`state.${state}`);
}

function write() {
  const rest = found.filter((one) => !desk.rowOf(one.reference));
  list.hidden = rest.length === 0;
  list.replaceChildren(
    ...rest.map((one) =>
      h(
        "li",
        {},
        h("button", { class: "link mono", type: "button", onclick: () => desk.choose(one.reference) }, one.reference),
        ` ${outcome(one)}`,
      ),
    ),
  );
  writeUnmatched();
}

/** @param {string} words @returns {Promise<Api.Shipment[]>} */
async function read(words) {
  if (!words) return [];
  try {
    return (await get(`/shipments?q=${encodeURIComponent(words)}&limit=10`)).items;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return [];
  }
}

async function ask() {
  const words = desk.wishes.get("q").trim();
  asked = words;
  const items = await read(words);
  if (asked !== words) return;
  found = items;
  write();
}

export function startElsewhere() {
  desk.wishes.addEventListener("change", () => {
    if (desk.wishes.get("q").trim() === asked) return;
    clearTimeout(timer);
    timer = setTimeout(ask, SETTLE_MS);
  });
  for (const event of ["data", "papers"]) desk.addEventListener(event, write);
  ask();
}
