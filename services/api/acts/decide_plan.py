"""What an officer decides about a proposal: confirm it, move it elsewhere, or override it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.api.acts.book import judge_again
from services.api.acts.slot_ground import Ground, Wanted, check_in_time, ground_of, hold_place
from services.api.acts.slot_moves import follow
from services.api.acts.slot_news import tell
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.planning import planned
from services.api.schemas.customs import PlanAnswer, ProposedSlot
from services.core.domain.clearance.plan_parts import PlanRules, Proposal, ProposalKind, ReasonCode
from services.core.domain.errors import Conflict, Invalid, StaleRevision
from services.core.storage.appointments import AppointmentRepository, AppointmentView
from services.core.storage.decisions import DecisionRepository

_MINUTE = timedelta(minutes=1)
_DISPLACED = frozenset(
    {ReasonCode.READY_AFTER_SLOT, ReasonCode.SLOT_UNUSABLE, ReasonCode.NOT_SHOWN}
)


async def decide(
    site_id: str, body: PlanAnswer, seen: Callable[[int], None], act: Act
) -> UUID | None:
    """Do what was decided; returns the appointment that the shipment holds now.

    The plan is made again under the locks: a proposal that is another by now is not confirmed.
    `seen` raises when the revision of the appointment that it holds is not the one that was read.
    """
    target = _target(body)
    ground = None if target is None else await ground_of(body.shipment_id, target.bay_id, act)
    made = await planned(site_id, act.unit, act.now)
    found, claim = made.proposal(body.shipment_id)
    if body.answer == "confirm":
        _check_same(found, body.proposed)
    row = claim.overview.appointment
    held_id = None if row is None else UUID(row["id"])
    _check_seen(row, body.appointment_id, seen)
    if ground is not None and target is not None:
        check_in_time(ground, target.start, body.reason)
        held_id = await _carry_out(ground, (found, held_id), (target, body), act)
    decided = None if held_id is None else {"appointment_id": str(held_id)}
    await DecisionRepository(act.unit).add(
        {
            "decision_id": new_id(act.now),
            "shipment_id": body.shipment_id,
            "site_id": site_id,
            "at": act.now,
            "principal_id": act.principal.principal_id,
            "answer": body.answer,
            "proposed": _proposed(found),
            "decided": decided,
            "reason": body.reason,
        }
    )
    await act.audit(
        f"plan_{body.answer}",
        ("shipment", body.shipment_id),
        before=_proposed(found),
        after=decided,
        reason=body.reason,
    )
    return held_id


def _check_seen(
    row: Mapping[str, Any] | None, appointment_id: UUID | None, seen: Callable[[int], None]
) -> None:
    """An answer is about what was read: the same appointment, as it was then, or none."""
    if row is not None:
        seen(row["revision"])
    if (None if row is None else UUID(row["id"])) != appointment_id:
        raise StaleRevision(
            "the shipment holds another appointment by now, or none",
            field="appointment_id",
            remedy="read the plan again, and name the appointment that it shows",
        )


def _target(body: PlanAnswer) -> ProposedSlot | None:
    """Where to; raises Invalid when the answer lacks what it needs."""
    if body.answer != "confirm" and body.reason is None:
        raise Invalid("say why", field="reason", remedy="a move or an override has its reason")
    if body.answer == "override":
        return None
    slot = body.proposed if body.answer == "confirm" else body.to
    if slot is None:
        name = "proposed" if body.answer == "confirm" else "to"
        raise Invalid(f"the answer {body.answer} needs a slot", field=name, remedy="name it")
    return slot


def _check_same(found: Proposal, seen: ProposedSlot | None) -> None:
    slot = found.slot
    same = (
        seen is not None
        and slot is not None
        and (slot.bay_id, slot.place, slot.start) == (seen.bay_id, seen.place, seen.start)
    )
    if not same:
        raise StaleRevision(
            "another slot is proposed by now",
            field="proposed",
            remedy="read the plan again and decide about what it proposes",
        )
    if found.kind is ProposalKind.KEEP:
        raise Conflict("it holds this slot already", field="proposed", remedy="nothing to do")


async def _carry_out(
    ground: Ground,
    known: tuple[Proposal, UUID | None],
    asked: tuple[ProposedSlot, PlanAnswer],
    act: Act,
) -> UUID:
    (found, held_id), (target, body) = known, asked
    why = _why(found, body)
    if held_id is None:
        appointment_id = await hold_place(ground, Wanted(start=target.start, agreed=True), act)
        view = await AppointmentRepository(act.unit).one(appointment_id)
        await tell(act.unit, view, "booked", (why["move_code"], why["move_minutes"]), act.now)
        await judge_again(ground.shipment, "appointment_booked", act)
        return appointment_id
    held = await AppointmentRepository(act.unit).one(held_id, lock=True)
    bumps = _bumps(ground, held, (found, target.start), act.now)
    if body.answer == "move":
        why["move_minutes"] = {"by_min": abs(target.start - held.starts_at) // _MINUTE}
    wanted = Wanted(
        start=target.start, agreed=True, moves=held.moved_by_people, extra={"bumps": bumps}
    )
    return await follow(held, ground, wanted, why, act)


def _why(found: Proposal, body: PlanAnswer) -> dict[str, Any]:
    if body.answer == "move":
        return {"move_code": "OFFICER_MOVED", "move_minutes": {}, "move_reason": body.reason}
    return {
        "move_code": found.reason.code.value,
        "move_minutes": dict(found.reason.minutes),
        "move_reason": body.reason,
    }


def _bumps(
    ground: Ground, held: AppointmentView, to: tuple[Proposal, datetime], now: datetime
) -> int:
    """One more when a slot that still serves is given up for a later one; twice is refused.

    One that has begun serves nobody any more who is still moved.
    """
    found, start = to
    serves = found.reason.code not in _DISPLACED and held.starts_at > now
    if not serves or start < held.starts_at:
        return held.bumps
    if held.bumps:
        raise Conflict(
            "this booking gave way for others before", field="to", remedy="nobody is moved twice"
        )
    keeps = PlanRules().bump_keeps
    latest = None if ground.here is None else ground.here.latest
    if latest is not None and latest - start < keeps:
        raise Conflict(
            f"only {max(latest - start, timedelta(0)) // _MINUTE} minutes would be left there",
            field="to",
            remedy=f"move it to an earlier slot, or to one that leaves {keeps // _MINUTE} minutes",
        )
    return 1


def _proposed(found: Proposal) -> Mapping[str, Any]:
    slot = found.slot
    return {
        "kind": found.kind.value,
        "code": found.reason.code.value,
        "minutes": dict(found.reason.minutes),
        "bay_id": slot and slot.bay_id,
        "place": slot and slot.place,
        "start": slot and slot.start.isoformat(),
    }
