"""Putting a plan into words: what is proposed for each shipment, and the rule and minutes why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.core.domain.clearance.loss import ended_before
from services.core.domain.clearance.plan_parts import (
    Booking,
    PlanRules,
    PlanShipment,
    PlanSlot,
    Proposal,
    ProposalKind,
    Reason,
    ReasonCode,
)
from services.core.domain.clearance.plan_standing import Hold, best_slack, latest_start
from services.core.domain.clearance.plan_table import cells_needed

_MINUTE = timedelta(minutes=1)
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What all proposals of one plan share; `last`: those of the plan before that may stand."""

    now: datetime
    rules: PlanRules
    last: Mapping[str, Proposal]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a slot means for a shipment: probability of loss, spare minutes (none: no deadline)."""

    loss: float
    spare: timedelta | None


def kept_as_it_is(
    shipment: PlanShipment, booking: Booking, settled: Reason, context: Context
) -> Proposal:
    """A booking that the plan does not touch: begun, or inside the freeze horizon."""
    here = shipment.sites[booking.times]
    latest = latest_start(shipment, here)
    outcome = Outcome(
        _loss(shipment, booking.start + here.inspection + here.after),
        None if latest is None else latest - booking.start,
    )
    return _at(shipment, booking, (ProposalKind.KEEP, settled), outcome, context)


def placed(
    shipment: PlanShipment, hold: Hold, slot: PlanSlot, outcome: Outcome, context: Context
) -> Proposal:
    """A slot found by the plan: the one it has, another, or its first."""
    if hold.displaced is not None:
        found = (ProposalKind.RELOCATE, hold.displaced)
    elif shipment.booking is None or hold.cell < 0:
        code = booked_because(slot, outcome.spare, context)
        before = context.last.get(shipment.key)
        if before is not None and before.slot is slot and before.reason.code is code:
            return before
        found = (ProposalKind.BOOK, Reason(code=code, minutes={}))
    else:
        found = _move(shipment.booking, slot, context.rules)
    return _at(shipment, slot, found, outcome, context)


def to_people(shipment: PlanShipment, hold: Hold, context: Context) -> Proposal:
    """No slot: people decide. It stays in the queue, and nothing is said about its cells."""
    spare = best_slack(shipment, context.now)
    too_late = spare is not None and spare < _NONE
    code = ReasonCode.NO_SLOT_IN_TIME if too_late else ReasonCode.NO_FREE_SLOT
    minutes = dict(hold.displaced.minutes) if hold.displaced is not None else {}
    if spare is not None:
        minutes["short_min" if too_late else "spare_min"] = abs(spare) // _MINUTE
    return Proposal(
        shipment=shipment.key,
        kind=ProposalKind.TO_PEOPLE,
        slot=None,
        end=None,
        loss=1.0,
        spare=spare,
        reason=Reason(code=code, minutes=minutes),
    )


def _move(booking: Booking, slot: PlanSlot, rules: PlanRules) -> tuple[ProposalKind, Reason]:
    if (slot.bay_id, slot.place, slot.start) == (booking.bay_id, booking.place, booking.start):
        return ProposalKind.KEEP, Reason(code=ReasonCode.KEEPS_BOOKING, minutes={})
    by = {"by_min": abs(slot.start - booking.start) // _MINUTE}
    if slot.start < booking.start:
        return ProposalKind.ADVANCE, Reason(code=ReasonCode.MOVED_EARLIER, minutes=by)
    minutes = {**by, "kept_min": rules.bump_keeps // _MINUTE}
    return ProposalKind.BUMP, Reason(code=ReasonCode.LATER_KEEPS_SPARE, minutes=minutes)


def _at(
    shipment: PlanShipment,
    slot: PlanSlot | Booking,
    found: tuple[ProposalKind, Reason],
    outcome: Outcome,
    context: Context,
) -> Proposal:
    kind, because = found
    needed = cells_needed(shipment.sites[slot.times].inspection, context.rules)
    return Proposal(
        shipment=shipment.key,
        kind=kind,
        slot=slot,
        end=slot.start + needed * context.rules.slot,
        loss=outcome.loss,
        spare=outcome.spare,
        reason=Reason(
            code=because.code, minutes={**because.minutes, **_spare_minutes(outcome.spare)}
        ),
    )


def booked_because(slot: PlanSlot, spare: timedelta | None, context: Context) -> ReasonCode:
    """Why a first slot is this one."""
    if spare is not None and spare < _NONE:
        return ReasonCode.LEAST_RISK
    kept_back = slot.start >= context.now + context.rules.reserve_until
    return ReasonCode.FITS_RESERVED if slot.reserved and kept_back else ReasonCode.FITS_IN_TIME


def _spare_minutes(spare: timedelta | None) -> dict[str, int]:
    if spare is None:
        return {}
    return {"late_min" if spare < _NONE else "spare_min": abs(spare) // _MINUTE}


def _loss(shipment: PlanShipment, done: datetime) -> float:
    """Probability that the shipment's viability or fixed deadline has passed by `done`."""
    if shipment.fixed_deadline is not None and done > shipment.fixed_deadline:
        return 1.0
    return 0.0 if shipment.viability is None else ended_before(shipment.viability, done)
