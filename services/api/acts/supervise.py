"""Joint supervision: departments are asked, sign off in parallel, and look at conditions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from services.api.acts.papers import clearance_of
from services.api.acts.signing import sign_facts
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.refusals import HttpRefusal
from services.api.schemas.clearance import (
    NewConditionCheck,
    NewRiskAssessment,
    NewSignOffStep,
    OfficialChange,
)
from services.core.domain.clearance.supervision.assessment import Outcome
from services.core.domain.clearance.supervision.sign_off import (
    APPLICANTS,
    SIGNED,
    Department,
    Signer,
    SignOffMove,
    SignOffState,
    transition,
)
from services.core.domain.errors import Conflict, Invalid
from services.core.domain.governance.access import Role
from services.core.runtime.rulebook import shipped_rulebook
from services.core.storage.releasecases import Clearance
from services.core.storage.signatures import SignatureRecord, SignatureRepository
from services.core.storage.supervision import (
    AssessmentRecord,
    OfficialRecord,
    SupervisionRepository,
)

_MINUTE = timedelta(minutes=1)


async def open_sign_offs(found: Clearance, act: Act) -> None:
    """Ask every department that the regime of the shipment names; raises Conflict without one."""
    declared = found.row["declared"]
    regime = None if declared is None else declared["regime"]
    today = found.moment.at.astimezone(found.moment.zone).date()
    steps = [] if regime is None else shipped_rulebook().steps_of(regime, today)
    if not steps:
        raise Conflict(
            "the shipment uses no regime under which departments sign off",
            field="shipment_id",
            remedy="declare the regime first",
        )
    await SupervisionRepository(act.unit).ask(
        [
            {
                "sign_off_id": new_id(act.now),
                "shipment_id": found.shipment_id,
                "department": step.department,
                "rule_id": step.rule_id,
                "state": SignOffState.WAITING,
                "lead": step.lead,
                "asked_at": act.now,
                "since": act.now,
                "due_at": act.now + step.within,
                "remind_min": int(step.remind_before / _MINUTE),
            }
            for step in steps
        ]
    )
    after = {"departments": [step.department for step in steps]}
    await act.audit("ask", ("shipment", found.shipment_id), after=after)


async def take_sign_off_step(sign_off_id: UUID, body: NewSignOffStep, act: Act) -> UUID:
    """Make one move; raises IllegalTransition, or 403 for another department's. The shipment."""
    repository = SupervisionRepository(act.unit)
    step = await repository.sign_off(sign_off_id)
    move = SignOffMove(body.move)
    await _check_department(move, Department(step.department), act)
    state = transition(SignOffState(step.state), move)
    await repository.move(sign_off_id, {"state": state, "since": act.now})
    await repository.add_step(
        {
            "sign_off_id": sign_off_id,
            "move": move,
            "state": state,
            "principal_id": act.principal.principal_id,
            "at": act.now,
            "reason": body.reason,
        }
    )
    await act.audit(
        move,
        ("sign_off", sign_off_id),
        before={"state": step.state},
        after={"state": state, "department": step.department},
        reason=body.reason,
    )
    if move in SIGNED:
        found = await clearance_of(step.shipment_id, act)
        facts = {
            "department": step.department,
            "move": move,
            "state": state,
            "case": found.row,
        }
        subject = ("sign_off", sign_off_id)
        await sign_facts(subject, SIGNED[move], body.reason, facts, act, simulated=found.simulated)
    return step.shipment_id


async def signatures_on(found: Clearance, act: Act) -> list[SignatureRecord]:
    """Of departments, the assessment, and the release before the paper, in their order."""
    repository, row = SignatureRepository(act.unit), found.row
    steps = [one["sign_off_id"] for one in row["steps"] or ()]
    assessments = [] if row["assessment"] is None else [row["assessment"]["assessment_id"]]
    releases = [] if row["emergency"] is None else [row["emergency"]["release_id"]]
    signed = {
        **await repository.of("sign_off", steps),
        **await repository.of("risk_assessment", assessments),
        **await repository.of("emergency_release", releases),
    }
    every = [one for group in signed.values() for one in group]
    return sorted(every, key=lambda one: (one.signed_at, one.signature_id))


async def _check_department(move: SignOffMove, department: Department, act: Act) -> None:
    """`answer` is the applicant's side; all other moves are the department's own."""
    if move in APPLICANTS:
        department = Department.COMPANY
    if department not in (await signer_of(act)).departments:
        raise HttpRefusal(
            403,
            f"this is for the department {department}",
            field="move",
            remedy="an administrator says who signs for whom: POST /officials/{principal_id}",
        )


async def signer_of(act: Act) -> Signer:
    """What was entered about whoever acts; without that, the role says for whom they sign."""
    official = await SupervisionRepository(act.unit).official(act.principal.principal_id)
    grade = None if official is None else official.grade
    return Signer(departments=_departments(official, act.principal.roles), grade=grade)


def _departments(official: OfficialRecord | None, roles: frozenset[Role]) -> frozenset[Department]:
    """Whoever sits at the machine holds every role and signs for everybody."""
    if official is not None and official.department is not None:
        return frozenset({Department(official.department)})
    if roles == frozenset(Role):
        return frozenset(Department)
    by_role = {Role.CUSTOMS_OFFICER: Department.CUSTOMS, Role.OPERATOR: Department.COMPANY}
    return frozenset(by_role[role] for role in roles if role in by_role)


async def assess(body: NewRiskAssessment, act: Act) -> AssessmentRecord:
    """Enter and sign a risk assessment of a shipment or a plan; raises Invalid."""
    _check_assessment(body)
    found = await SupervisionRepository(act.unit).assess(
        {
            **body.model_dump(),
            "assessment_id": new_id(act.now),
            "assessed_at": act.now,
            "entered_by": act.principal.principal_id,
        }
    )
    subject = ("risk_assessment", found.assessment_id)
    await act.audit("assess", subject, after=body.model_dump(mode="json"))
    case = None if found.shipment_id is None else await clearance_of(found.shipment_id, act)
    facts = {"assessment": asdict(found), "case": None if case is None else case.row}
    await sign_facts(
        subject,
        found.result,
        f"as assessed by {found.assessor}",
        facts,
        act,
        simulated=case is not None and case.simulated,
    )
    return found


def _check_assessment(body: NewRiskAssessment) -> None:
    if (body.shipment_id is None) == (body.paper_id is None):
        raise Invalid(
            "an assessment is of a shipment or of a plan",
            field="shipment_id",
            remedy="name one of shipment_id and paper_id",
        )
    with_conditions = body.result == "accepted_with_conditions"
    if with_conditions != bool(body.conditions):
        raise Invalid(
            "conditions and result do not fit",
            field="conditions",
            remedy="only accepted_with_conditions has conditions, and it has at least one",
        )
    names = [one.name for one in body.conditions]
    if len(names) != len(set(names)):
        raise Invalid("two conditions have the same name", field="conditions")


async def check_condition(found: Clearance, body: NewConditionCheck, act: Act) -> None:
    """Note a look at a condition; a breach alarms the lead department. Raises Invalid, or 403."""
    assessment = found.case.assessment
    if assessment is None or body.condition not in assessment.conditions:
        raise Invalid(
            "the assessment of this shipment has no such condition",
            field="condition",
            remedy="see its checklist in the clearance of the shipment",
        )
    outcome = Outcome(body.outcome)
    if outcome is Outcome.BREACHED and body.note is None:
        raise Invalid("a breach says what was seen", field="note", remedy="add a note")
    if outcome is Outcome.WAIVED and found.case.lead not in (await signer_of(act)).departments:
        raise HttpRefusal(403, f"only {found.case.lead} may let a condition go", field="outcome")
    await SupervisionRepository(act.unit).note_check(
        {
            "shipment_id": found.shipment_id,
            "assessment_id": UUID(assessment.assessment_id),
            "condition": body.condition,
            "outcome": outcome,
            "note": body.note,
            "at": act.now,
            "principal_id": act.principal.principal_id,
        }
    )
    after = {"condition": body.condition, "outcome": outcome}
    subject = ("shipment", found.shipment_id)
    await act.audit("check_condition", subject, after=after, reason=body.note)


async def appoint(principal_id: str, body: OfficialChange, act: Act) -> OfficialRecord:
    """Say which grade somebody has, and for which department they sign."""
    found = await SupervisionRepository(act.unit).appoint(
        {
            "principal_id": principal_id,
            **body.model_dump(),
            "entered_at": act.now,
            "entered_by": act.principal.principal_id,
        }
    )
    await act.audit("appoint", ("official", principal_id), after=body.model_dump(mode="json"))
    return found
