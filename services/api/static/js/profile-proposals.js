// New versions that somebody proposed: what would differ, number by number; another person decides.
import { post } from "./api.js";
import { controlsThat } from "./control.js";
import { find, h } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { dateTime, instant, recordedNumber } from "./format.js";
import { t } from "./i18n.js";
import { may, viewer } from "./page.js";
import { numberName, sourceOf } from "./profile-numbers.js";
import { trialPart } from "./profile-trial.js";
import { signedLine } from "./signatures.js";
import { table } from "./tables.js";
import { zone } from "./zone.js";

/**
 * What to do once something was decided; an approved proposal has become a version.
 * @typedef {(approved?: Api.ProfileProposal) => unknown} Done
 */

/** @param {Api.ProfileProposal} one */
const nameOf = (one) => t("profiles.name_version", { name: one.profile_id, n: one.version });

/**
 * Those that wait with all that would differ, those that were decided in a table below.
 * @param {HTMLElement} section
 * @param {Api.ProfileProposal[]} proposals
 * @param {Done} done
 */
export function writeProposals(section, proposals, done) {
  section.hidden = proposals.length === 0;
  const waiting = proposals.filter((one) => !one.decision);
  const decided = proposals.filter((one) => one.decision);
  find(".body", section).replaceChildren(
    ...(waiting.length
      ? waiting.map((one) => card(one, done))
      : [h("p", { class: "sub" }, t("profiles.nothing_waits"))]),
    ...(decided.length ? [history(decided)] : []),
  );
}

/**
 * @param {Api.ProfileProposal} one
 * @param {Done} done
 */
function card(one, done) {
  return h(
    "article",
    { class: "proposal", "data-proposal": one.proposal_id },
    h("h3", {}, nameOf(one)),
    h("p", {}, one.reason),
    h("p", { class: "sub" }, said("profiles.proposal.by", one.proposed_by, one.proposed_at)),
    signedAs(one, "requested"),
    differences(one),
    may("GET /profile-proposals/{proposal_id}/trial")
      ? trialPart(`/profile-proposals/${one.proposal_id}/trial`, nameOf(one))
      : null,
    h("p", { class: "actions" }, ...buttons(one, done)),
  );
}

/**
 * @param {string} key
 * @param {string | null} name
 * @param {string | null} at
 */
const said = (key, name, at) => t(key, { name: name ?? "", time: at ? dateTime(instant(at), zone.name) : "" });

/**
 * @param {Api.ProfileProposal} one
 * @param {string | null} meaning
 */
const signedAs = (one, meaning) => signedLine(one.signatures.find((signature) => signature.meaning === meaning));

/** @param {Api.NumberChange} change */
function changeRow({ name, band, before, after }) {
  /** @typedef {import("./profile-numbers.js").Numbered} Numbered */
  const [old, fresh] = [/** @type {Numbered | null} */ (before), /** @type {Numbered | null} */ (after)];
  return [
    h("span", {}, numberName(name), band ? h("span", { class: "sub" }, band) : null),
    old ? recordedNumber(old) : "–",
    fresh ? h("b", {}, recordedNumber(fresh)) : t("profiles.proposal.gone"),
    fresh
      ? h(
          "span",
          {},
          t(`profiles.basis.${fresh.basis}`),
          t("common.comma"),
          fresh.grade,
          t("common.semicolon"),
          sourceOf(fresh),
        )
      : "",
  ];
}

/** @param {Api.ProfileProposal} one */
function differences(one) {
  const over = one.over_profile_id
    ? t("profiles.proposal.over", { name: one.over_profile_id, n: one.over_version ?? "" })
    : t("profiles.proposal.over_nothing");
  const rows = one.changes.map(changeRow);
  const heads = ["number", "before", "after", "source"].map((key) => t(`profiles.proposal.${key}`));
  const rest = one.other_changes.map((name) => t(`profiles.part.${name}`)).join(t("common.comma"));
  return h(
    "div",
    {},
    h("p", { class: "sub" }, over),
    rows.length ? table(t("profiles.proposal.changes"), heads, rows) : null,
    rest ? h("p", {}, t("profiles.proposal.rest", { names: rest })) : null,
  );
}

/**
 * @param {Api.ProfileProposal} one
 * @param {Done} done
 */
function buttons(one, done) {
  const control = controlsThat(() => done());
  const path = `/profile-proposals/${one.proposal_id}`;
  if (one.proposed_by === viewer?.id)
    return [
      h("span", { class: "sub" }, t("profiles.waits"), " "),
      control(
        "profiles.do.withdraw",
        "POST /profile-proposals/{proposal_id}/withdrawal",
        () => asked("withdraw", one, (body, key) => post(`${path}/withdrawal`, body, key)),
        nameOf(one),
      ),
    ];
  /** @param {"approved" | "refused"} decision */
  const decide = (decision) =>
    asked(decision, one, (body, key) => post(`${path}/decision`, { decision, ...body }, key));
  const call = /** @type {const} */ ("POST /profile-proposals/{proposal_id}/decision");
  const approve = async () => {
    if (await decide("approved")) done(one);
  };
  return [
    control("profiles.do.approved", call, approve, nameOf(one)),
    control("profiles.do.refused", call, () => decide("refused"), nameOf(one)),
  ];
}

/**
 * @param {"approved" | "refused" | "withdraw"} what
 * @param {Api.ProfileProposal} one
 * @param {(body: Record<string, any>, key: string) => Promise<any>} act
 */
const asked = (what, one, act) =>
  askFor({
    title: t(`profiles.ask.${what}`, { name: nameOf(one) }),
    fields: [{ name: "reason", label: t("profiles.field.reason"), kind: "area", required: true }],
    meaning: what === "withdraw" ? undefined : t(`profiles.meaning.${what}`),
    submit: t(`profiles.do.${what}`),
    said: t(`profiles.said.${what}`),
    act,
  });

/** @param {Api.ProfileProposal[]} decided */
function history(decided) {
  const heads = ["version", "reason", "proposed", "decided"].map((key) => t(`profiles.proposal.${key}`));
  return h(
    "details",
    { class: "folded" },
    h("summary", {}, t("profiles.proposal.earlier", { n: decided.length })),
    table(
      t("profiles.proposal.decided"),
      heads,
      decided.map((one) => [
        nameOf(one),
        one.reason,
        h("span", {}, said("profiles.proposal.by", one.proposed_by, one.proposed_at), signedAs(one, "requested")),
        h(
          "span",
          {},
          said(`profiles.proposal.${one.decision}`, one.decided_by, one.decided_at),
          h("span", { class: "sub" }, one.decision_reason),
          signedAs(one, one.decision),
        ),
      ]),
    ),
  );
}
