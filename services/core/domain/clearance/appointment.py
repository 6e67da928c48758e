"""What a booking of a place must satisfy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.core.domain.clearance.slots import Bay, on_grid
from services.core.domain.errors import Conflict, Invalid

_STARTED = timedelta(minutes=1)
"""How long after its start a slot can still be booked: the time a person needs to press."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A wish for one place: which bay, from when, how long, and for what.

    `sites`: others than its own to which a route leads. `also`: classes that serve it beside the
    one that it needs.
    """

    bay: Bay
    start: datetime
    length: timedelta
    needs_bay_class: str
    also: frozenset[str] = frozenset()
    site_id: str | None
    sites: frozenset[str] = frozenset()
    equipment: frozenset[str] = frozenset()

    @property
    def end(self) -> datetime:
        return self.start + self.length


def check_booking(booking: Booking, now: datetime) -> None:
    """Raise Invalid or Conflict when the slot cannot be booked, however free it is."""
    bay = booking.bay
    if bay.site_id not in {booking.site_id, *booking.sites}:
        raise Invalid(
            f"the bay is at {bay.site_id}, the shipment is inspected at {booking.site_id}",
            field="bay_id",
            remedy="choose a bay of the shipment's site, or change its site first",
        )
    if bay.bay_class not in {booking.needs_bay_class, *booking.also}:
        raise Conflict(
            f"the product needs a {booking.needs_bay_class} bay, this one is {bay.bay_class}",
            field="bay_id",
            remedy="take one of the slots that the shipment's slots list offers",
        )
    if not booking.equipment <= bay.equipment:
        missing = ", ".join(sorted(booking.equipment - bay.equipment))
        raise Conflict(
            f"the bay lacks what the shipment needs: {missing}",
            field="bay_id",
            remedy="take one of the slots that the shipment's slots list offers",
        )
    _check_time(booking, now)


def _check_time(booking: Booking, now: datetime) -> None:
    bay = booking.bay
    if booking.start < now - _STARTED:
        raise Invalid("the slot has begun already", field="start", remedy="choose a later one")
    if not bay.is_open(booking.start, booking.end):
        raise Invalid(
            "the bay publishes no slots at that time",
            field="start",
            remedy="take one of the slots that the shipment's slots list offers",
        )
    if not on_grid(bay, booking.start):
        minutes = int(bay.slot.total_seconds() // 60)
        raise Invalid(
            f"slots of this bay start every {minutes} minutes",
            field="start",
            remedy="choose a start on the bay's grid",
        )
