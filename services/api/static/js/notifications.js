// Who is told by which way: channels, the chain of calls, and each notice with its receipts.
import { get, post } from "./api.js";
import { onTick, serverNow } from "./clock.js";
import { at, setText } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { zoneName } from "./format.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { may } from "./page.js";
import { Panel } from "./panel.js";
import { chains, channels, notices } from "./notice-rows.js";
import { note, noteError } from "./say.js";
import { startShell } from "./shell.js";
import { Wishes } from "./wishes.js";
import { zone } from "./zone.js";

const PART = 50;
const AGAIN_MS = 15_000;
const wishes = new Wishes({ state: "" });
const ways = new Panel(at("ways"));
const list = new Panel(at("list"));
/** @type {Api.Ways | null} */
let told = null;
/** @type {Api.NoticeOut[]} */
let found = [];
/** @type {string | null} */
let cursor = null;
let readAt = 0;

/** @param {string | null} from */
function path(from = null, limit = PART) {
  const query = new URLSearchParams({ limit: String(limit) });
  if (wishes.get("state")) query.set("state", wishes.get("state"));
  if (from) query.set("cursor", from);
  return `/notices?${query}`;
}

const loadWays = () =>
  ways.load(
    () => get("/notices/channels"),
    (answer) => {
      told = answer;
      writeWays();
    },
  );

const loadList = () =>
  list.load(
    () => get(path(null, Math.min(500, Math.max(PART, found.length)))),
    (page) => {
      found = [];
      add(page);
    },
  );

/** @param {Api.Page_NoticeOut_} page */
function add({ items, next_cursor: next }) {
  readAt = performance.now();
  found.push(...items);
  cursor = next;
  at("more").hidden = next === null;
  writeList();
}

function writeWays() {
  if (!told) return;
  at("channels").replaceChildren(channels(told, zone.name, may("POST /notices/test") ? test : null));
  at("chains").replaceChildren(chains(told));
}

function writeList() {
  document.querySelectorAll(".zone-name").forEach((element) => setText(element, zoneName(serverNow(), zone.name)));
  if (!found.length && wishes.narrowed) return list.filtered(t("notices.no_match"), wishes);
  if (!found.length) return list.empty(t("notices.empty"));
  if (!at("list").contains(document.activeElement))
    at("rows").replaceChildren(notices(found, zone.name, may("POST /notices/{notice_id}/replay") ? replay : null));
  return undefined;
}

/**
 * A test goes out as notices do: what becomes of it stands in the list below.
 * @param {string} channel
 */
async function test(channel) {
  try {
    await post("/notices/test", { channel });
    note(t("notices.said.test", { name: channel }));
  } catch (error) {
    noteError(error);
  }
  loadList();
}

/**
 * Sending once more has a reason: it stands in the audit trail.
 * @param {Api.NoticeOut} notice
 * @param {Api.Delivery} delivery
 */
async function replay(notice, delivery) {
  const { channel } = delivery;
  await askFor({
    title: t("notices.replay_title", { name: channel }),
    hint: t("notices.replay_hint"),
    fields: [{ name: "reason", label: t("notices.reason"), kind: "area", most: 1000, required: true }],
    submit: t("notices.replay"),
    act: (body, key) => post(`/notices/${notice.id}/replay`, { channel, ...body }, key),
    said: t("notices.said.replayed", { name: channel }),
  });
  loadList();
}

wishes.bind("state", at("f-state"));
wishes.addEventListener("change", loadList);
at("more").addEventListener("click", () => get(path(cursor)).then(add, noteError));
bindKey(["r"], t("notices.keys.refresh"), () => {
  loadWays();
  loadList();
});
zone.addEventListener("change", () => {
  writeWays();
  writeList();
});
onTick(() => {
  if (document.hidden || performance.now() - readAt < AGAIN_MS) return;
  readAt = performance.now();
  loadWays();
  loadList();
});
startShell();
loadWays();
loadList();
