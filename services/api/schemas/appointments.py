"""What the API says about slots and the appointments in them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from services.api.schemas.base import Answer, Count, Identifier, Instant, Request, Sentence
from services.api.schemas.sites import PlaceName


class NewAppointment(Request):
    """A request to hold a place in a bay."""

    shipment_id: Identifier = Field(description="The shipment to inspect.")
    bay_id: PlaceName = Field(description="The bay.", examples=["PVG-C1"])
    start: Instant = Field(description="Start of the slot.")
    minutes: Annotated[int, Strict(), Field(ge=5, le=480)] | None = Field(
        default=None, description="Length in minutes; when left out, the site's inspection time."
    )
    late_reason: Sentence | None = Field(
        default=None,
        description="Why a slot after the latest start is wanted all the same: without it there is"
        " 409 `no-slot-in-time`, with it an officer is asked. Kept in the audit trail.",
        examples=["QA will decide after the test of a retained sample"],
    )


class Cancellation(Request):
    """Why an appointment is given back."""

    reason: Sentence = Field(description="Kept in the audit trail.", examples=["flight diverted"])


class Appointment(Answer):
    """A place in a bay held for a shipment."""

    id: Identifier = Field(description="Identifier.")
    number: str = Field(description="For people.", examples=["PVG-000123"])
    shipment_id: Identifier = Field(description="The shipment.")
    shipment_reference: str = Field(description="Its reference.", examples=["CT-00417"])
    site_id: str = Field(description="The site.", examples=["PVG"])
    bay_id: str = Field(description="The bay.", examples=["PVG-C1"])
    bay_name_en: str = Field(description="The bay in English.")
    bay_name_zh: str = Field(description="The bay in Chinese.")
    place: int = Field(description="Which of the bay's places, from 1.", examples=[1])
    start: Instant = Field(description="Start.")
    end: Instant = Field(description="End, not included.")
    state: str = Field(description="Where it stands in its life.", examples=["CONFIRMED"])
    spare_s_at_booking: float | None = Field(
        description="Seconds between start and latest start, as known when it was booked."
    )
    booked_at: Instant = Field(description="When it was booked.")
    booked_by: str | None = Field(description="Who booked it.", examples=["local-operator"])
    cancel_reason: str | None = Field(description="Why it was given back.")
    revision: Count = Field(description="Grows with every change.")
    simulated: bool = Field(description="The shipment is not a real one.")
    asked_because: str | None = Field(
        description="The rule it does not meet, so that an officer is asked; else null.",
        examples=["RESERVED"],
    )
    answer_by: Instant | None = Field(
        description="Until when an officer answers; then the next one is asked."
    )
    answer_level: int = Field(description="How many let that pass: 0, the first is asked.")
    follows: Identifier | None = Field(description="The appointment whose place it took.")
    move_code: str | None = Field(
        description="The rule by which it was moved.", examples=["LATER_KEEPS_SPARE"]
    )
    move_minutes: dict[str, int] | None = Field(description="The minutes that made it apply.")
    move_reason: str | None = Field(description="What a person wrote about the move.")
    bumps: int = Field(description="Whether it gave way already: 1, it does so no more.")
    off_grid: bool = Field(description="Begun at once, beside the grid.")
    checked_in_at: Instant | None = Field(description="When the box was at the bay.")


class Slot(Answer):
    """A free place that a shipment could take."""

    site_id: str = Field(description="The site.", examples=["PVG"])
    bay_id: str = Field(description="The bay.", examples=["PVG-C1"])
    bay_name_en: str = Field(description="The bay in English.")
    bay_name_zh: str = Field(description="The bay in Chinese.")
    place: int = Field(description="Which of the bay's places, from 1.")
    start: Instant = Field(description="Start.")
    end: Instant = Field(description="End, not included.")
    spare_s: float | None = Field(
        description="Seconds between start and the latest start; negative when too late, null"
        " when no deadline is known."
    )
    reserved: bool = Field(
        default=False, description="Kept for urgent shipments until shortly before."
    )
    direct_distribution: bool = Field(
        default=False, description="At the site of a route: from there straight to the consignee."
    )


class Slots(Answer):
    """The free slots that meet a shipment's deadline, earliest first."""

    latest_inspection_start: Instant | None = Field(description="Later is too late.")
    ready_at: Instant | None = Field(description="Earlier the box is not there.")
    items: list[Slot] = Field(description="Slots in time.")
    no_slot_in_time: bool = Field(description="None is in time: QA decides.")
    first_open: list[Slot] = Field(description="The first free slots when none is in time.")
