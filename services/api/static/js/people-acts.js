// What an administrator does about a person: invite, change, let in anew, lock; and the link, which is shown once.
import { get, patch, post, RequestError } from "./api.js";
import { at, h } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { dateTime, instant, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { note, noteError } from "./say.js";
import { zone } from "./zone.js";

/** @import {Spec} from "./form-dialog.js" */

/** What people do here; machines have keys. */
const ROLES = [
  "operator",
  "customs_officer",
  "qa_assessor",
  "qa_approver",
  "auditor",
  "administrator",
  "applicant",
  "shipper",
  "consignee",
  "supervising_authority",
];

const reason = () => ({
  name: "reason",
  label: t("people.reason"),
  kind: "area",
  required: true,
  hint: t("people.reason_hint"),
});

/** @param {string[]} value */
const rolesField = (value = []) => ({
  name: "roles",
  label: t("people.roles"),
  kind: "several",
  required: true,
  options: [...new Set([...ROLES, ...value])].map((role) => [role, t(`me.role.${role}`)]),
  value,
});

/**
 * A refused role is told beside the roles, however the server names it.
 * @param {() => Promise<any>} act
 */
async function asked(act) {
  try {
    return await act();
  } catch (error) {
    if (error instanceof RequestError)
      for (const part of error.parts) if (/^#?\/?roles?\b/.test(part.pointer)) part.pointer = "roles";
    throw error;
  }
}

/**
 * The link, until it is put away: it is in no other place, and is not shown again.
 * @param {Api.Invited} invited
 */
function showLink({ name, link, link_ends_at: ends }) {
  const section = at("fresh");
  const end = instant(ends);
  const time = `${dateTime(end, zone.name)} ${zoneName(end, zone.name)}`;
  const field = h("input", { class: "field", id: "fresh-link", readonly: true, value: link });
  const copy = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(link);
      note(t("people.link.copied"));
    } catch {
      note(t("people.link.copy_yourself"));
    }
  };
  const close = () => {
    section.replaceChildren();
    section.hidden = true;
    at("invite").focus();
  };
  section.replaceChildren(
    h("h2", { id: "fresh-title" }, t("people.link.title", { name })),
    h("p", {}, t("people.link.once", { time })),
    h("label", {}, t("people.link.label"), field),
    h(
      "p",
      { class: "actions" },
      h("button", { class: "btn p", type: "button", onclick: copy }, t("people.link.copy")),
      h("button", { class: "btn", type: "button", onclick: close }, t("people.link.put_away")),
    ),
  );
  section.hidden = false;
  field.focus();
  field.select();
}

/**
 * @param {Spec} spec
 * @returns {Promise<boolean>} Whether something was done.
 */
async function withLink(spec) {
  const answer = await askFor(spec);
  if (answer) showLink(answer);
  return answer !== null;
}

export async function invite() {
  /** @type {Api.Organisation[]} */
  let found;
  try {
    found = (await get("/organisations")).items;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    noteError(error);
    return false;
  }
  return withLink({
    title: t("people.invite_title"),
    hint: t("people.invite_hint"),
    fields: [
      { name: "person_id", label: t("people.person_id"), required: true, hint: t("people.person_id_hint") },
      { name: "name", label: t("people.name"), required: true },
      {
        name: "organisation",
        label: t("people.organisation"),
        kind: "select",
        required: true,
        hint: found.length ? "" : t("people.no_organisation"),
        options: [["", "–"], ...found.map((one) => [one.organisation_id, `${one.name} (${one.organisation_id})`])],
      },
      { name: "country", label: t("people.country"), hint: t("people.country_hint") },
      rolesField(),
    ],
    submit: t("people.do.invite"),
    /**
     * @param {Record<string, any>} body
     * @param {string} key
     */
    act: (body, key) => asked(() => post("/people", body, key)),
  });
}

/** @param {Api.Person} person */
export const change = async (person) =>
  null !==
  (await askFor({
    title: t("people.change_title", { name: person.name }),
    hint: t("people.change_hint"),
    fields: [
      { name: "name", label: t("people.name"), required: true, value: person.name },
      rolesField(person.roles),
      reason(),
    ],
    submit: t("people.do.change"),
    said: t("people.said.changed", { name: person.name }),
    act: (body) => asked(() => patch(`/people/${person.person_id}`, body)),
  }));

/**
 * A new link: for who cannot get in, who lost a second factor, and who was locked.
 * @param {Api.Person} person
 */
export const renew = (person) =>
  withLink({
    title: t(person.state === "disabled" ? "people.unlock_title" : "people.renew_title", { name: person.name }),
    hint: t("people.renew_hint"),
    fields: [
      ...(person.second_factors.length
        ? [{ name: "second_factors", label: t("people.take_factors"), kind: "check", value: false }]
        : []),
      reason(),
    ],
    submit: t(person.state === "disabled" ? "people.do.unlock" : "people.do.renew"),
    /**
     * @param {Record<string, any>} body
     * @param {string} key
     */
    act: (body, key) => post(`/people/${person.person_id}/reset`, body, key),
  });

/**
 * Sign somebody out, where a device was lost or left open; they may sign in again.
 * @param {Api.Person} person
 */
export async function endSessions(person) {
  /** @type {Api.Page_Session_} */
  const { items: found } = await get(`/people/${person.person_id}/sessions`);
  if (!found.length) {
    note(t("people.no_sessions", { name: person.name }));
    return false;
  }
  /** @param {Api.Session} one */
  const words = (one) =>
    [one.agent, one.source, t("me.since", { time: dateTime(instant(one.created_at), zone.name) })].join(" · ");
  return (
    null !==
    (await askFor({
      title: t("people.sessions_title", { name: person.name }),
      hint: t("people.sessions_hint"),
      fields: [
        {
          name: "session_id",
          label: t("me.sessions"),
          kind: "select",
          options: [["", t("people.sessions_all", { n: found.length })], ...found.map((one) => [one.id, words(one)])],
        },
        reason(),
      ],
      submit: t("people.do.sessions"),
      said: t("people.said.sessions", { name: person.name }),
      act: (body, key) => post(`/people/${person.person_id}/sessions/end`, body, key),
    }))
  );
}

/** @param {Api.Person} person */
export const lock = async (person) =>
  null !==
  (await askFor({
    title: t("people.lock_title", { name: person.name }),
    hint: t("people.lock_hint"),
    fields: [reason()],
    submit: t("people.do.lock"),
    said: t("people.said.locked", { name: person.name }),
    act: (body, key) => post(`/people/${person.person_id}/disable`, body, key),
  }));
