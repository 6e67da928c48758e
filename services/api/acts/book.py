"""Booking a place in a bay, and giving it back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from services.api.acts.share import unshare_with_site
from services.api.acts.slot_ground import Wanted, ground_of, hold_place
from services.api.acts.slot_news import tell
from services.api.dependencies import Act
from services.api.schemas.appointments import NewAppointment
from services.core.domain.clearance.appointment_life import (
    AppointmentMove,
    AppointmentState,
    transition,
)
from services.core.storage.appointments import AppointmentRepository, AppointmentView
from services.core.storage.shipments import ShipmentRecord, ShipmentRepository
from services.core.storage.worklist import Worklist


async def book(body: NewAppointment, act: Act) -> UUID:
    """Hold a place: confirmed by rule at once, or asked of an officer.

    Raises SlotTaken, and NotInTime when it is after the latest start and nobody says why.
    """
    ground = await ground_of(body.shipment_id, body.bay_id, act)
    length = None if body.minutes is None else timedelta(minutes=body.minutes)
    wanted = Wanted(start=body.start, length=length, late_reason=body.late_reason)
    appointment_id = await hold_place(ground, wanted, act)
    booked = await AppointmentRepository(act.unit).one(appointment_id)
    latest = booked.latest_start_at_booking
    await act.audit(
        "book",
        ("appointment", appointment_id),
        after={
            **body.model_dump(mode="json"),
            "place": booked.place,
            "state": booked.state,
            "asked_because": booked.asked_because,
            "latest_start": latest.isoformat() if latest else None,
        },
        reason=body.late_reason,
    )
    code = booked.asked_because or "FITS_RULES"
    await tell(act.unit, booked, "asked" if booked.asked_because else "booked", (code, {}), act.now)
    await judge_again(ground.shipment, "appointment_booked", act)
    return appointment_id


async def give_back(appointment_id: UUID, reason: str, act: Act) -> AppointmentView:
    """Cancel an appointment; returns it as it is now."""
    shipment, held = await held_for(appointment_id, act)
    state = transition(AppointmentState(held.state), AppointmentMove.CANCEL)
    repository = AppointmentRepository(act.unit)
    await repository.move(appointment_id, state.value, cancel_reason=reason)
    await act.audit(
        "cancel",
        ("appointment", appointment_id),
        before={"state": held.state},
        after={"state": state.value},
        reason=reason,
    )
    await judge_again(shipment, "appointment_cancelled", act)
    given = await repository.one(appointment_id)
    await tell(act.unit, given, "cancelled", ("GIVEN_BACK", {}), act.now)
    # The last thing: customs that gives a place back sees nothing of the shipment from here on.
    await unshare_with_site(shipment.shipment_id, appointment_id, act)
    return given


async def held_for(appointment_id: UUID, act: Act) -> tuple[ShipmentRecord, AppointmentView]:
    """The appointment and its shipment, both held: the shipment first, as everywhere."""
    repository = AppointmentRepository(act.unit)
    found = await repository.one(appointment_id)
    shipment = await ShipmentRepository(act.unit).lock(found.shipment_id)
    return shipment, await repository.one(appointment_id, lock=True)


async def judge_again(shipment: ShipmentRecord, reason: str, act: Act) -> None:
    """The latest start belongs to the booked site: the verdict is reached anew."""
    payloads = {one.payload_id: act.now for one in shipment.payloads}
    await Worklist(act.unit).put_payloads(payloads, reason, act.now)
