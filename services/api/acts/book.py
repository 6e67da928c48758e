"""Booking a place in a bay, and giving it back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.present.shipments import profile_values
from services.api.present.verdict import verdict_of
from services.api.schemas.appointments import NewAppointment
from services.core.domain.clearance.appointment import Booking, check_booking
from services.core.domain.clearance.appointment_life import (
    AppointmentMove,
    AppointmentState,
    transition,
)
from services.core.domain.clearance.slots import Bay, Holding, bay_class_for, free_place
from services.core.domain.errors import Conflict, IllegalTransition, SlotTaken
from services.core.domain.life import LIVE_STATES
from services.core.storage.appointments import AppointmentRepository, AppointmentView
from services.core.storage.overview import OverviewRepository, ShipmentOverview
from services.core.storage.shipments import ShipmentRecord, ShipmentRepository
from services.core.storage.sites import BayRecord, SiteRepository
from services.core.storage.worklist import Worklist


async def book(body: NewAppointment, act: Act) -> UUID:
    """Hold a place; raises SlotTaken when all are held. Bookings of one bay queue behind it."""
    shipment = await ShipmentRepository(act.unit).lock(body.shipment_id)
    bay = await SiteRepository(act.unit).bay(body.bay_id, lock=True)
    overview = await OverviewRepository(act.unit).one(body.shipment_id, act.now)
    if overview is None:  # pragma: no cover - it is locked above
        raise Conflict("the shipment has gone")
    _check_shipment(shipment, bay)
    booking = _booking(body, bay, overview)
    check_booking(booking, act.now)
    place = await _choose_place(booking, act)
    latest = verdict_of(overview.payloads).instant("latest_inspection_start")
    appointment_id = new_id(act.now)
    await AppointmentRepository(act.unit).add(
        {
            "appointment_id": appointment_id,
            "shipment_id": body.shipment_id,
            "bay_id": bay.bay_id,
            "place": place,
            "latest_start_at_booking": latest,
            "booked_at": act.now,
            "booked_by": act.principal.principal_id,
        },
        booking.start,
        booking.end,
    )
    await act.audit(
        "book",
        ("appointment", appointment_id),
        after={
            **body.model_dump(mode="json"),
            "place": place,
            "latest_start": latest.isoformat() if latest else None,
        },
    )
    await _judge_again(shipment, "appointment_booked", act)
    return appointment_id


async def give_back(appointment_id: UUID, reason: str, act: Act) -> AppointmentView:
    """Cancel an appointment; returns it as it is now."""
    repository = AppointmentRepository(act.unit)
    held = await repository.one(appointment_id)
    shipment = await ShipmentRepository(act.unit).lock(held.shipment_id)
    held = await repository.one(appointment_id, lock=True)
    state = transition(AppointmentState(held.state), AppointmentMove.CANCEL)
    await repository.move(appointment_id, state.value, cancel_reason=reason)
    await act.audit(
        "cancel",
        ("appointment", appointment_id),
        before={"state": held.state},
        after={"state": state.value},
        reason=reason,
    )
    await _judge_again(shipment, "appointment_cancelled", act)
    return await repository.one(appointment_id)


def bay_of(record: BayRecord) -> Bay:
    """A bay as the slot rules see it."""
    return Bay(
        bay_id=record.bay_id,
        site_id=record.site_id,
        bay_class=record.bay_class,
        places=record.places,
        slot=timedelta(minutes=record.slot_min),
        published_from=record.published_from,
        published_until=record.published_until,
    )


def needed_bay_class(overview: ShipmentOverview) -> str:
    """The class of bay that the shipment's profile asks for."""
    label_hi_c = profile_values(overview.profile)["label_hi_c"] if overview.profile else None
    return bay_class_for(label_hi_c)


def _check_shipment(shipment: ShipmentRecord, bay: BayRecord) -> None:
    if shipment.state not in LIVE_STATES:
        raise IllegalTransition(
            f"a shipment that is {shipment.state} needs no inspection", field="shipment_id"
        )
    if shipment.simulated != bay.simulated:
        kinds = ("simulated", "real") if shipment.simulated else ("real", "simulated")
        raise Conflict(
            "a {} shipment cannot hold a place at a {} site".format(*kinds),
            field="bay_id",
            remedy=f"enter a {kinds[0]} site for it",
        )


def _booking(body: NewAppointment, bay: BayRecord, overview: ShipmentOverview) -> Booking:
    site = overview.site or {}
    minutes = body.minutes or site.get("inspection_min") or bay.slot_min
    return Booking(
        bay=bay_of(bay),
        start=body.start,
        length=timedelta(minutes=minutes),
        needs_bay_class=needed_bay_class(overview),
        site_id=site.get("site_id"),
    )


async def _choose_place(booking: Booking, act: Act) -> int:
    found = await AppointmentRepository(act.unit).held(
        [booking.bay.bay_id], booking.start, booking.end
    )
    held = [Holding(bay_id=h.bay_id, place=h.place, start=h.start, end=h.end) for h in found]
    place = free_place(booking.bay, held, booking.start, booking.end)
    if place is None:
        raise SlotTaken(
            "every place of the bay is held at that time",
            field="start",
            remedy="choose another slot: the shipment's slots list shows the free ones",
        )
    return place


async def _judge_again(shipment: ShipmentRecord, reason: str, act: Act) -> None:
    payloads = {one.payload_id: act.now for one in shipment.payloads}
    await Worklist(act.unit).put_payloads(payloads, reason, act.now)
