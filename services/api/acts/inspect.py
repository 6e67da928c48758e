"""Beginning an inspection, and what an officer enters in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.present.at_bay import at_bay, bay_of
from services.api.present.verdict import verdict_of
from services.api.schemas.inspections import NewInspection
from services.core.domain.clearance.appointment_life import AppointmentMove, AppointmentState
from services.core.domain.clearance.appointment_life import transition as move_place
from services.core.domain.clearance.inspection import (
    Claim,
    InspectionMode,
    InspectionMove,
    InspectionState,
    check_claim,
    check_mode,
    transition,
)
from services.core.domain.errors import AlreadyExists, Conflict, IllegalTransition, Invalid
from services.core.domain.life import LIVE_STATES
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.checklists import ChecklistRepository
from services.core.storage.inspections import InspectionRepository, InspectionView
from services.core.storage.overview import OverviewRepository
from services.core.storage.shipments import ShipmentRecord, ShipmentRepository
from services.core.storage.sites import SiteRepository
from services.core.storage.worklist import Worklist

_SHORTEST = timedelta(minutes=5)
_BEGINS: Mapping[AppointmentState, tuple[AppointmentMove, ...]] = {
    AppointmentState.REQUESTED: (AppointmentMove.ACCEPT, AppointmentMove.CHECK_IN),
    AppointmentState.TENTATIVE: (AppointmentMove.CHECK_IN,),
    AppointmentState.CONFIRMED: (AppointmentMove.CHECK_IN,),
}
"""A box that is inspected stands at the bay, whether somebody has checked it in or not."""


async def begin(shipment_id: UUID, body: NewInspection, act: Act) -> UUID:
    """Open a record; who comes second is told who has it and since when."""
    shipment = await ShipmentRepository(act.unit).lock(shipment_id)
    repository = InspectionRepository(act.unit)
    await _refuse_second(await repository.undecided(shipment_id), shipment)
    mode = InspectionMode(body.mode or shipment.inspection_mode)
    check_mode(mode, no_open=shipment.no_open)
    place = await repository.held_place(shipment_id)
    where = await _where(shipment, place, body.bay_id, act)
    checklist = await ChecklistRepository(act.unit).newest(body.template_id)
    inspection_id = new_id(act.now)
    values = {
        "inspection_id": inspection_id,
        "shipment_id": shipment_id,
        "appointment_id": place and place["appointment_id"],
        **where,
        "follows": await repository.newest(shipment_id),
        "mode": mode,
        "no_open": shipment.no_open,
        "no_xray": shipment.no_xray,
        "template_id": checklist.template_id,
        "template_version": checklist.version,
        "claimed_by": act.principal.principal_id,
        "claimed_at": act.now,
        "begun_at": act.now,
        "latest_start_at_begin": await _latest_start(shipment_id, act),
    }
    await repository.begin(values)
    if place is not None:
        await _take_place(place, act)
    after = {"mode": mode, "bay_id": where["bay_id"], "template": checklist.template_id}
    await act.audit("begin", ("inspection", inspection_id), after=after)
    await judge_again(shipment, "inspection_begun", act)
    return inspection_id


async def _refuse_second(found: InspectionView | None, shipment: ShipmentRecord) -> None:
    if shipment.state not in LIVE_STATES:
        raise IllegalTransition(
            f"a shipment that is {shipment.state} is not inspected", field="shipment_id"
        )
    if found is not None:
        since = found.claimed_at.isoformat(timespec="seconds")
        raise AlreadyExists(
            f"{found.claimed_by} has inspection {found.number} of this shipment since {since}",
            field="shipment_id",
            remedy="let them finish, or take it over with a reason",
        )


async def _where(
    shipment: ShipmentRecord, place: Mapping[Any, Any] | None, bay_id: str | None, act: Act
) -> dict[str, Any]:
    """Site and bay, and when it should be over: as long as its place was booked for."""
    sites = SiteRepository(act.unit)
    wanted: str | None = bay_id or (place["bay_id"] if place else None)
    site_id = shipment.site_id
    own_min: int | None = None
    if wanted is not None:
        bay = await sites.bay(wanted)
        own_min = bay.inspection_min
        if shipment.simulated != bay.simulated:
            raise Conflict("a simulated shipment and a real bay do not meet", field="bay_id")
        site_id = bay.site_id
    if site_id is None:
        raise Invalid("the shipment has no site", field="bay_id", remedy="name the bay")
    site = await sites.get(site_id)
    length = place["length"] if place else timedelta(minutes=own_min or site.inspection_min)
    return {
        "site_id": site_id,
        "bay_id": wanted,
        "due_end_at": act.now + max(length, _SHORTEST),
    }


async def _latest_start(shipment_id: UUID, act: Act) -> Any:
    """By the minutes of its bay, as it was shown."""
    overview = await OverviewRepository(act.unit).one(shipment_id, act.now)
    if overview is None:
        return None
    return at_bay(verdict_of(overview.payloads), bay_of(overview), "latest_inspection_start")


async def _take_place(place: Mapping[Any, Any], act: Act) -> None:
    """The appointment is under inspection from now on."""
    state = AppointmentState(place["state"])
    for move in (*_BEGINS.get(state, ()), AppointmentMove.BEGIN):
        state = move_place(state, move)
    await move_appointment(place["appointment_id"], place["state"], state, act)


async def move_appointment(appointment_id: UUID, before: str, after: str, act: Act) -> None:
    """Enter where the appointment stands now."""
    await AppointmentRepository(act.unit).move(appointment_id, after)
    await act.audit(
        "move",
        ("appointment", appointment_id),
        before={"state": before},
        after={"state": after},
    )


async def judge_again(shipment: ShipmentRecord, reason: str, act: Act) -> None:
    """What alarms say depends on whether an inspection is open."""
    payloads = {one.payload_id: act.now for one in shipment.payloads}
    await Worklist(act.unit).put_payloads(payloads, reason, act.now)


def check_writable(view: InspectionView, act: Act) -> None:
    """Raise unless the record is open and this officer's."""
    transition(InspectionState(view.state), InspectionMove.RECORD)
    check_claim(Claim(by=view.claimed_by, since=view.claimed_at), act.principal.principal_id)


async def enter(view: InspectionView, kind: str, facts: Mapping[str, Any], act: Act) -> None:
    """Add one thing to an open record of this officer; its revision grows."""
    check_writable(view, act)
    await add_entry(view, kind, facts, act)
    await InspectionRepository(act.unit).change(view.inspection_id)


async def add_entry(view: InspectionView, kind: str, facts: Mapping[str, Any], act: Act) -> None:
    """Keep what was entered, and the audit entry that says so."""
    await InspectionRepository(act.unit).add_entry(
        {
            "inspection_id": view.inspection_id,
            "kind": kind,
            "facts": dict(facts),
            "principal_id": act.principal.principal_id,
            "at": act.now,
        }
    )
    await act.audit(kind, ("inspection", view.inspection_id), after=facts)
