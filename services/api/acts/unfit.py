"""Which bookings fit no more after a change of a leg, and telling both sides."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from services.api.acts.slot_news import tell
from services.api.dependencies import Act
from services.api.present.customs import appointment_number
from services.api.schemas.shipments import UnfitBooking
from services.core.domain.clearance.priority import ready_at
from services.core.domain.shipment import inspection_arrival
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.shared_flights import SharedFlights, Sharing

_MINUTE = timedelta(minutes=1)


async def no_longer_fit(shipment_id: UUID, act: Act) -> list[UnfitBooking]:
    """Of the shipment and those on its flights: who stands ready later than slot and grace."""
    found = []
    for one in await SharedFlights(act.unit).booked(shipment_id):
        unfit = _unfit(one)
        if unfit is not None:
            found.append(unfit)
            view = await AppointmentRepository(act.unit).one(one.appointment_id)
            minutes = {"late_by_min": unfit.late_min}
            await tell(act.unit, view, "unfit", ("READY_AFTER_SLOT_NOW", minutes), act.now)
    return found


def _unfit(one: Sharing) -> UnfitBooking | None:
    arrival = inspection_arrival(one.legs, one.site_id)
    if arrival is None:
        return None
    ready = ready_at(arrival, timedelta(minutes=one.picking_min + one.transfer_min))
    if ready <= one.start + timedelta(minutes=one.grace_min):
        return None
    return UnfitBooking(
        appointment_id=one.appointment_id,
        number=appointment_number(one.booked_at_site, one.number),
        shipment_id=one.shipment_id,
        shipment_reference=one.reference,
        start=one.start,
        ready_at=ready,
        late_min=(ready - one.start) // _MINUTE,
    )
