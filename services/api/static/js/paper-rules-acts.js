// Entering rules on papers of a sponsor or a site, firms in regimes, and who signs for which department.
import { get, post } from "./api.js";
import { whoWords } from "./blockers.js";
import { inForce, paperName, today } from "./clearance-words.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { may, named } from "./page.js";

export const DEPARTMENTS = ["customs", "health", "drug_authority", "district", "science_technology", "company"];

/** @param {string} name @param {Partial<import("./form-dialog.js").Field>} [extra] */
const field = (name, extra = {}) => ({ name, label: t(`rules.field.${name}`), required: true, ...extra });
/**
 * @param {string} name
 * @param {string[][]} options
 */
const choice = (name, options, extra = {}) => field(name, { kind: "select", options, ...extra });
const days = () => [
  field("valid_from", { kind: "day", value: today() }),
  field("valid_until", { kind: "day", required: false, hint: t("rules.inclusive") }),
];
const reason = () => field("reason", { kind: "area" });
const PROVENANCE = new Set(["source", "url", "grade", "valid_from", "valid_until"]);

/**
 * A shipped rule in other words for one sponsor or site: its conditions are kept, and narrowed.
 * @param {Rule} base
 * @param {Record<string, any>} body
 */
function documentOf(base, { effect, scope, of, source, grade, valid_from: from, valid_until: until }) {
  const kept = Object.fromEntries(Object.entries(base).filter(([name]) => !PROVENANCE.has(name)));
  return {
    ...kept,
    effect,
    when: { ...(base.when ?? {}), [scope]: [of] },
    source,
    grade,
    valid_from: from,
    ...(until ? { valid_until: until } : {}),
  };
}

/** @param {Api.PaperRules} rules */
export function enterRule(rules) {
  const shipped = inForce(rules, "rule");
  return askFor({
    title: t("rules.form.rule"),
    hint: t("rules.form_hint.rule"),
    fields: [
      choice(
        "base",
        shipped.map((one) => [one.id, `${paperName(rules, one.paper)} (${one.id})`]),
      ),
      choice(
        "effect",
        ["waives", "needs"].map((one) => [one, t(`rules.effect.${one}`)]),
      ),
      choice(
        "scope",
        ["sponsor", "site"].map((one) => [one, t(`rules.scope.${one}`)]),
      ),
      field("of", { hint: t("rules.of_hint") }),
      field("source", { kind: "area" }),
      choice(
        "grade",
        ["S", "K", "O"].map((one) => [one, t(`rules.grade.${one}`)]),
      ),
      ...days(),
      reason(),
    ],
    submit: t("rules.do.enter"),
    said: t("rules.said.rule"),
    act: ({ base, reason: why, ...body }, key) =>
      post(
        "/paper-rules",
        {
          document: documentOf(shipped.find((one) => one.id === base) ?? {}, body),
          reason: why,
        },
        key,
      ),
  });
}

/** @param {Api.OwnPaperRule} one */
export const withdraw = (one) =>
  askFor({
    title: t("rules.form.withdraw", { name: String(one.document.id) }),
    hint: t("rules.form_hint.withdraw"),
    fields: [reason()],
    submit: t("rules.do.withdraw"),
    said: t("rules.said.withdrawn"),
    act: (body, key) => post(`/paper-rules/${one.entry_id}/withdrawal`, body, key),
  });

/** @param {Api.PaperRules} rules */
export const enterFirm = (rules) =>
  askFor({
    title: t("rules.form.firm"),
    hint: t("rules.form_hint.firm"),
    fields: [
      choice("regime", [...new Map(inForce(rules, "regime").map((one) => [one.regime, named(one)]))]),
      field("firm"),
      field("item", { required: false, hint: t("rules.item_hint") }),
      field("reference"),
      ...days(),
    ],
    submit: t("rules.do.enter"),
    said: t("rules.said.firm"),
    act: (body, key) => post("/memberships", body, key),
  });

/**
 * Who can be named: the people, where one may read them; else a short name is typed.
 * @param {string | undefined} value
 */
async function personField(value) {
  if (value) return field("principal_id", { kind: "select", options: [[value, value]], value });
  /** @type {Api.Person[]} */
  const known = may("GET /people") ? (await get("/people")).items : [];
  const people = known.filter((one) => one.state !== "disabled");
  if (!people.length) return field("principal_id", { hint: t("rules.short_name") });
  return choice(
    "principal_id",
    people.map((one) => [one.person_id, `${one.name} (${one.person_id})`]),
  );
}

/** @param {Partial<Api.Official>} [one] */
export const appoint = async (one = {}) =>
  askFor({
    title: t("rules.form.official"),
    hint: t("rules.form_hint.official"),
    fields: [
      await personField(one.principal_id),
      choice("department", [["", t("rules.nobody")], ...DEPARTMENTS.map((name) => [name, whoWords(name)])], {
        required: false,
        value: one.department ?? "",
      }),
      field("grade_of", { kind: "number", min: 1, max: 9, step: "1", required: false, value: one.grade ?? "" }),
    ],
    submit: t("rules.do.enter"),
    said: t("rules.said.official"),
    act: ({ principal_id: who, department = null, grade_of: grade = null }, key) =>
      post(`/officials/${encodeURIComponent(who)}`, { department, grade }, key),
  });
