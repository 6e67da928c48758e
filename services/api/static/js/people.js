// Who may sign in: roles, second factors, last sign-in, locked or not; and what an administrator does about it.
import { get } from "./api.js";
import { onTick, serverNow } from "./clock.js";
import { at, find, h, setText } from "./dom.js";
import { dateTime, instant, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { viewer } from "./page.js";
import { Panel } from "./panel.js";
import { change, endSessions, invite, lock, renew } from "./people-acts.js";
import { startShell } from "./shell.js";
import { Wishes } from "./wishes.js";
import { writeChanged } from "./writing.js";
import { zone } from "./zone.js";

const AGAIN_MS = 30_000;
const wishes = new Wishes({ q: "", state: "" });
const panel = new Panel(at("list"));
const body = find("#people tbody");
const written = new Map();
/** @type {Api.Person[]} */
let people = [];
let loaded = false;
let readAt = 0;

const load = () =>
  panel.load(
    () => get("/people"),
    (page) => {
      people = page.items;
      loaded = true;
      readAt = performance.now();
      write();
    },
  );

/** @param {Api.Person} one */
function matches(one) {
  const wanted = wishes.get("q").trim().toLowerCase();
  const said = [one.person_id, one.name, one.organisation, ...one.roles.map((role) => t(`me.role.${role}`))];
  return (
    (!wishes.get("state") || one.state === wishes.get("state")) &&
    (!wanted || said.some((words) => words?.toLowerCase().includes(wanted)))
  );
}

/** @param {() => Promise<boolean>} act */
async function did(act) {
  if (await act()) load();
}

/**
 * Its name says whose it is; the words on it stand first.
 * @param {string} words
 * @param {(person: Api.Person) => Promise<boolean>} act
 * @param {Api.Person} person
 */
const button = (words, act, person) =>
  h(
    "button",
    {
      class: "btn sm",
      type: "button",
      "data-writes": true,
      "aria-label": `${words} ${person.person_id}`,
      onclick: () => did(() => act(person)),
    },
    words,
  );

/** @param {Api.Person} person */
const actsOf = (person) =>
  h(
    "div",
    { class: "row-acts" },
    button(t("people.change"), change, person),
    button(t(person.state === "disabled" ? "people.unlock" : "people.renew"), renew, person),
    person.state === "active" ? button(t("people.sessions"), endSessions, person) : null,
    person.state === "disabled" || person.person_id === viewer?.id ? null : button(t("people.lock"), lock, person),
  );

/**
 * @param {string | null} words
 * @param {string} none
 */
const orNone = (words, none) => words || h("span", { class: "sub" }, none);

/** @param {Api.Person} person */
const rowOf = (person) =>
  h(
    "tr",
    { "data-person": person.person_id, class: `is-${person.state}` },
    h("td", {}, h("b", {}, person.name), h("span", { class: "sub mono" }, person.person_id)),
    h("td", {}, orNone(person.organisation, "–")),
    h("td", {}, person.roles.map((role) => t(`me.role.${role}`)).join(t("common.comma"))),
    h(
      "td",
      {},
      orNone(person.second_factors.map((kind) => t(`me.kind.${kind}`)).join(t("common.comma")), t("people.no_factor")),
    ),
    h(
      "td",
      { class: "num" },
      orNone(person.signed_in_at && dateTime(instant(person.signed_in_at), zone.name), t("people.never")),
    ),
    h("td", {}, h("b", {}, t(`people.state.${person.state}`))),
    h("td", {}, actsOf(person)),
  );

function write() {
  if (!loaded) return;
  for (const element of document.querySelectorAll(".zone-name")) setText(element, zoneName(serverNow(), zone.name));
  const shown = people.filter(matches);
  setText(at("count"), shown.length ? t("people.count", { n: shown.length }) : "");
  if (!people.length) return panel.empty(t("people.empty"));
  if (!shown.length) return panel.filtered(t("people.no_match"), wishes);
  panel.ready();
  return writeChanged(body, shown.map(rowOf), written, JSON.stringify(shown));
}

wishes.bind("q", at("f-q"), "input");
wishes.bind("state", at("f-state"));
wishes.addEventListener("change", write);
zone.addEventListener("change", write);
at("invite").addEventListener("click", () => did(invite));
bindKey(["/"], t("people.keys.search"), () => at("f-q").focus());
bindKey(["i"], t("people.keys.invite"), () => did(invite));
onTick(() => {
  if (document.hidden || performance.now() - readAt < AGAIN_MS) return;
  readAt = performance.now();
  load();
});
startShell();
load();
