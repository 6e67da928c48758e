"""What the API accepts about shipments."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict, StringConstraints

from services.api.schemas import patterns
from services.api.schemas.base import (
    Flag,
    Identifier,
    Instant,
    Label,
    Latitude,
    Longitude,
    OwnerName,
    Request,
    Sentence,
    Word,
)
from services.api.schemas.boxes import BoxName
from services.api.schemas.sites import Equipment, PlaceName

Reference = Annotated[str, StringConstraints(pattern=patterns.REFERENCE)]
ProfileName = Annotated[str, StringConstraints(pattern=patterns.PROFILE)]
PlaceCode = Annotated[str, StringConstraints(pattern=patterns.PLACE_CODE)]
CarrierNumber = Annotated[str, StringConstraints(pattern=patterns.CARRIER_NUMBER)]
Phone = Annotated[str, StringConstraints(pattern=patterns.PHONE)]
Version = Annotated[int, Strict(), Field(ge=1, le=100_000)]
InspectionMode = Literal[
    "in_cold_store", "no_open", "open_cold_bay", "remote_video", "document_only"
]
LegMode = Literal["road", "air", "rail", "sea", "handover"]
LegStatus = Literal["planned", "departed", "landed", "offloaded", "diverted", "cancelled"]
MilestoneKind = Literal[
    "packed",
    "departed",
    "landed",
    "offloaded",
    "diverted",
    "leg_cancelled",
    "picked",
    "handed_over",
    "received",
    "cancelled",
    "returned",
    "destroyed",
    "closed",
]


class NewPayload(Request):
    """A bag or cassette, the box it travels in, and its clocks."""

    reference: Reference = Field(description="Opaque name of the bag.", examples=["BAG-1"])
    box_id: BoxName = Field(description="The box it is packed in.", examples=["CB-0007"])
    collection_end: Instant | None = Field(
        default=None, description="End of collection: the hold counts from here."
    )
    pack_closed_at: Instant | None = Field(
        default=None, description="When the box was closed: judged from here."
    )
    container_charged_at: Instant | None = Field(
        default=None, description="When the container was filled with its coolant."
    )
    assigned_from: Instant | None = Field(
        default=None,
        description="Since when it is in the box; when left out, `pack_closed_at`, or now.",
    )


class NewLeg(Request):
    """One stretch of the way."""

    mode: LegMode = Field(description="How it travels.", examples=["air"])
    carrier_number: CarrierNumber | None = Field(
        default=None, description="Flight or trip number.", examples=["LH 8408"]
    )
    from_code: PlaceCode = Field(description="Where it starts.", examples=["FRA"])
    from_lat: Latitude = Field(description="Latitude of the start, degrees.")
    from_lon: Longitude = Field(description="Longitude of the start, degrees.")
    to_code: PlaceCode = Field(description="Where it ends.", examples=["PVG"])
    to_lat: Latitude = Field(description="Latitude of the end, degrees.")
    to_lon: Longitude = Field(description="Longitude of the end, degrees.")
    planned_departure: Instant = Field(description="By the timetable.")
    planned_arrival: Instant = Field(description="By the timetable.")
    radio_off: Flag = Field(default=False, description="The box may not transmit on this leg.")


class NewContact(Request):
    """Whom to call."""

    role: Word = Field(description="What for.", examples=["consignee night desk"])
    name: Word = Field(description="Name.")
    phone: Phone = Field(description="Number with country code.", examples=["+86 21 0000 0000"])
    hours: Word | None = Field(default=None, description="When they answer.")


class NewShipment(Request):
    """A shipment with its payloads, its way and its deadlines."""

    reference: Reference = Field(description="For people; unique.", examples=["CT-00417"])
    product: Label = Field(description="What it is; no patient data.", examples=["leukapheresis"])
    profile_id: ProfileName = Field(description="The material profile.")
    profile_version: Version | None = Field(
        default=None, description="When left out, the newest version."
    )
    site_id: PlaceName = Field(description="Where it is inspected.", examples=["PVG"])
    shipper: Label | None = Field(default=None, description="Who sends it.")
    consignee: Label | None = Field(default=None, description="Who receives it.")
    needed_by: Instant | None = Field(default=None, description="Manufacturing or treatment slot.")
    needed_by_attested_by: Label | None = Field(default=None, description="Who says so.")
    cut_off: Instant | None = Field(default=None, description="Carrier's cut-off.")
    inspection_mode: InspectionMode = Field(
        default="in_cold_store", description="How it is inspected; law and permit decide that."
    )
    no_open: Flag = Field(default=False, description="It must not be opened, nor sampled.")
    no_xray: Flag = Field(default=True, description="It must not be X-rayed: screen it otherwise.")
    simulated: Flag = Field(default=False, description="Not a real shipment.")
    needs_equipment: list[Equipment] = Field(
        default=[], max_length=20, description="What its bay must have.", examples=[["ln2_refill"]]
    )
    payloads: list[NewPayload] = Field(min_length=1, max_length=32, description="What travels.")
    legs: list[NewLeg] = Field(default=[], max_length=12, description="The way, in order.")
    contacts: list[NewContact] = Field(default=[], max_length=20, description="Whom to call.")
    owner: OwnerName = None


class PayloadClocks(Request):
    """Changed clocks of one payload; what is left out stays."""

    payload_id: Identifier = Field(description="The payload.")
    collection_end: Instant | None = Field(default=None, description="End of collection.")
    pack_closed_at: Instant | None = Field(default=None, description="When the box was closed.")
    container_charged_at: Instant | None = Field(
        default=None, description="When the container was filled."
    )


class ShipmentChange(Request):
    """What may change about a shipment; what is left out stays."""

    product: Label = Field(default="", description="What it is; no patient data.")
    site_id: PlaceName = Field(default="", description="Where it is inspected.")
    shipper: Label | None = Field(default=None, description="Who sends it.")
    consignee: Label | None = Field(default=None, description="Who receives it.")
    needed_by: Instant | None = Field(default=None, description="Null takes the deadline away.")
    needed_by_attested_by: Label | None = Field(default=None, description="Who says so.")
    cut_off: Instant | None = Field(default=None, description="Null takes the deadline away.")
    inspection_mode: InspectionMode = Field(
        default="in_cold_store", description="How it is inspected."
    )
    no_open: Flag = Field(default=False, description="It must not be opened, nor sampled.")
    no_xray: Flag = Field(default=True, description="It must not be X-rayed.")
    needs_equipment: list[Equipment] = Field(
        default=[], max_length=20, description="What its bay must have."
    )
    received_at: Instant | None = Field(
        default=None, description="Corrects when it was received: judged up to here."
    )
    payloads: list[PayloadClocks] = Field(
        default=[], max_length=32, description="Corrected clocks."
    )
    reason: Sentence | None = Field(
        default=None, description="Why; needed when a clock or `received_at` moves."
    )


class NewAssignment(Request):
    """From when on a payload was in which box; may be entered late."""

    payload_id: Identifier = Field(description="The payload.")
    box_id: BoxName = Field(description="The box.", examples=["CB-0008"])
    from_: Instant = Field(alias="from", description="Since when, by event time.")
    to: Instant | None = Field(default=None, description="Until when; open when left out.")
    reason: Sentence = Field(description="Why; kept in the audit trail.", examples=["box swapped"])


class NewMilestone(Request):
    """Something that happened on the way."""

    kind: MilestoneKind = Field(description="What happened.", examples=["landed"])
    leg_id: Identifier | None = Field(default=None, description="On which leg.")
    occurred_at: Instant = Field(description="When it happened.")
    note: Sentence | None = Field(default=None, description="For people.")


class LegChange(Request):
    """News about a leg; what is left out stays."""

    estimated_departure: Instant | None = Field(default=None, description="Now expected.")
    actual_departure: Instant | None = Field(default=None, description="It left.")
    estimated_arrival: Instant | None = Field(default=None, description="Now expected.")
    actual_arrival: Instant | None = Field(default=None, description="It arrived.")
    status: LegStatus = Field(default="planned", description="How the leg stands.")
