"""What keeps a shipment from being released: each thing, who has it, by which rule, since when.

Nothing here keeps anybody from booking, picking or inspecting (journey, 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.core.domain.clearance.papers.emergency import OPEN, Emergency
from services.core.domain.clearance.papers.rulebook import RegimeRule
from services.core.domain.clearance.papers.standing import BLOCKING, Moment, Standing
from services.core.domain.clearance.supervision.assessment import (
    Check,
    Outcome,
    Result,
    RiskAssessment,
    latest_checks,
)
from services.core.domain.clearance.supervision.sign_off import (
    APPLICANT,
    Department,
    SignOff,
)

OFFICER = "customs_officer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One thing that is missing: `kind` and `what` name it, `why` says what is wrong with it."""

    kind: str
    what: str
    why: str
    who: str
    rule_id: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCase:
    """Everything that the release of one shipment depends on.

    `declared_at` None: nobody has said yet what the goods are before the law.
    """

    entered_at: datetime
    declared_at: datetime | None = None
    papers: Sequence[Standing] = ()
    regime: RegimeRule | None = None
    unmet: Sequence[str] = ()
    sign_offs: Sequence[SignOff] = ()
    assessment: RiskAssessment | None = None
    checks: Sequence[Check] = ()
    emergency: Emergency | None = None

    @property
    def lead(self) -> str:
        """The department that hears of breaches."""
        return next((one.department for one in self.sign_offs if one.lead), Department.CUSTOMS)


def release_blockers(case: ReleaseCase, moment: Moment) -> list[Blocker]:
    """What is missing at that moment; empty when the release step may be taken."""
    if case.declared_at is None:
        what = ("declaration", "declaration", "missing")
        return [_blocker(what, (APPLICANT, "declaration"), case.entered_at)]
    return [
        *_papers(case),
        *_regime(case, case.declared_at),
        *_sign_offs(case),
        *_assessment(case, moment, case.declared_at),
    ]


def _blocker(what: tuple[str, str, str], held: tuple[str, str], since: datetime) -> Blocker:
    """`what`: kind, name and what is wrong; `held`: who has it and by which rule."""
    return Blocker(
        kind=what[0], what=what[1], why=what[2], who=held[0], rule_id=held[1], since=since
    )


def _papers(case: ReleaseCase) -> Iterator[Blocker]:
    open_ = case.emergency is not None and case.emergency.state in OPEN
    let_through = case.emergency.papers if case.emergency is not None and open_ else frozenset()
    for one in case.papers:
        if one.state in BLOCKING and one.need.paper not in let_through:
            need = one.need
            what = ("paper", need.paper, one.state)
            yield _blocker(what, (need.who, need.rule_id), one.since)


def _regime(case: ReleaseCase, since: datetime) -> Iterator[Blocker]:
    for condition in case.unmet:
        name, rule_id = "regime", "regime"
        if case.regime is not None:
            name, rule_id = case.regime.regime, case.regime.rule_id
        yield _blocker(("regime", name, condition), (APPLICANT, rule_id), since)


def _sign_offs(case: ReleaseCase) -> Iterator[Blocker]:
    for one in case.sign_offs:
        if one.with_whom is not None:
            what = ("sign_off", one.department, one.state.lower())
            yield _blocker(what, (one.with_whom, one.rule_id), one.since)


def _assessment(case: ReleaseCase, moment: Moment, since: datetime) -> Iterator[Blocker]:
    found, rule = case.assessment, case.regime
    if found is None:
        if rule is not None and rule.needs_assessment:
            yield _blocker(("assessment", "risk", "missing"), (case.lead, rule.rule_id), since)
        return
    rule_id, begun = found.assessment_id, found.assessed_at
    if found.result is Result.REFUSED:
        yield _blocker(("assessment", "risk", "refused"), (APPLICANT, rule_id), begun)
    elif not found.holds_on(moment.at.astimezone(moment.zone).date()):
        yield _blocker(("assessment", "risk", "lapsed"), (case.lead, rule_id), begun)
    seen = latest_checks(case.checks)
    for condition in found.conditions:
        check = seen.get(condition)
        if check is None:
            yield _blocker(("condition", condition, "unchecked"), (OFFICER, rule_id), begun)
        elif check.outcome is Outcome.BREACHED:
            yield _blocker(("condition", condition, "breached"), (case.lead, rule_id), check.at)
