"""Releases before the paper: granted by an officer, made up by papers, or revoked."""

from __future__ import annotations

from uuid import UUID

from services.api.acts.signing import sign_facts
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.schemas.clearance import EmergencyStep, NewEmergencyRelease
from services.core.domain.clearance.papers.emergency import (
    GRANT_SIGNED,
    OPEN,
    SIGNED,
    EmergencyMove,
    EmergencyState,
    check_grant,
    state_on,
    transition,
)
from services.core.domain.clearance.papers.standing import BLOCKING
from services.core.domain.errors import Conflict
from services.core.runtime.rulebook import shipped_rulebook
from services.core.storage.releasecases import Clearance
from services.core.storage.supervision import SupervisionRepository


async def grant(found: Clearance, body: NewEmergencyRelease, act: Act) -> UUID:
    """Let a shipment go before its papers; raises Invalid or Conflict. Returns the release."""
    repository = SupervisionRepository(act.unit)
    officer = await repository.official(act.principal.principal_id)
    today = found.moment.at.astimezone(found.moment.zone).date()
    basis = check_grant(
        shipped_rulebook().emergency(body.basis_id, today),
        None if officer is None else officer.grade,
        today,
        body.due_on,
    )
    release_id = new_id(act.now)
    granted = {
        "release_id": release_id,
        "shipment_id": found.shipment_id,
        "basis_id": basis.basis_id,
        "papers": sorted(basis.papers),
        "granted_by": act.principal.principal_id,
        "officer_grade": 0 if officer is None else officer.grade,
        "granted_at": act.now,
        "due_on": body.due_on,
        "reason": body.reason,
        "state": EmergencyState.GRANTED,
    }
    await repository.grant(granted)
    after = {"basis_id": basis.basis_id, "due_on": body.due_on.isoformat()}
    subject = ("emergency_release", release_id)
    await act.audit("grant", subject, after=after, reason=body.reason)
    facts = {"release": granted, "case": found.row}
    await sign_facts(subject, GRANT_SIGNED, body.reason, facts, act, simulated=found.simulated)
    return release_id


async def end(found: Clearance, release_id: UUID, body: EmergencyStep, act: Act) -> None:
    """Make it up, if every paper is there by now, or revoke it; raises IllegalTransition."""
    release = await SupervisionRepository(act.unit).emergency(release_id)
    today = found.moment.at.astimezone(found.moment.zone).date()
    move = EmergencyMove(body.move)
    state = transition(state_on(EmergencyState(release.state), release.due_on, today), move)
    if move is EmergencyMove.MAKE_UP and (missing := _missing(found)):
        raise Conflict(
            "papers that were let off are not there yet: " + ", ".join(missing),
            field="move",
            remedy="attach them first",
        )
    await _end(release_id, move, state, body.reason, act)
    subject, facts = ("emergency_release", release_id), {"state": state, "case": found.row}
    await sign_facts(subject, SIGNED[move], body.reason, facts, act, simulated=found.simulated)


async def make_up_if_complete(found: Clearance, act: Act) -> None:
    """The last paper that was let off has come: nobody has to say so."""
    emergency = found.case.emergency
    if emergency is None or emergency.state not in OPEN or _missing(found):
        return
    release_id = UUID(found.row["emergency"]["release_id"])
    state = transition(emergency.state, EmergencyMove.MAKE_UP)
    await _end(release_id, EmergencyMove.MAKE_UP, state, "the papers are there", act)


def _missing(found: Clearance) -> list[str]:
    """Papers that were let off and do not hold."""
    let_off = frozenset[str]() if found.case.emergency is None else found.case.emergency.papers
    return [
        one.need.paper
        for one in found.case.papers
        if one.state in BLOCKING and one.need.paper in let_off
    ]


async def _end(
    release_id: UUID, move: EmergencyMove, state: EmergencyState, reason: str, act: Act
) -> None:
    await SupervisionRepository(act.unit).end_emergency(
        release_id,
        {
            "state": state,
            "ended_at": act.now,
            "ended_by": act.principal.principal_id,
            "ended_reason": reason,
        },
    )
    after = {"state": state.value}
    await act.audit(move, ("emergency_release", release_id), after=after, reason=reason)
