// My own settings: language and zone, password, where I am signed in.
import { get, patch, post, RequestError } from "./api.js";
import { at, h } from "./dom.js";
import { dateTime, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { language } from "./page.js";
import { showFactors, wireFactors } from "./me-factors.js";
import { note } from "./say.js";
import { startShell } from "./shell.js";
import { refuse } from "./signing.js";
import { unit } from "./unit.js";

let zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {string} text */
const instant = (text) => `${dateTime(Date.parse(text), zone)} ${zoneName(Date.parse(text), zone)}`;

/**
 * Do it; what the server refuses is said at the top of the page.
 * @param {() => Promise<any>} act
 * @param {string} [done]
 */
async function tried(act, done) {
  at("failed").hidden = true;
  try {
    const answer = await act();
    if (done) note(t(done));
    return answer;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    refuse(error);
  }
}

function fillZones() {
  const zones = [...new Set(["UTC", zone, ...Intl.supportedValuesOf("timeZone")])].sort();
  at("zone").replaceChildren(...zones.map((one) => h("option", { value: one }, one)));
  at("zone").value = zone;
}

/** @param {Api.Session} session */
function sessionRow(session) {
  const words = [
    session.source,
    t("me.since", { time: instant(session.created_at) }),
    t("me.active", { time: instant(session.active_at) }),
  ];
  const end = h(
    "button",
    {
      class: "btn sm",
      type: "button",
      "data-writes": true,
      onclick: async () => {
        await tried(() => post(`/me/sessions/${session.id}/end`, {}), "me.ended");
        showSessions();
      },
    },
    t("me.end"),
  );
  return h(
    "li",
    {},
    h("span", { class: "what" }, session.agent, h("small", {}, words.join(" · "))),
    session.present ? h("span", { class: "tag" }, t("me.this_one")) : end,
  );
}

async function showSessions() {
  const page = await tried(() => get("/me/sessions"));
  if (page) at("sessions").replaceChildren(...page.items.map(sessionRow));
}

function wire() {
  at("speech").addEventListener("submit", async (event) => {
    event.preventDefault();
    const wish = { language: at("language").value, zone: at("zone").value };
    unit.choose(at("unit").value);
    if (await tried(() => patch("/me", wish))) location.assign(`/me?lang=${wish.language}`);
  });
  at("password").addEventListener("submit", async (event) => {
    event.preventDefault();
    const [current, fresh] = [at("current").value, at("fresh").value];
    if (!current || !fresh) return refuse(t("sign.fill_in"));
    at("password").reset();
    await tried(() => post("/me/password", { current, password: fresh }), "me.password_changed");
    showSessions();
  });
  at("end-others").addEventListener("click", async () => {
    await tried(() => post("/me/sessions/end-others", {}), "me.ended");
    showSessions();
  });
  at("sign-out").addEventListener("click", async () => {
    await tried(() => post("/sign-out", {}));
    location.assign("/sign-in");
  });
}

async function begin() {
  const page = { tried, instant, whole: false };
  wire();
  wireFactors(page);
  // Pressed before its script is there, a button would do nothing, and nobody would know why.
  for (const id of ["add-app", "end-others", "sign-out"]) at(id).disabled = false;
  /** @type {Api.Me | undefined} */
  const me = await tried(() => get("/me"));
  if (!me?.session) return location.assign("/sign-in?next=/me");
  at("who").textContent = me.name;
  at("roles").textContent = [me.principal_id, me.organisation, ...me.roles.map((role) => t(`me.role.${role}`))]
    .filter(Boolean)
    .join(" · ");
  const whole = me.session.level === "full";
  at("owed").hidden = whole;
  at("whole").hidden = !whole;
  page.whole = whole;
  await showFactors();
  if (!whole) return;
  startShell();
  zone = me.zone ?? zone;
  at("language").value = me.language ?? language;
  at("unit").value = unit.choice;
  fillZones();
  await showSessions();
}

begin();
