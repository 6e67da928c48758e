// Acts of departments and officers on a shipment's clearance: signing a step, conditions, emergencies.
import { post } from "./api.js";
import { whoWords } from "./blockers.js";
import { basisName, inForce, today } from "./clearance-words.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { named } from "./page.js";

const reason = (extra = {}) => ({
  name: "reason",
  label: t("clear.reason"),
  kind: "area",
  required: true,
  hint: t("clear.no_names"),
  ...extra,
});

/** Which moves a step takes; `answer` is the applicant's. As the state machine has them. */
export const MOVES = {
  WAITING: ["give", "send_back", "refuse"],
  RETURNED: ["answer"],
  REFUSED: ["answer"],
  GIVEN: ["withdraw"],
};

/**
 * One move of a department's step, with what its signature means.
 * @param {Api.SignOff} step
 * @param {string} move
 */
export const signStep = (step, move) => {
  const who = whoWords(move === "answer" ? "company" : step.department);
  return askFor({
    title: t(`clear.move.${move}`),
    hint: t("clear.step_of", { who: whoWords(step.department) }),
    fields: [reason()],
    meaning: t(`clear.meaning.${move}`, { who }),
    submit: t(`clear.do.${move}`),
    said: t("clear.said.step"),
    act: (body, key) => post(`/sign-offs/${step.id}/steps`, { move, ...body }, key),
  });
};

/** @param {string} id */
export const askDepartments = (id) => post(`/shipments/${id}/sign-offs`, {});

/**
 * A look at a condition. A breach says what was seen; only the lead lets one go.
 * @param {string} id
 * @param {Api.CheckedCondition} condition
 * @param {string} outcome
 */
export const checkCondition = (id, condition, outcome) =>
  askFor({
    title: t(`clear.check.${outcome}`),
    hint: `${condition.name}${t("common.colon")}${condition.text}`,
    fields: [
      {
        name: "note",
        label: t("clear.note"),
        kind: "area",
        required: outcome === "breached",
        hint: t("clear.no_names"),
      },
    ],
    meaning: t(`clear.check_meaning.${outcome}`),
    submit: t("clear.do.check"),
    said: t("clear.said.check"),
    act: (body, key) => post(`/shipments/${id}/condition-checks`, { condition: condition.name, outcome, ...body }, key),
  });

const LINE = /^([A-Za-z0-9][\w-]{0,63})\s*[:：]\s*(.+)$/;

/** One condition a line: "name: what must be kept". */
const conditionsOf = (text = "") =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line, n) => {
      const found = LINE.exec(line);
      return found ? { name: found[1], text: found[2] } : { name: `c${n + 1}`, text: line };
    });

/** @param {string} id */
export const assess = (id) =>
  askFor({
    title: t("clear.assess"),
    hint: t("clear.assess_hint"),
    submit: t("clear.do.assess"),
    said: t("clear.said.assess"),
    fields: [
      { name: "assessor", label: t("clear.assessor"), required: true },
      {
        name: "result",
        label: t("clear.result"),
        kind: "select",
        options: ["accepted", "accepted_with_conditions", "refused"].map((one) => [one, t(`clear.result.${one}`)]),
      },
      { name: "conditions", label: t("clear.conditions"), kind: "area", hint: t("clear.conditions_hint") },
      { name: "valid_from", label: t("clear.valid_from"), kind: "day", value: today(), required: true },
      { name: "valid_until", label: t("clear.valid_until"), kind: "day", hint: t("clear.inclusive") },
    ],
    meaning: t("clear.meaning.assess"),
    act: ({ conditions, ...body }, key) =>
      post("/risk-assessments", { shipment_id: id, ...body, conditions: conditionsOf(conditions) }, key),
  });

/** @param {Api.PaperRules} rules */
const basisHint = (rules) =>
  inForce(rules, "emergency")
    .map((one) =>
      t("clear.basis_terms", {
        name: named(one),
        grade: one.officer_grade,
        days: one.within_working_days,
        source: one.source,
      }),
    )
    .join(" ");

/**
 * A release before the paper, on a dated legal basis, until a day.
 * @param {string} id
 * @param {Api.PaperRules} rules
 * @param {number | null} grade
 */
export const releaseBeforePapers = (id, rules, grade) =>
  askFor({
    title: t("clear.emergency_new"),
    hint: [basisHint(rules), grade ? t("clear.your_grade", { n: grade }) : t("clear.no_grade")].join(" "),
    fields: [
      {
        name: "basis_id",
        label: t("clear.basis"),
        kind: "select",
        options: inForce(rules, "emergency").map((one) => [one.id, named(one)]),
        required: true,
      },
      {
        name: "due_on",
        label: t("clear.due_on"),
        kind: "day",
        min: today(),
        required: true,
        hint: t("clear.inclusive"),
      },
      reason(),
    ],
    meaning: t("clear.meaning.emergency"),
    submit: t("clear.do.emergency"),
    said: t("clear.said.emergency"),
    act: (body, key) => post(`/shipments/${id}/emergency-releases`, body, key),
  });

/**
 * @param {Api.EmergencyRelease} release
 * @param {Api.PaperRules} rules
 * @param {string} move
 */
export const endEmergency = (release, rules, move) =>
  askFor({
    title: t(`clear.emergency.${move}`),
    hint: basisName(rules, release.basis_id),
    fields: [reason()],
    meaning: t(`clear.meaning.${move}`),
    submit: t(`clear.do.${move}`),
    said: t("clear.said.step"),
    act: (body, key) => post(`/emergency-releases/${release.id}/steps`, { move, ...body }, key),
  });
