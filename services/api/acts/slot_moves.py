"""What people do with an appointment: answer, move, check in, begin at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.api.acts.book import held_for, judge_again
from services.api.acts.slot_ground import Ground, Wanted, claim_now, ground_of, hold_place, write
from services.api.acts.slot_news import tell
from services.api.dependencies import Act
from services.core.domain.clearance.appointment import Booking
from services.core.domain.clearance.appointment_life import (
    AppointmentMove,
    AppointmentState,
    transition,
)
from services.core.domain.clearance.asking import SlotRequest
from services.core.domain.clearance.slots import Holding, free_place
from services.core.domain.errors import Conflict, SlotTaken
from services.core.storage.appointments import AppointmentRepository, AppointmentView

_M = AppointmentMove
_MINUTE = timedelta(minutes=1)


async def answer(appointment_id: UUID, agreed: bool, reason: str | None, act: Act) -> None:
    """An officer's answer to a request; before take-off an agreement is tentative."""
    shipment, held = await held_for(appointment_id, act)
    claim, _ = await claim_now(held.shipment_id, act.unit, act.now)
    move = _M.DECLINE
    if agreed:
        move = _M.PENCIL if claim.before_take_off else _M.ACCEPT
    values = {} if agreed else {"cancel_reason": reason}
    await _enter(held, move, values, ("answer", reason), act)
    told = ("accepted", "OFFICER_AGREES") if agreed else ("declined", "OFFICER_DECLINES")
    await _tell_of(held.id, told, act)
    await judge_again(shipment, "appointment_answered", act)


async def check_in(appointment_id: UUID, at: datetime, act: Act) -> None:
    """The box is at the bay; the inspection begins with its own record."""
    shipment, held = await held_for(appointment_id, act)
    await _enter(held, _M.CHECK_IN, {"checked_in_at": at}, ("check_in", None), act)
    await judge_again(shipment, "appointment_checked_in", act)


async def follow(
    held: AppointmentView, ground: Ground, wanted: Wanted, why: Mapping[str, Any], act: Act
) -> UUID:
    """Another appointment takes the place of one that is held; both are in one transaction.

    `why`: move_code and move_minutes, or a person's move_reason beside them. Raises SlotTaken, and
    then the first one stands as it did.
    """
    state = transition(AppointmentState(held.state), _M.RESCHEDULE)
    repository = AppointmentRepository(act.unit)
    await repository.move(held.id, state.value)
    extra = {**(wanted.extra or {}), **why, "follows": held.id}
    extra.setdefault("bumps", held.bumps)
    appointment_id = await hold_place(ground, replace(wanted, extra=extra), act)
    await _told_of_move(held, appointment_id, act)
    await judge_again(ground.shipment, "appointment_moved", act)
    return appointment_id


async def reschedule(
    appointment_id: UUID, to: tuple[str, datetime], reason: str | None, act: Act
) -> UUID:
    """Moved at the wish of who holds it: twice by rule, then an officer is asked; to a slot after
    the latest start with a reason alone."""
    held = await AppointmentRepository(act.unit).one(appointment_id)
    bay_id, start = to
    ground = await ground_of(held.shipment_id, bay_id, act)
    held = await AppointmentRepository(act.unit).one(appointment_id, lock=True)
    wanted = Wanted(
        start=start,
        length=held.ends_at - held.starts_at,
        moves=held.moved_by_people + 1,
        late_reason=reason,
    )
    why = {"move_code": "OWN_WISH", "move_minutes": _shift(held.starts_at, start)}
    return await follow(held, ground, wanted, {**why, "move_reason": reason}, act)


async def start_now(shipment_id: UUID, bay_id: str, reason: str | None, act: Act) -> UUID:
    """Take a free place of a bay at once, beside the grid; what was booked is given up for it."""
    ground = await ground_of(shipment_id, bay_id, act)
    _check_bay(ground)
    held = await _open_of(ground, act)
    why: dict[str, Any] = {}
    if held is not None:
        state = transition(AppointmentState(held.state), _M.RESCHEDULE)
        await AppointmentRepository(act.unit).move(held.id, state.value)
        minutes = _shift(held.starts_at, act.now)
        why = {"follows": held.id, "move_code": "START_NOW", "move_minutes": minutes}
        why |= {"move_reason": reason, "bumps": held.bumps}
    appointment_id = await _begin_beside_the_grid(ground, why, act)
    await _enter(
        await AppointmentRepository(act.unit).one(appointment_id, lock=True),
        _M.CHECK_IN,
        {"checked_in_at": act.now},
        ("start_now", reason),
        act,
    )
    await _tell_of(appointment_id, ("started", "START_NOW"), act)
    await judge_again(ground.shipment, "appointment_started", act)
    return appointment_id


async def _begin_beside_the_grid(ground: Ground, why: dict[str, Any], act: Act) -> UUID:
    here = ground.here
    length = ground.bay.slot if here is None else here.inspection
    booking = Booking(
        bay=ground.bay,
        start=act.now,
        length=length,
        needs_bay_class=ground.claim.bay_class,
        also=ground.claim.also,
        site_id=ground.bay.site_id,
    )
    found = await AppointmentRepository(act.unit).held([ground.bay.bay_id], act.now, booking.end)
    held = [Holding(bay_id=h.bay_id, place=h.place, start=h.start, end=h.end) for h in found]
    place = free_place(ground.bay, held, booking.start, booking.end)
    if place is None:
        raise SlotTaken("no place of the bay is free now", field="bay_id", remedy="take another")
    request = SlotRequest(
        start=act.now,
        reserved=False,
        latest_start=None if here is None else here.latest,
        ready=None,
    )
    wanted = Wanted(start=act.now, agreed=True, extra={**why, "off_grid": True})
    return await write(ground, booking, (place, request, None), wanted, act)


def _check_bay(ground: Ground) -> None:
    claim, bay = ground.claim, ground.bay
    fits = bay.bay_class in {claim.bay_class, *claim.also} and claim.equipment <= bay.equipment
    if ground.here is None or not fits:
        raise Conflict(
            "the bay is not of the kind that the shipment needs",
            field="bay_id",
            remedy=f"take a {claim.bay_class} bay of its site",
        )


async def _open_of(ground: Ground, act: Act) -> AppointmentView | None:
    row = ground.claim.overview.appointment
    if row is None or row["state"] not in {"REQUESTED", "TENTATIVE", "CONFIRMED"}:
        return None
    return await AppointmentRepository(act.unit).one(UUID(row["id"]), lock=True)


async def _enter(
    held: AppointmentView,
    move: AppointmentMove,
    values: Mapping[str, Any],
    told: tuple[str, str | None],
    act: Act,
) -> None:
    state = transition(AppointmentState(held.state), move)
    await AppointmentRepository(act.unit).move(held.id, state.value, **values)
    action, reason = told
    await act.audit(
        action,
        ("appointment", held.id),
        before={"state": held.state},
        after={"state": state.value},
        reason=reason,
    )


async def _tell_of(appointment_id: UUID, told: tuple[str, str], act: Act) -> None:
    move, code = told
    view = await AppointmentRepository(act.unit).one(appointment_id)
    await tell(act.unit, view, move, (code, {}), act.now)


async def _told_of_move(held: AppointmentView, appointment_id: UUID, act: Act) -> None:
    view = await AppointmentRepository(act.unit).one(appointment_id)
    why = (view.move_code or "OWN_WISH", view.move_minutes or {})
    await act.audit(
        "move",
        ("appointment", appointment_id),
        before={"bay_id": held.bay_id, "start": held.starts_at.isoformat()},
        after={
            "bay_id": view.bay_id,
            "start": view.starts_at.isoformat(),
            "state": view.state,
            "code": why[0],
            "minutes": dict(why[1]),
            "latest_start_before": _iso(held.latest_start_at_booking),
            "latest_start": _iso(view.latest_start_at_booking),
        },
        reason=view.move_reason,
    )
    await tell(act.unit, view, "moved", why, act.now)


def _shift(before: datetime, after: datetime) -> dict[str, int]:
    return {"by_min": abs(after - before) // _MINUTE}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
