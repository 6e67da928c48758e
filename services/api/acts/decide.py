"""What an officer decides at the end of an inspection: signed, with the digest of the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.api.acts.inspect import add_entry, judge_again, move_appointment
from services.api.acts.inspection_news import tell
from services.api.acts.onward import start_onward
from services.api.acts.record import record_of
from services.api.acts.release import check_release
from services.api.acts.signing import prove_signer, sign
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.present.inspections import answers_of, items_of
from services.api.schemas.inspections import NewInspectionMove
from services.core.domain.clearance.appointment_life import (
    BEGIN_STATES,
    AppointmentMove,
    AppointmentState,
)
from services.core.domain.clearance.appointment_life import transition as move_place
from services.core.domain.clearance.checklist import failed, unanswered
from services.core.domain.clearance.identity import check_scans
from services.core.domain.clearance.inspection import (
    SIGNED,
    Claim,
    InspectionMode,
    InspectionMove,
    InspectionState,
    check_claim,
    check_reason,
    transition,
)
from services.core.domain.errors import Conflict
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.identities import IdentityRepository
from services.core.storage.inspections import InspectionRepository, InspectionView
from services.core.storage.shipments import ShipmentRepository

_M = InspectionMove
_PLACES: Mapping[InspectionMove, AppointmentMove] = {
    _M.CLEAR: AppointmentMove.PASS,
    _M.WAIT_FOR_PAPERS: AppointmentMove.HOLD,
    _M.ORDER_RECHECK: AppointmentMove.HOLD,
    _M.VOID: AppointmentMove.HOLD,
    _M.ORDER_RETURN: AppointmentMove.REFUSE,
    _M.ORDER_DESTRUCTION: AppointmentMove.REFUSE,
}
_ENDS = frozenset({_M.CLEAR, _M.ORDER_RETURN, _M.ORDER_DESTRUCTION})
"""It leaves, goes back or is destroyed: none of it while it is not known to be the right box, and
no slot is needed after it."""
_DECIDED = "customs has decided"


async def decide(seen: InspectionView, body: NewInspectionMove, act: Act) -> None:
    """Make one move; the record is held by the caller."""
    move = InspectionMove(body.move)
    state = transition(InspectionState(seen.state), move)
    check_reason(move, body.reason)
    if move is _M.TAKE_OVER:
        await _take_over(seen, body, act)
        return
    check_claim(Claim(by=seen.claimed_by, since=seen.claimed_at), act.principal.principal_id)
    said = await _check(seen, move, act)
    shipment = await ShipmentRepository(act.unit).lock(seen.shipment_id)
    changes: dict[str, Any] = {"state": state, "ended_at": seen.ended_at or act.now}
    facts = {"move": move, "state": state, "reason": body.reason, "signed_as": SIGNED.get(move)}
    await add_entry(seen, "move", {**facts, **said}, act)
    if move in SIGNED:
        changes |= await _sign(seen, move, body.reason, act)
    if move is _M.CLEAR:
        changes["leave_by_at_decision"] = await start_onward(seen, shipment, body.onward, act)
    await InspectionRepository(act.unit).change(seen.inspection_id, **changes)
    await _free_place(seen, move, act)
    if move in _ENDS:
        await _free_later(seen, act)
    if move in SIGNED:
        await tell(seen, move, changes.get("leave_by_at_decision"), act)
    await judge_again(shipment, f"inspection_{move}", act)


async def _take_over(seen: InspectionView, body: NewInspectionMove, act: Act) -> None:
    officer = act.principal.principal_id
    if seen.claimed_by == officer:
        raise Conflict("it is yours already", field="move", remedy="go on with it")
    facts = {"move": _M.TAKE_OVER, "from": seen.claimed_by, "reason": body.reason}
    await add_entry(seen, "move", facts, act)
    repository = InspectionRepository(act.unit)
    await repository.change(seen.inspection_id, claimed_by=officer, claimed_at=act.now)


async def _check(seen: InspectionView, move: InspectionMove, act: Act) -> dict[str, Any]:
    """Identity before all that cannot be undone; checklist and papers before it may go on."""
    if move in _ENDS:
        repository = IdentityRepository(act.unit)
        by_paper = InspectionMode(seen.mode) is InspectionMode.DOCUMENT_ONLY
        expected = {} if by_paper else await repository.expected(seen.shipment_id, act.now)
        scans = await repository.scans(seen.shipment_id, seen.inspection_id)
        check_scans(scans, expected, box=not by_paper)
    if move is not _M.CLEAR:
        return {}
    items, answers = items_of(seen), answers_of(seen)
    if (missing := unanswered(items, answers)) or (missing := failed(items, answers)):
        raise Conflict(
            f"not passed: {', '.join(missing)}",
            field="checklist",
            remedy="answer what is open; for what failed order a recheck, a return or papers",
        )
    return await check_release(seen.shipment_id, act.unit, act.now)


async def _sign(
    seen: InspectionView, move: InspectionMove, reason: str | None, act: Act
) -> dict[str, Any]:
    """Keep the record byte for byte, and the signature on its digest."""
    await prove_signer(act, simulated=seen.simulated)
    view = await InspectionRepository(act.unit).one(seen.inspection_id)
    record, sha256 = await record_of(view, act.unit, act.now)
    await InspectionRepository(act.unit).keep_record(
        {
            "sha256": sha256,
            "inspection_id": seen.inspection_id,
            "created_at": act.now,
            "record": record,
        }
    )
    await sign(
        {
            "signature_id": new_id(act.now),
            "entity": "inspection",
            "entity_id": str(seen.inspection_id),
            "meaning": SIGNED[move],
            "principal_id": act.principal.principal_id,
            "signed_at": act.now,
            "sha256": sha256,
            "reason": reason or SIGNED[move],
        },
        act,
    )
    who = {"decided_by": act.principal.principal_id, "decided_at": act.now}
    return {"record_sha256": sha256, **who}


async def _free_later(seen: InspectionView, act: Act) -> None:
    """What was booked while papers were missing is not needed any more: others may have it."""
    place = await InspectionRepository(act.unit).held_place(seen.shipment_id)
    if place is None or place["state"] not in BEGIN_STATES:
        return
    after = move_place(AppointmentState(place["state"]), AppointmentMove.FREE)
    appointment_id = place["appointment_id"]
    await AppointmentRepository(act.unit).move(appointment_id, after, cancel_reason=_DECIDED)
    await act.audit(
        "cancel",
        ("appointment", appointment_id),
        before={"state": place["state"]},
        after={"state": after},
        reason=_DECIDED,
    )


async def _free_place(seen: InspectionView, move: InspectionMove, act: Act) -> None:
    """The appointment ends with the inspection; one that waited for papers has ended before."""
    if seen.appointment_id is None:
        return
    place = await AppointmentRepository(act.unit).one(seen.appointment_id, lock=True)
    if place.state == AppointmentState.IN_INSPECTION:
        after = move_place(AppointmentState.IN_INSPECTION, _PLACES[move])
        await move_appointment(seen.appointment_id, place.state, after, act)
