// Profiles: each version with its numbers and where they come from, compared with another; proposals, moves.
import { get, post, RequestError } from "./api.js";
import { formOf } from "./capacity-forms.js";
import { at, find, h } from "./dom.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { may, named } from "./page.js";
import { Panel } from "./panel.js";
import { wireMoves } from "./profile-moves.js";
import { head, numberName, numbers, tables, whose } from "./profile-numbers.js";
import { writeProposals } from "./profile-proposals.js";
import { trialPart } from "./profile-trial.js";
import { note, noteError } from "./say.js";
import { startShell } from "./shell.js";
import { Wishes } from "./wishes.js";
import { zone } from "./zone.js";

const wishes = new Wishes({ p: "", with: "", q: "" });
const panel = new Panel(at("profiles"));
/**
 * @param {string} part
 * @param {string} key
 */
const words = (part, key) => t(`profiles.${part}.${key}`);
/** Every version, the newest of a name first. @type {Api.Profile[]} */
let all = [];
/** What somebody proposed. @type {Api.ProfileProposal[]} */
let proposed = [];

/** @param {{profile_id: string, version: number}} one */
const keyOf = (one) => `${one.profile_id}.${one.version}`;
const chosen = () => all.find((one) => keyOf(one) === wishes.get("p")) ?? all.find(matches);

/**
 * What it is compared with: what the address says, else the version before it.
 * @param {Api.Profile} profile
 */
function other(profile) {
  const asked = all.find((one) => keyOf(one) === wishes.get("with"));
  return asked ?? all.find((one) => one.profile_id === profile.profile_id && one.version < profile.version) ?? null;
}

/** @param {Api.Profile} one */
function matches(one) {
  const text = `${one.profile_id} ${one.name_en} ${one.name_zh}`.toLowerCase();
  return text.includes(wishes.get("q").trim().toLowerCase());
}

const read = async () => ({
  profiles: await get("/profiles"),
  proposals: may("GET /profile-proposals") ? await get("/profile-proposals") : { items: [] },
});
const load = () =>
  panel.load(
    read,
    (/** @type {{profiles: Api.Page_Profile_, proposals: Api.Page_ProfileProposal_}} */ { profiles, proposals }) => {
      proposed = proposals.items;
      all = profiles.items.sort((a, b) => a.profile_id.localeCompare(b.profile_id) || b.version - a.version);
      if (!all.length) return panel.empty(t("profiles.empty"));
      writeProposals(at("proposals"), proposed, decided);
      return write();
    },
  );

/**
 * @param {Api.Profile} profile
 * @param {boolean} current
 */
function row(profile, current) {
  const state = profile.frozen_at ? t("profiles.in_use") : t("profiles.draft");
  return h(
    "li",
    {},
    h(
      "a",
      {
        href: `?p=${keyOf(profile)}`,
        "data-key": keyOf(profile),
        "aria-current": current ? "true" : null,
        onclick: choose,
      },
      h("span", { class: "mono" }, profile.profile_id),
      h("span", { class: "tag" }, t("profiles.version", { n: profile.version })),
      h("span", { class: "sub" }, named(profile)),
      h("span", { class: "sub" }, [whose(profile), state].join(" · ")),
    ),
  );
}

/** @param {OnPart<MouseEvent>} event */
function choose(event) {
  event.preventDefault();
  wishes.set({ p: event.currentTarget.dataset.key ?? "", with: "" });
}

function write() {
  if (!all.length) return;
  const found = all.filter(matches);
  const profile = chosen();
  at("none").hidden = found.length > 0;
  const held = at("names").contains(document.activeElement);
  at("names").replaceChildren(...found.map((one) => row(one, one === profile)));
  if (held) at("names").querySelector("[aria-current]")?.focus();
  at("profile").hidden = !profile;
  if (profile) writeOne(profile);
}

/**
 * The version that came of a proposal is shown beside what it was compared with.
 * @param {Api.ProfileProposal} [made]
 */
async function decided(made) {
  const over = made?.over_profile_id ? `${made.over_profile_id}.${made.over_version}` : "";
  if (made) wishes.set({ p: keyOf(made), with: over, q: "" });
  await load();
}

/** @param {Api.Profile} profile */
function writeOne(profile) {
  const compared = other(profile);
  const choice = at("with");
  choice.replaceChildren(
    h("option", { value: "" }, t("profiles.with_before")),
    ...all
      .filter((one) => one !== profile)
      .map((one) =>
        h("option", { value: keyOf(one) }, t("profiles.name_version", { name: one.profile_id, n: one.version })),
      ),
  );
  choice.value = wishes.get("with");
  at("head").replaceChildren(head(profile, compared, zone.name));
  at("numbers").replaceChildren(numbers(profile, compared), ...tables(profile));
  writeForm(profile);
  writeTrial(profile, compared);
}

/**
 * What this version would have made of what the other one has judged; kept while both stay chosen.
 * @param {Api.Profile} profile
 * @param {Api.Profile | null} compared
 */
function writeTrial(profile, compared) {
  const section = at("trial");
  const over = (compared ?? profile).profile_id;
  const key = `${keyOf(profile)} ${over}`;
  section.hidden = !may("GET /profiles/{profile_id}/{version}/trial");
  if (section.hidden || section.dataset.key === key) return;
  section.dataset.key = key;
  const path = `/profiles/${profile.profile_id}/${profile.version}/trial?over=${over}`;
  const name = t("profiles.name_version", { name: profile.profile_id, n: profile.version });
  find(".body", section).replaceChildren(trialPart(path, name));
}

/**
 * A proposal carries one number of the sponsor's; more at once come from a file.
 * @param {Api.Profile} profile
 */
function writeForm(profile) {
  const place = at("forms");
  if (!may("POST /profile-proposals") || place.dataset.key === keyOf(profile)) return;
  place.dataset.key = keyOf(profile);
  const names = Object.keys(profile.document.numbers).sort();
  const own = profile.shipped ? "" : profile.profile_id;
  const fields = [
    { name: "profile_id", value: own },
    { name: "number", kind: "select", options: names.map((one) => [one, numberName(one)]) },
    { name: "value", kind: "number" },
    {
      name: "basis",
      kind: "select",
      options: ["sponsor_validated", "label", "literature_proxy"].map((one) => [one, t(`profiles.basis.${one}`)]),
    },
    { name: "grade", kind: "select", options: ["S", "K", "O"].map((one) => [one, t(`profiles.grade.${one}`)]) },
    { name: "source" },
    { name: "reason" },
  ];
  place.replaceChildren(formOf("override", fields, (body) => propose(profile, body), words));
}

/**
 * @param {Api.Profile} profile
 * @param {Record<string, any>} body
 */
async function propose(profile, { profile_id: name, number, reason, ...said }) {
  const { unit } = profile.document.numbers[number];
  const body = {
    profile_id: name,
    base_profile_id: profile.profile_id,
    base_version: profile.version,
    reason,
    numbers: { [number]: { ...said, unit } },
  };
  try {
    const made = await post("/profile-proposals", body);
    note(t("profiles.said.proposed", { name: made.profile_id, n: made.version }));
    await load();
    at("proposals").querySelector(`[data-proposal="${made.proposal_id}"]`)?.scrollIntoView({ block: "nearest" });
    return true;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    noteError(error);
    return false;
  }
}

/** @param {number} step */
function move(step) {
  const found = all.filter(matches);
  const now = found.indexOf(chosen());
  const next = found[Math.min(found.length - 1, Math.max(0, now + step))];
  if (next) wishes.set({ p: keyOf(next), with: "" }, { push: false });
}

wishes.bind("q", at("f-q"), "input");
at("with").addEventListener("change", () => wishes.set({ with: at("with").value }));
at("clear").addEventListener("click", () => wishes.set({ q: "" }));
wishes.addEventListener("change", write);
zone.addEventListener("change", () => {
  writeProposals(at("proposals"), proposed, decided);
  write();
});
bindKey(["j"], t("profiles.keys.down"), () => move(1));
bindKey(["k"], t("profiles.keys.up"), () => move(-1));
bindKey(["/"], t("profiles.keys.search"), () => at("f-q").focus());
wireMoves(at("moves"), () => all);
startShell();
load();
