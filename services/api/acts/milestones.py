"""What happened on the way, and what it changes: state, clocks, legs, and the boxes' freedom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.api.acts.flights import change_flight
from services.api.acts.share import unshare_with_site
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.schemas.requests import NewMilestone
from services.core.domain.errors import Invalid
from services.core.domain.life import ENDS, state_after
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.assignments import AssignmentRepository
from services.core.storage.journeys import JourneyRepository, LegRecord
from services.core.storage.shipments import ShipmentRecord, ShipmentRepository
from services.core.storage.worklist import Worklist

_AHEAD = timedelta(minutes=5)
"""How far a person's clock may run before ours."""

# milestone → what it changes about its leg: the instant, and how the leg stands afterwards.
_LEG_CHANGES: dict[str, tuple[str | None, str]] = {
    "departed": ("actual_departure", "departed"),
    "landed": ("actual_arrival", "landed"),
    "offloaded": (None, "offloaded"),
    "diverted": (None, "diverted"),
    "leg_cancelled": (None, "cancelled"),
}


async def add_milestone(shipment_id: UUID, body: NewMilestone, act: Act) -> None:
    """Keep the milestone and do what follows from it."""
    if body.occurred_at > act.now + _AHEAD:
        raise Invalid(
            "the milestone lies in the future",
            field="occurred_at",
            remedy="enter what is expected as an estimate of the leg",
        )
    shipments = ShipmentRepository(act.unit)
    shipment = await shipments.lock(shipment_id)
    values: dict[str, Any] = {"state": state_after(shipment.state, body.kind)}
    leg_id = await _change_leg(shipment_id, body, act)
    await JourneyRepository(act.unit).add_milestone(
        {
            **body.model_dump(exclude={"leg_id"}),
            "leg_id": leg_id,
            "milestone_id": new_id(act.now),
            "shipment_id": shipment_id,
            "recorded_at": act.now,
            "recorded_by": act.principal.principal_id,
        }
    )
    if body.kind == "packed":
        await _close_packs(shipment, body.occurred_at, act)
    if body.kind == "received":
        values["received_at"] = body.occurred_at
    if body.kind in ENDS:
        await AssignmentRepository(act.unit).end_open(shipment_id, body.occurred_at, body.kind)
        await _free_slot(shipment_id, body.kind, act)
    await shipments.change(shipment_id, values)
    await act.audit(
        body.kind,
        ("shipment", shipment_id),
        before={"state": shipment.state},
        after={**body.model_dump(mode="json"), "state": values["state"]},
        reason=body.note,
    )
    work = {one.payload_id: body.occurred_at for one in shipment.payloads}
    await Worklist(act.unit).put_payloads(work, f"milestone_{body.kind}", act.now)


async def _free_slot(shipment_id: UUID, kind: str, act: Act) -> None:
    """A slot that is still to come is not needed any more: others may have it."""
    reason = f"the shipment was {kind}"
    for freed in await AppointmentRepository(act.unit).release(shipment_id, reason, act.now):
        await act.audit(
            "cancel", ("appointment", freed), after={"state": "CANCELLED"}, reason=reason
        )
        await unshare_with_site(shipment_id, freed, act)


async def _close_packs(shipment: ShipmentRecord, at: datetime, act: Act) -> None:
    """Payloads whose box was not closed yet are judged from here on."""
    for one in shipment.payloads:
        if one.pack_closed_at is None:
            await ShipmentRepository(act.unit).change_payload(
                one.payload_id, {"pack_closed_at": at}
            )


async def _change_leg(shipment_id: UUID, body: NewMilestone, act: Act) -> UUID | None:
    change = _LEG_CHANGES.get(body.kind)
    if change is None:
        if body.leg_id is not None:
            await JourneyRepository(act.unit).flight(shipment_id, body.leg_id)
        return body.leg_id
    legs = await JourneyRepository(act.unit).legs(shipment_id)
    leg_id = body.leg_id or _meant(body.kind, legs)
    if leg_id is None:
        if body.kind in {"departed", "landed"} and not legs:
            return None
        raise Invalid(
            "say which leg is meant",
            field="leg_id",
            remedy="use one of the leg ids of this shipment",
        )
    instant, status = change
    values: dict[str, Any] = {"status": status}
    if instant is not None:
        values[instant] = body.occurred_at
    await change_flight(shipment_id, leg_id, values, act)
    return leg_id


def _meant(kind: str, legs: Sequence[LegRecord]) -> UUID | None:
    """The leg that can only be meant: the next to depart, or the one under way."""
    going = [leg for leg in legs if leg.status != "cancelled"]
    if kind == "departed":
        waiting = [leg for leg in going if leg.actual_departure is None]
        return waiting[0].leg_id if waiting else None
    under_way = [leg for leg in going if leg.actual_departure and not leg.actual_arrival]
    return under_way[-1].leg_id if under_way else None
