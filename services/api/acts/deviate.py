"""What quality assurance does with a deviation; each step with its reason, two of them signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.api.acts.evidence import gather
from services.api.acts.signing import prove_signer, sign
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.refusals import HttpRefusal
from services.api.schemas.deviations import NewDeviation, NewStep
from services.core.domain.errors import Invalid
from services.core.domain.governance.access import Role
from services.core.domain.quality.deviation import (
    SIGNED,
    DeviationMove,
    DeviationState,
    Disposition,
    Proposal,
    check_approval,
    transition,
)
from services.core.storage.deviations import DeviationRepository, DeviationView
from services.core.storage.shipments import ShipmentRepository
from services.core.storage.worklist import Worklist


async def open_deviation(shipment_id: UUID, body: NewDeviation, act: Act) -> UUID:
    """Take a hold, or enter what a person saw; raises AlreadyExists while one is open."""
    shipment = await ShipmentRepository(act.unit).lock(shipment_id)
    payload = shipment.payload(body.payload_id)
    repository = DeviationRepository(act.unit)
    held = {one.payload_id: one for one in await repository.detected(shipment_id)}
    detected = held[payload.payload_id].detected_at if payload.payload_id in held else act.now
    deviation_id = new_id(act.now)
    state = transition(DeviationState.DETECTED, DeviationMove.ACKNOWLEDGE)
    await repository.open(
        {
            "deviation_id": deviation_id,
            "payload_id": payload.payload_id,
            "shipment_id": shipment_id,
            "state": state,
            "description": body.description,
            "detected_at": detected,
            "opened_at": act.now,
            "opened_by": act.principal.principal_id,
        }
    )
    step = _Step(deviation_id, DeviationMove.ACKNOWLEDGE, state, body.description)
    await _record(step, act, before=None)
    return deviation_id


async def take_step(deviation_id: UUID, body: NewStep, act: Act) -> DeviationView:
    """Make one move; returns the deviation as it stands afterwards."""
    repository = DeviationRepository(act.unit)
    view = await repository.one(deviation_id, lock=True)
    move = DeviationMove(body.move)
    _check_role(move, act)
    state = transition(DeviationState(view.state), move)
    step = _Step(deviation_id, move, state, body.reason)
    if move is DeviationMove.ASSESS:
        await _assess(view, step, _proposed(body), act)
    elif move is DeviationMove.APPROVE:
        await _approve(view, step, act)
    else:
        if move is DeviationMove.REOPEN:
            await repository.supersede(view.payload_id, act.now)
        cleared = dict.fromkeys(_DECISION) if move is not DeviationMove.CLOSE else {}
        await repository.move(deviation_id, state, **cleared)
    await _record(step, act, before=view.state)
    if move in _DECIDES:
        work = {view.payload_id: act.now}
        await Worklist(act.unit).put_payloads(work, f"deviation_{move}", act.now)
    return await repository.one(deviation_id)


_DECIDES = frozenset({DeviationMove.APPROVE, DeviationMove.REOPEN})
"""What alarms say depends on what QA has decided."""


_NEEDED_ROLE = {
    DeviationMove.ASSESS: Role.QA_ASSESSOR,
    DeviationMove.SEND_BACK: Role.QA_APPROVER,
    DeviationMove.APPROVE: Role.QA_APPROVER,
}


def _check_role(move: DeviationMove, act: Act) -> None:
    needed = _NEEDED_ROLE.get(move)
    if needed is not None and needed not in act.principal.roles:
        raise HttpRefusal(403, f"{move} is for the role {needed}", field="move")


_DECISION = (
    "proposal",
    "assessed_by",
    "assessed_at",
    "evidence_sha256",
    "facts_sha256",
    "decided_by",
    "decided_at",
)


@dataclass(frozen=True, slots=True)
class _Step:
    deviation_id: UUID
    move: DeviationMove
    state: DeviationState
    reason: str


def _proposed(body: NewStep) -> Disposition:
    if body.disposition is None:
        raise Invalid(
            "an assessment proposes a disposition",
            field="disposition",
            remedy="one of " + ", ".join(Disposition),
        )
    return Disposition(body.disposition)


async def _assess(view: DeviationView, step: _Step, proposed: Disposition, act: Act) -> None:
    """Keep what there is to see now, and the signature on it."""
    evidence = await gather(view.payload_id, act.now, act.unit)
    repository = DeviationRepository(act.unit)
    await repository.keep_pack(
        {
            "sha256": evidence.sha256,
            "deviation_id": step.deviation_id,
            "created_at": act.now,
            "pack": evidence.pack,
        }
    )
    await repository.move(
        step.deviation_id,
        step.state,
        proposal=proposed,
        assessed_by=act.principal.principal_id,
        assessed_at=act.now,
        evidence_sha256=evidence.sha256,
        facts_sha256=evidence.facts_sha256,
    )
    await _sign(view, step, evidence.sha256, act)


async def _approve(view: DeviationView, step: _Step, act: Act) -> None:
    """Put the proposal in force, if it is another person's and the facts are still the same."""
    proposal, seen, through = _proposal_of(view)
    found = await gather(view.payload_id, through, act.unit)
    check_approval(proposal, act.principal.principal_id, found.facts_sha256)
    repository = DeviationRepository(act.unit)
    await repository.supersede(view.payload_id, act.now)
    await repository.decide(
        {
            "disposition_id": new_id(act.now),
            "payload_id": view.payload_id,
            "deviation_id": step.deviation_id,
            "value": proposal.disposition,
            "assessed_by": proposal.assessed_by,
            "decided_by": act.principal.principal_id,
            "decided_at": act.now,
            "reason": step.reason,
            "decided_through": through,
            "evidence_sha256": seen,
            "facts_sha256": proposal.facts_sha256,
            "seen": found.seen,
        }
    )
    await repository.move(
        step.deviation_id,
        step.state,
        decided_by=act.principal.principal_id,
        decided_at=act.now,
    )
    await _sign(view, step, seen, act)


def _proposal_of(view: DeviationView) -> tuple[Proposal, bytes, datetime]:
    """What was proposed, the pack it stands on, and until when that looked."""
    seen, facts, by, at = (
        view.evidence_sha256,
        view.facts_sha256,
        view.assessed_by,
        view.assessed_at,
    )
    if view.proposal is None or seen is None or facts is None or by is None or at is None:
        raise Invalid("nothing has been proposed yet", field="move", remedy="assess it first")
    proposal = Proposal(
        disposition=Disposition(view.proposal), assessed_by=by, facts_sha256=bytes(facts)
    )
    return proposal, bytes(seen), at


async def _sign(view: DeviationView, step: _Step, sha256: bytes, act: Act) -> None:
    await prove_signer(act, simulated=view.simulated)
    await sign(
        {
            "signature_id": new_id(act.now),
            "entity": "deviation",
            "entity_id": str(step.deviation_id),
            "meaning": SIGNED[step.move],
            "principal_id": act.principal.principal_id,
            "signed_at": act.now,
            "sha256": sha256,
            "reason": step.reason,
        },
        act,
    )


async def _record(step: _Step, act: Act, *, before: str | None) -> None:
    signed = SIGNED.get(step.move)
    await DeviationRepository(act.unit).add_step(
        {
            "deviation_id": step.deviation_id,
            "move": step.move,
            "state": step.state,
            "principal_id": act.principal.principal_id,
            "at": act.now,
            "reason": step.reason,
            "facts": {} if signed is None else {"signed_as": signed},
        }
    )
    await act.audit(
        step.move,
        ("deviation", step.deviation_id),
        before=None if before is None else {"state": before},
        after={"state": step.state},
        reason=step.reason,
    )
