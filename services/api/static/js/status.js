// How the installation stands, honestly: each part of the way from a box to a person, and how late it is.
import { ageOf } from "./ages.js";
import { get, RequestError } from "./api.js";
import { onTick, serverNow } from "./clock.js";
import { at, h, icon, setText } from "./dom.js";
import { clockTimeSeconds, dateTime, duration, instant, number, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { build } from "./page.js";
import { startShell } from "./shell.js";
import { stream } from "./stream.js";
import { facts, table } from "./tables.js";
import { zone } from "./zone.js";

/**
 * @typedef {Pick<Api.StatusPart, "name" | "state"> & Partial<Api.StatusPart>} Piece Without an answer that is all.
 * @typedef {{error: Refusal, process: boolean, database: boolean, at: number}} Failure
 */

const AGAIN_MS = 5_000;
/** A process that hangs refuses nothing: whoever waits longer than this has no answer. */
const SILENT_MS = 10_000;
const MINUTE_S = 60;
const SKEW_MS = 5_000;
const UNKNOWN = /** @type {const} */ (["broker", "ingest", "judging", "notices"]);
const MARKS = { ok: "plan", behind: "p2", down: "p1", unknown: "stale" };
const WHOLE = { ok: "done", behind: "p2", down: "p1", unknown: "stale", silent: "stale" };
/** @type {{answer: Api.Status, at: number} | null} */
let last = null;
/** @type {Failure | null} */
let failed = null;
let askedAt = -Infinity;
let asking = false;

/**
 * Whether an open page of the process answers: `fetch` because these stand outside the API.
 * @param {string} path
 */
const answers = (path) =>
  fetch(path, { cache: "no-store", signal: AbortSignal.timeout(SILENT_MS) }).then(
    ({ ok }) => ok,
    () => false,
  );

async function read() {
  if (asking) return;
  asking = true;
  askedAt = performance.now();
  try {
    last = { answer: await get("/status", AbortSignal.timeout(SILENT_MS)), at: serverNow() };
    failed = null;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const [process, database] = await Promise.all([answers("/livez"), answers("/readyz")]);
    failed = { error, process, database, at: serverNow() };
  } finally {
    asking = false;
  }
  write();
}

/** @param {number} seconds */
const span = (seconds) =>
  seconds < MINUTE_S ? t("status.seconds", { n: number(seconds, 1) }) : duration(seconds * 1000);

/**
 * What is known when the answer is missing: this process, and whether it reaches its database.
 * @param {Failure} failed
 * @returns {Piece[]}
 */
const withoutAnswer = ({ process, database }) => [
  { name: "api", state: process ? "ok" : "down" },
  { name: "database", state: process ? (database ? "ok" : "down") : "unknown" },
  ...UNKNOWN.map((name) => ({ name, state: /** @type {const} */ ("unknown") })),
];

/** @param {Piece} part */
function row(part) {
  const { name, state, lag_s: lag, waiting, since, error } = part;
  const late = [
    lag ? t("status.late", { span: span(lag) }) : null,
    waiting ? t("status.waiting", { n: number(waiting) }) : null,
    since ? t("status.since", { time: dateTime(instant(since), zone.name) }) : null,
  ];
  return h(
    "li",
    { class: `part is-${MARKS[state]}`, "data-part-name": name, "data-state": state },
    icon(`m-${MARKS[state]}`, "mark"),
    h("div", {}, h("b", {}, t(`status.part.${name}`)), h("span", { class: "sub" }, t(`status.does.${name}`))),
    h(
      "div",
      {},
      h("b", {}, t(`status.state.${state}`)),
      h("span", { class: "sub num" }, late.filter(Boolean).join(" · ")),
      state === "ok" ? null : h("span", { class: "sub" }, t(`status.means.${name}`)),
      error ? h("span", { class: "sub mono long" }, error) : null,
    ),
  );
}

/** @param {keyof typeof WHOLE} worst */
function verdict(worst) {
  const mark = WHOLE[worst];
  return h("p", { class: `verdict is-${mark}` }, icon(`m-${mark}`, "mark"), h("b", {}, t(`status.whole.${worst}`)));
}

function write() {
  const parts = failed ? withoutAnswer(failed) : last?.answer.parts;
  const worst = failed ? (failed.process ? "down" : "silent") : last?.answer.worst;
  if (!parts || !worst) return;
  at("verdict").replaceChildren(verdict(worst));
  at("parts").replaceChildren(...parts.map(row));
  at("old").hidden = !failed || !last;
  if (failed && last) setText(at("old"), t("status.old", { time: clockTimeSeconds(last.at, zone.name) }));
  at("rest").hidden = !last;
  if (last) writeRest(last.answer);
}

/** @param {Api.Status} found */
function writeRest(found) {
  const now = serverNow();
  const apart = instant(found.database_time) - instant(found.server_time);
  at("facts").replaceChildren(
    facts([
      [
        t("status.last_received"),
        found.last_received_at ? ageOf(instant(found.last_received_at), now, zone.name) : t("status.nothing_yet"),
      ],
      [t("status.boxes"), number(found.boxes_under_way)],
      [t("status.rejected"), found.rejected ? t("status.rejected_n", { n: number(found.rejected) }) : t("status.none")],
      [t("status.streams"), number(found.streams)],
      [t("status.server_clock"), `${dateTime(instant(found.server_time), zone.name)} ${zoneName(now, zone.name)}`],
      [
        t("status.rate"),
        found.clock_rate === 1 ? t("status.real_time") : t("shell.simulated_time", { n: number(found.clock_rate, 1) }),
      ],
      [
        t("status.database_clock"),
        found.clock_rate === 1 && Math.abs(apart) > SKEW_MS
          ? h("b", { class: "is-p2" }, t("status.apart", { span: span(Math.abs(apart) / 1000) }))
          : t("status.together"),
      ],
      [t("status.build"), h("span", { class: "mono" }, found.build)],
      [t("status.page_build"), found.build === build ? t("status.same_build") : h("span", { class: "mono" }, build)],
      [t("status.database_version"), h("span", { class: "mono" }, `PostgreSQL ${found.database_version}`)],
    ]),
  );
  at("processes").replaceChildren(
    table(
      t("status.processes"),
      [t("status.service"), t("status.instance"), t("status.started"), t("status.beat")],
      found.processes.map((one) => [
        h("b", {}, one.service),
        h("span", { class: "mono long" }, one.instance),
        dateTime(instant(one.started_at), zone.name),
        h(
          "span",
          { class: one.live ? null : "is-p1" },
          one.live ? null : icon("m-p1", "mark"),
          ageOf(instant(one.at), now, zone.name),
        ),
      ]),
    ),
  );
}

bindKey(["r"], t("status.keys.refresh"), read);
zone.addEventListener("change", write);
stream.addEventListener("link", () => {
  if (stream.state === "lost") askedAt = -Infinity;
});
onTick(() => {
  if (!document.hidden && performance.now() - askedAt > AGAIN_MS) read();
});
startShell();
read();
