"""The clearance of a shipment as the API shows it, with what the reader's department may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from services.api.present.signatures import signatures_out
from services.api.schemas.clearance import (
    Assessment,
    AttachedPaper,
    Blocker,
    CheckedCondition,
    Clearance,
    ClearanceLine,
    EmergencyRelease,
    NeededPaper,
    Parties,
    PartyOrganisation,
    SignOff,
    Stage,
    UsedRegime,
    WaivedPaper,
)
from services.api.schemas.papers import Declaration
from services.core.domain.clearance.papers.emergency import EmergencyState
from services.core.domain.clearance.papers.standing import PaperState
from services.core.domain.clearance.release import Blocker as DomainBlocker
from services.core.domain.clearance.release import ReleaseCase, release_blockers
from services.core.domain.clearance.supervision.sign_off import Signer
from services.core.domain.clearance.supervision.sign_off import SignOff as DomainSignOff
from services.core.runtime.rulebook import shipped_rulebook
from services.core.storage import releasecases
from services.core.storage.signatures import SignatureRecord

EVERYTHING = frozenset({"parties", "goods", "papers", "route", "appointment", "conditions"})


def clearance_out(
    found: releasecases.Clearance,
    signer: Signer,
    sees: frozenset[str] = EVERYTHING,
    signed: Iterable[SignatureRecord] = (),
) -> Clearance:
    """One place for all of it; parts that are not seen are left out."""
    case, row = found.case, found.row
    declared = row["declared"]
    blockers = release_blockers(case, found.moment)
    return Clearance(
        shipment_id=found.shipment_id,
        reference=found.reference,
        stage=_stage(case, blockers),
        as_of=found.moment.at,
        zone=found.zone,
        arrival_at=found.moment.arrival if "route" in sees else None,
        revision=0 if declared is None else declared["revision"],
        blockers=[_blocker(one) for one in blockers],
        parties=_parties(row) if "parties" in sees else None,
        goods=None
        if declared is None or "goods" not in sees
        else Declaration.model_validate(declared),
        papers=_papers(case) if "papers" in sees else None,
        attached=_attached(row) if "papers" in sees else None,
        waived=[
            WaivedPaper(paper=one.paper, rule_id=one.rule_id, waived_by=one.waived_by)
            for one in found.waivers
        ],
        regime=_regime(declared, case),
        sign_offs=_sign_offs(found),
        assessment=_assessment(row) if "conditions" in sees else None,
        emergency=_emergency(row, case),
        signatures=signatures_out(
            one for one in signed if one.entity != "risk_assessment" or "conditions" in sees
        ),
        signs_for=sorted(signer.departments),
        officer_grade=signer.grade,
    )


def line_out(found: releasecases.Clearance, sees: frozenset[str] = EVERYTHING) -> ClearanceLine:
    """The same in one line: what is missing, and who has it."""
    blockers = release_blockers(found.case, found.moment)
    lapsing = [one.need.paper for one in found.case.papers if one.state is PaperState.LAPSING]
    return ClearanceLine(
        shipment_id=found.shipment_id,
        reference=found.reference,
        stage=_stage(found.case, blockers),
        arrival_at=found.moment.arrival if "route" in sees else None,
        blockers=[_blocker(one) for one in blockers],
        lapsing=lapsing if "papers" in sees else None,
        sign_offs=_sign_offs(found),
        emergency=_emergency(found.row, found.case),
    )


def _stage(case: ReleaseCase, blockers: Sequence[DomainBlocker]) -> Stage:
    state = None if case.emergency is None else case.emergency.state
    if blockers:
        return "waiting_for_papers"
    if state is EmergencyState.OVERDUE:
        return "emergency_overdue"
    return "emergency" if state is EmergencyState.GRANTED else "ready"


def _blocker(one: DomainBlocker) -> Blocker:
    values = {name: getattr(one, name) for name in one.__slots__}
    name_en, name_zh = _names().get((one.kind, one.what), (None, None))
    return Blocker.model_validate({**values, "name_en": name_en, "name_zh": name_zh})


@cache
def _names() -> Mapping[tuple[str, str], tuple[str, str]]:
    """What papers and regimes are called; of several dates the newest name."""
    book = shipped_rulebook()
    papers = {("paper", one.kind): (one.name_en, one.name_zh) for one in book.kinds}
    regimes = {("regime", one.regime): (one.name_en, one.name_zh) for one in book.regimes}
    return {**papers, **regimes}


def _parties(row: Mapping[str, Any]) -> Parties | None:
    if row["declared"] is None:
        return None
    return Parties(
        applicant=row["declared"]["applicant"],
        shipper=row["shipper"],
        consignee=row["consignee"],
        organisations=[PartyOrganisation(**one) for one in row["organisations"] or ()],
    )


def _papers(case: ReleaseCase) -> list[NeededPaper]:
    return [
        NeededPaper(
            paper=one.need.paper,
            subject=one.need.subject,
            state=one.state.value,
            since=one.since,
            ends_at=one.ends,
            number=one.number,
            who=one.need.who,
            rule_id=one.need.rule_id,
        )
        for one in case.papers
    ]


def _attached(row: Mapping[str, Any]) -> list[AttachedPaper]:
    uses = row["uses"] or ()
    return [
        AttachedPaper.model_validate({**one, "quantity": _as_text(one["drawn"])}) for one in uses
    ]


def _as_text(number: Any) -> str | None:
    return None if number is None else str(number)


def _regime(declared: Mapping[str, Any] | None, case: ReleaseCase) -> UsedRegime | None:
    if declared is None or declared["regime"] is None:
        return None
    rule_id = None if case.regime is None else case.regime.rule_id
    return UsedRegime(regime=declared["regime"], rule_id=rule_id, unmet=list(case.unmet))


def _sign_offs(found: releasecases.Clearance) -> list[SignOff]:
    rows = found.row["steps"] or ()
    return [
        _sign_off(raw["sign_off_id"], one, found)
        for raw, one in zip(rows, found.case.sign_offs, strict=True)
    ]


def _sign_off(identity: str, one: DomainSignOff, found: releasecases.Clearance) -> SignOff:
    return SignOff.model_validate(
        {
            "id": identity,
            "department": one.department.value,
            "state": one.state.value,
            "with_whom": one.with_whom,
            "since": one.since,
            "due_at": one.due_at,
            "overdue": one.overdue(found.moment.at),
            "lead": one.lead,
        }
    )


def _assessment(row: Mapping[str, Any]) -> Assessment | None:
    found = row["assessment"]
    if found is None:
        return None
    checks = {one["condition"]: one for one in row["checks"] or ()}
    conditions = [_condition(one, checks.get(one["name"])) for one in found["conditions"]]
    return Assessment.model_validate(
        {
            **found,
            "id": found["assessment_id"],
            "of_plan": found["paper_id"] is not None,
            "conditions": conditions,
        }
    )


def _condition(one: Mapping[str, str], check: Mapping[str, Any] | None) -> CheckedCondition:
    seen = check or {}
    return CheckedCondition(
        name=one["name"],
        text=one["text"],
        outcome=seen.get("outcome"),
        checked_at=seen.get("at"),
        checked_by=seen.get("principal_id"),
    )


def _emergency(row: Mapping[str, Any], case: ReleaseCase) -> EmergencyRelease | None:
    if row["emergency"] is None or case.emergency is None:
        return None
    values = {"id": row["emergency"]["release_id"], "state": case.emergency.state.value}
    return EmergencyRelease.model_validate({**row["emergency"], **values})
