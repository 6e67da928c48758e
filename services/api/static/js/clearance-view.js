// The clearance of one shipment in one place: what is missing and who has it, and what one can do about it.
import { get, RequestError } from "./api.js";
import { blockerList } from "./blockers.js";
import { goodsPart, papersPart } from "./clearance-papers.js";
import { assessmentPart, departmentsPart, emergencyPart } from "./clearance-steps.js";
import { readRules } from "./clearance-words.js";
import { onTick } from "./clock.js";
import { find, h } from "./dom.js";
import { t } from "./i18n.js";
import { Panel } from "./panel.js";
import { noteError } from "./say.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import { writeChanged } from "./writing.js";
import { zone } from "./zone.js";

/** @import {Seen} from "./clearance-papers.js" */

const SETTLE_MS = 300;
const SLOWLY_MS = 60_000;
/** @type {Record<string, (seen: Seen) => (HTMLElement | null)[]>} */
const PARTS = {
  missing: missingPart,
  goods: goodsPart,
  emergency: emergencyPart,
  departments: departmentsPart,
  papers: papersPart,
  assessment: assessmentPart,
};
const COLUMNS = [
  ["missing", "goods", "emergency"],
  ["departments", "papers", "assessment"],
];

/** @param {Seen} seen */
function missingPart({ found }) {
  return [
    h("p", {}, h("b", {}, t(`desk.stage.${found.stage}`))),
    blockerList(found),
    found.blockers.length ? h("p", { class: "sub" }, t("desk.blocks_release_only")) : null,
  ];
}

/** Shows one shipment at a time; follows the stream, and reads slowly what only the clock changes. */
export class ClearanceView {
  /** @type {number | undefined} */
  #timer;
  #readAt = 0;
  #written = new Map();
  /** Always the same object: what is pressed names the newest revision. @type {Partial<Seen>} */
  #seen = { act: (run) => this.#act(run) };

  /** @param {HTMLElement} place */
  constructor(place) {
    /** @type {string | null} */
    this.id = null;
    /** @type {Api.Clearance | null} */
    this.found = null;
    this.place = h(
      "div",
      { class: "clearance-parts" },
      COLUMNS.map((names) =>
        h(
          "div",
          {},
          names.map((name) =>
            h(
              "section",
              { class: "panel", "data-part": name, "aria-label": t(`clear.head.${name}`) },
              h("h2", {}, t(`clear.head.${name}`)),
              h("div", { class: "body" }),
            ),
          ),
        ),
      ),
    );
    place.append(this.place);
    this.panel = new Panel(this.place);
    store.addEventListener("shipments", (event) => {
      if (event.detail.has(this.id)) this.#soon();
    });
    store.addEventListener("snapshot", () => this.#soon());
    stream.addEventListener("link", () => this.#write());
    zone.addEventListener("change", () => this.#write());
    onTick(() => {
      if (this.id && !document.hidden && performance.now() - this.#readAt > SLOWLY_MS) this.load();
    });
  }

  /**
   * Show this one.
   * @param {string} id
   */
  show(id) {
    if (id === this.id) return;
    this.id = id;
    this.found = null;
    // What stands there is of another shipment until this one is read.
    this.place.inert = true;
    this.load();
  }

  #soon() {
    if (!this.id || !this.found) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(), SETTLE_MS);
  }

  load() {
    const { id } = this;
    if (!id) return undefined;
    this.#readAt = performance.now();
    return this.panel.load(
      () => Promise.all([get(`/shipments/${id}/clearance`), readRules()]),
      ([found, rules]) => {
        if (id !== this.id) return;
        this.found = found;
        zone.ofSite(store.shipments.get(id)?.site?.zone);
        this.rules = rules;
        this.#write();
      },
    );
  }

  #write() {
    const { id } = this;
    if (!this.found || !id) return;
    const seen = /** @type {Seen} */ (
      Object.assign(this.#seen, {
        found: this.found,
        rules: this.rules,
        id,
        lost: stream.state === "lost",
      })
    );
    for (const [name, part] of Object.entries(PARTS)) {
      const body = find(`[data-part=${name}] .body`, this.place);
      writeChanged(body, part(seen), this.#written, id);
    }
    this.place.inert = false;
  }

  /**
   * Do it, and show what the server answered or what stands now.
   * @param {() => Promise<any>} run
   */
  async #act(run) {
    try {
      const answer = await run();
      if (answer?.blockers && answer.shipment_id === this.id) this.found = answer;
      if (answer) await this.load();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      noteError(error);
      await this.load();
    }
  }
}
