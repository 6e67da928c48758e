// Departments that sign off in parallel, the risk assessment with its conditions, releases before the paper.
import { whoWords } from "./blockers.js";
import * as acts from "./clearance-acts.js";
import { actButton, marked } from "./clearance-papers.js";
import { basisName, inForce, paperName } from "./clearance-words.js";
import { serverNow } from "./clock.js";
import { h } from "./dom.js";
import { clockTimeWithDay, dateTime, duration, instant, zoneName } from "./format.js";
import { has, t } from "./i18n.js";
import { signaturesPart, signerLine } from "./signatures.js";
import { facts, table } from "./tables.js";
import { zone } from "./zone.js";

/** @import {Seen} from "./clearance-papers.js" */

const STEPS = "POST /sign-offs/{sign_off_id}/steps";
const MARKS = { WAITING: "plan", RETURNED: "p2", REFUSED: "p2", GIVEN: "done" };
const OUTCOMES = { kept: "done", breached: "p1", waived: "adv" };

/**
 * Due, and how long there is still or how long it is over.
 * @param {Api.SignOff} step
 * @param {number} now
 */
function due(step, now) {
  const at = instant(step.due_at);
  const time = clockTimeWithDay(at, now, zone.name);
  if (step.state === "GIVEN") return time;
  const words =
    step.overdue || at <= now
      ? marked("p2", t("clear.overdue", { span: duration(now - at) }))
      : h("span", { class: "sub" }, t("clear.still", { span: duration(at - now) }));
  return [h("div", { class: "num" }, time), words];
}

/**
 * A department moves its own step only; the applicant's side answers.
 * @param {Api.SignOff} step
 * @param {Seen} seen
 */
function movesOf(step, { found }) {
  const side = step.state === "RETURNED" || step.state === "REFUSED" ? "company" : step.department;
  return found.signs_for.includes(side) ? acts.MOVES[step.state] : [];
}

/** @param {Seen} seen */
export function departmentsPart(seen) {
  const { found, id } = seen;
  const now = serverNow();
  if (!found.sign_offs.length) {
    return [
      h("p", { class: "sub" }, t(found.regime ? "clear.not_asked" : "clear.no_regime")),
      found.regime
        ? h(
            "p",
            { class: "actions" },
            actButton(seen, t("clear.ask"), "POST /shipments/{shipment_id}/sign-offs", () => acts.askDepartments(id), {
              main: true,
            }),
          )
        : null,
    ];
  }
  /** @param {Api.SignOff} step */
  const last = (step) => found.signatures.findLast((one) => one.entity_id === step.id);
  /** @param {Api.SignOff} step */
  const signed = (step) => (step.state === "WAITING" ? undefined : last(step));
  const rows = found.sign_offs.map((step) => [
    [whoWords(step.department), step.lead ? h("span", { class: "tag" }, t("clear.lead")) : null]
      .filter(Boolean)
      .flatMap((one) => [one, " "]),
    [marked(MARKS[step.state], t(`clear.state.${step.state}`)), signerLine(signed(step))],
    step.with_whom ? whoWords(step.with_whom) : "–",
    clockTimeWithDay(instant(step.since), now, zone.name),
    due(step, now),
    h(
      "span",
      { class: "line-acts" },
      movesOf(step, seen).map((move, n) =>
        actButton(seen, t(`clear.do.${move}`), STEPS, () => acts.signStep(step, move), {
          main: n === 0 && move !== "withdraw",
          label: `${whoWords(step.department)}: ${t(`clear.do.${move}`)}`,
        }),
      ),
    ),
  ]);
  return [
    table(
      t("clear.departments"),
      ["department", "standing", "who", "since", "due", "act"].map((name) =>
        name === "due" ? `${t("clear.due")} ${zoneName(now, zone.name)}` : t(`clear.${name}`),
      ),
      rows,
      { end: true },
    ),
  ];
}

/**
 * @param {Seen} seen
 * @param {Api.CheckedCondition} one
 */
function conditionRow(seen, one) {
  const { found, id } = seen;
  const call = "POST /shipments/{shipment_id}/condition-checks";
  const lead = found.sign_offs.find((step) => step.lead)?.department ?? "customs";
  const outcomes = ["kept", "breached", ...(found.signs_for.includes(lead) ? ["waived"] : [])];
  return [
    [h("b", {}, one.name), h("div", { class: "sub" }, one.text)],
    one.outcome
      ? marked(OUTCOMES[one.outcome], t(`clear.outcome.${one.outcome}`))
      : marked("plan", t("clear.unchecked")),
    one.checked_at
      ? h("span", { class: "sub" }, `${dateTime(instant(one.checked_at), zone.name)} · ${one.checked_by}`)
      : "–",
    h(
      "span",
      { class: "line-acts" },
      outcomes.map((outcome) =>
        actButton(seen, t(`clear.outcome.${outcome}`), call, () => acts.checkCondition(id, one, outcome), {
          label: `${one.name}: ${t(`clear.outcome.${outcome}`)}`,
        }),
      ),
    ),
  ];
}

/** @param {Seen} seen */
export function assessmentPart(seen) {
  const { found, id } = seen;
  const { assessment } = found;
  const enter = actButton(seen, t("clear.assess"), "POST /risk-assessments", () => acts.assess(id));
  if (!assessment) return [h("p", { class: "sub" }, t("clear.no_assessment")), h("p", { class: "actions" }, enter)];
  const until = assessment.valid_until
    ? t("clear.from_until", { from: assessment.valid_from, until: assessment.valid_until })
    : t("clear.from", { from: assessment.valid_from });
  return [
    facts([
      [t("clear.assessor"), assessment.assessor],
      [
        t("clear.result"),
        has(`clear.result.${assessment.result}`) ? t(`clear.result.${assessment.result}`) : assessment.result,
      ],
      [t("clear.valid"), until],
      [t("clear.scope"), assessment.of_plan ? t("clear.of_plan") : t("clear.of_shipment")],
    ]),
    ...found.signatures.filter((one) => one.entity_id === assessment.id).map(signerLine),
    assessment.conditions.length
      ? table(
          t("clear.checklist"),
          ["condition", "standing", "seen", "act"].map((name) => t(`clear.${name}`)),
          assessment.conditions.map((one) => conditionRow(seen, one)),
          { end: true },
        )
      : null,
    h("p", { class: "actions" }, enter),
  ];
}

/** @param {Seen} seen */
export function emergencyPart(seen) {
  const { found, rules, id } = seen;
  const { emergency } = found;
  const call = "POST /emergency-releases/{release_id}/steps";
  const open = emergency && ["GRANTED", "OVERDUE"].includes(emergency.state);
  const missing = found.blockers.some(
    (one) => one.kind === "paper" && inForce(rules, "emergency").some((basis) => basis.papers.includes(one.what)),
  );
  const start =
    !open && missing
      ? actButton(seen, t("clear.emergency_new"), "POST /shipments/{shipment_id}/emergency-releases", () =>
          acts.releaseBeforePapers(id, rules, found.officer_grade),
        )
      : null;
  if (!emergency)
    return [
      h("p", { class: "sub" }, t(missing ? "clear.emergency_could" : "clear.emergency_none")),
      start ? h("p", { class: "actions" }, start) : null,
    ];
  const mark = { GRANTED: "adv", OVERDUE: "p2", MADE_UP: "done", REVOKED: "plan" }[emergency.state];
  return [
    h("p", {}, marked(mark, t(`clear.emergency_state.${emergency.state}`))),
    facts([
      [t("clear.basis"), basisName(rules, emergency.basis_id)],
      [t("clear.let_off"), emergency.papers.map((one) => paperName(rules, one)).join(t("common.comma"))],
      [t("clear.due_on"), t("clear.due_inclusive", { day: emergency.due_on })],
      [
        t("clear.granted"),
        t("clear.granted_by", {
          time: dateTime(instant(emergency.granted_at), zone.name),
          name: emergency.granted_by,
          grade: emergency.officer_grade,
        }),
      ],
      [t("clear.reason"), emergency.reason],
    ]),
    signaturesPart(
      found.signatures.filter((one) => one.entity === "emergency_release"),
      () => basisName(rules, emergency.basis_id),
    ),
    h(
      "p",
      { class: "actions" },
      open
        ? [
            actButton(seen, t("clear.emergency.make_up"), call, () => acts.endEmergency(emergency, rules, "make_up"), {
              main: true,
            }),
            actButton(seen, t("clear.emergency.revoke"), call, () => acts.endEmergency(emergency, rules, "revoke")),
          ]
        : [],
      start,
    ),
  ];
}
