"""What the API says about shipments: the same object in lists, alone and on the stream."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from services.api.schemas.appointments import Appointment
from services.api.schemas.base import Answer, Count, Identifier, Instant
from services.api.schemas.requests import LegMode, LegStatus

Condition = Literal[
    "NOT_STARTED",
    "IN_RANGE",
    "WARNING",
    "EXCURSION",
    "BREACHED",
    "EXPIRED",
    "CANNOT_BE_JUDGED",
]
Evidence = Literal["COMPLETE", "GAPPED", "STALE", "SILENT_EXPECTED", "UNTRUSTED"]
Disposition = Literal[
    "NONE", "QA_HOLD", "RELEASED", "RELEASED_WITH_COMMENT", "OUT_OF_SPEC_MEDICAL", "REJECTED"
]
Tier = Literal["NO_SLOT_IN_TIME", "CRITICAL", "URGENT", "SOON", "ROUTINE"]


class Payload(Answer):
    """A bag or cassette: the thing that is judged."""

    id: Identifier = Field(description="Identifier.")
    reference: str | None = Field(
        description="Opaque name of the bag; null for who must not know it.", examples=["BAG-1"]
    )
    box_id: str | None = Field(description="The box it is in.", examples=["CB-0007"])
    certificate_ends_at: Instant | None = Field(
        description="Until when the box can prove who it is; null when no certificate is recorded."
    )
    certificate_too_short: bool = Field(
        description="It ends before the planned arrival: give the box another before packing it."
    )
    collection_end: Instant | None = Field(description="End of collection.")
    pack_closed_at: Instant | None = Field(description="Judged from here.")
    container_charged_at: Instant | None = Field(description="Container filled.")
    condition: Condition = Field(description="What its temperature record means.")
    evidence: Evidence = Field(description="How good the record is.")
    disposition: Disposition = Field(description="What may be done with it.")


class Leg(Answer):
    """One stretch of the way."""

    id: Identifier = Field(description="Identifier.")
    ordinal: int = Field(description="Place in the way, from 1.")
    mode: LegMode = Field(description="How it travels.")
    carrier_number: str | None = Field(description="Flight or trip number.")
    from_code: str = Field(description="Where it starts.", examples=["FRA"])
    from_lat: float = Field(description="Latitude of the start, degrees.")
    from_lon: float = Field(description="Longitude of the start, degrees.")
    to_code: str = Field(description="Where it ends.", examples=["PVG"])
    to_lat: float = Field(description="Latitude of the end, degrees.")
    to_lon: float = Field(description="Longitude of the end, degrees.")
    radio_off: bool = Field(description="The box may not transmit.")
    status: LegStatus = Field(description="How it stands.")
    planned_departure: Instant = Field(description="By the timetable.")
    estimated_departure: Instant | None = Field(description="Now expected.")
    actual_departure: Instant | None = Field(description="It left.")
    planned_arrival: Instant = Field(description="By the timetable.")
    estimated_arrival: Instant | None = Field(description="Now expected.")
    actual_arrival: Instant | None = Field(description="It arrived.")
    revision: Count = Field(description="Grows with every change.")


class ProfileBrief(Answer):
    """The numbers of the profile that a strip shows."""

    profile_id: str = Field(description="The profile.")
    version: int = Field(description="Its version.")
    name_en: str = Field(description="Name in English.")
    name_zh: str = Field(description="Name in Chinese.")
    label_lo_c: float | None = Field(description="Lower label limit, °C.")
    label_hi_c: float | None = Field(description="Upper label limit, °C.")
    absolute_lo_c: float | None = Field(description="Lower absolute limit, °C.")
    absolute_hi_c: float | None = Field(description="Upper absolute limit, °C.")
    freeze_point_c: float | None = Field(description="Freezing point, °C.")
    hold_h: float | None = Field(description="Longest time from collection to use, hours.")


class Profile(ProfileBrief):
    """A material profile in one version."""

    document: dict[str, Any] = Field(description="The whole profile, with sources and grades.")
    shipped: bool | None = Field(
        description="Whether it comes with the product: then a change is a profile of your own."
    )
    owner: str | None = Field(description="Organisation whose profile it is, if it is one's.")
    created_at: Instant | None = Field(description="When this version was entered.")
    frozen_at: Instant | None = Field(
        description="When it was first used: from then on it never changes. Null: a draft."
    )


class SiteBrief(Answer):
    """The inspection site in short."""

    site_id: str = Field(description="Short name.", examples=["PVG"])
    name_en: str = Field(description="Name in English.")
    name_zh: str = Field(description="Name in Chinese.")
    zone: str = Field(description="Time zone.")


class Phase(Answer):
    """Where the shipment is in its journey."""

    code: Literal["packed", "on_road", "in_flight", "at_customs", "onward", "received"] = Field(
        description="The phase."
    )
    leg_id: Identifier | None = Field(description="The leg it is on, or about to start.")
    until: Instant | None = Field(description="When the phase should end.")


class ViableUntil(Answer):
    """Until when the material can be used."""

    p10: Instant | None = Field(description="Safe until, nine times of ten.")
    p50: Instant | None = Field(description="Likely until.")


class RankReason(Answer):
    """Why it stands where it stands: the rule and the minutes, nobody else's name."""

    code: str = Field(description="The rule.", examples=["latest_start"])
    minutes: int | None = Field(description="The spare minutes that decided.", examples=[42])


class OpenAlarm(Answer):
    """The worst open alarm of the shipment."""

    id: Identifier = Field(description="Identifier.")
    kind: str = Field(description="Kind of alarm.", examples=["excursion"])
    priority: int = Field(description="1 is the most urgent.")
    state: str = Field(description="Where it stands.", examples=["UNACKNOWLEDGED"])


class CustomsStanding(Answer):
    """Where customs stands with the shipment. "Released" alone is said nowhere."""

    inspection_id: Identifier = Field(description="The newest inspection.")
    number: int = Field(description="Its number.", examples=[31])
    state: str = Field(description="Where it stands.", examples=["CUSTOMS_CLEARED"])
    at: Instant = Field(description="When it was decided, or begun.")
    revision: Count = Field(description="Grows with all that is entered: then read it anew.")
    deliver_by: Instant | None = Field(
        description="Cleared and not received: when it must be with its consignee."
    )
    leave_by: Instant | None = Field(description="When it must leave the site for that.")


class Shipment(Answer):
    """A shipment with its verdict, its place in the order and its appointment."""

    id: Identifier = Field(description="Identifier.")
    reference: str = Field(description="For people.", examples=["CT-00417"])
    state: str = Field(description="Where it is in its life.", examples=["moving"])
    product: str = Field(description="What it is.")
    shipper: str | None = Field(description="Who sends it.")
    consignee: str | None = Field(description="Who receives it.")
    simulated: bool = Field(description="Not a real shipment.")
    revision: Count = Field(description="Grows with every change of anything shown here.")
    created_at: Instant = Field(description="When it was entered.")
    received_at: Instant | None = Field(description="When it was received.")
    boxes: list[str] = Field(description="The boxes it is in.", examples=[["CB-0007"]])
    payloads: list[Payload] = Field(description="What travels.")
    profile: ProfileBrief | None = Field(description="The limits in force.")
    origin: str | None = Field(description="Start of the first leg.", examples=["FRA"])
    destination: str | None = Field(description="End of the last leg.", examples=["ZJ"])
    legs: list[Leg] = Field(description="The way, in order.")
    phase: Phase = Field(description="Where it is in its journey.")
    condition: Condition = Field(description="The worst payload's condition.")
    evidence: Evidence = Field(description="The worst payload's evidence.")
    disposition: Disposition = Field(
        description="What may be done with the worst payload: a hold is on use, not on movement;"
        " all but that is decided by two people."
    )
    left_label: bool = Field(
        description="Whether a payload has been outside its label range for certain, now or before:"
        " `condition` is that of this instant."
    )
    in_label_until: Instant | None = Field(description="Until when it stays in its label range.")
    viable_until: ViableUntil = Field(description="Until when it can be used.")
    binding_constraint: str | None = Field(description="What ends its use.")
    counts_down: str | None = Field(description="Which deadline counts down.")
    deadline: Instant | None = Field(
        description="The deadline that is counted back from. Later than `viable_until.p10` when no"
        " inspection can keep the label any more: then it is that of the next limit."
    )
    ready_at: Instant | None = Field(
        description="When it can be inspected at the earliest, in the bay of `counted_by_bay`."
    )
    latest_inspection_start: Instant | None = Field(
        description="Later is too late, in the bay of `counted_by_bay`; null once QA has rejected"
        " all of it."
    )
    counted_by_bay: str | None = Field(
        description="The bay whose minutes both are counted by: the booked one, else that of its"
        " site which fits and leaves most time; null where any bay takes the site's minutes.",
        examples=["PVG-C1"],
    )
    slack_s: float | None = Field(description="Spare seconds, as of `as_of` of the answer.")
    tier: Tier | None = Field(description="How urgent it is.")
    rank: int | None = Field(description="Place in the order, from 1; null when not ranked.")
    rank_reason: RankReason | None = Field(description="Why it stands there.")
    site: SiteBrief | None = Field(description="Where it is inspected.")
    appointment: Appointment | None = Field(description="The place held for it.")
    clearance: CustomsStanding | None = Field(description="The newest inspection, and its word.")
    inspection_ordered: Literal["not_yet", "yes", "no"] = Field(
        description="Whether customs wants to inspect; no: it counts down to its delivery."
    )
    needs_equipment: list[str] = Field(description="What its bay must have.")
    picked_at: Instant | None = Field(description="When it was picked at the terminal.")
    needed_by: Instant | None = Field(description="Manufacturing or treatment slot.")
    needed_by_attested_by: str | None = Field(description="Who says so.")
    cut_off: Instant | None = Field(description="Carrier's cut-off.")
    last_reading: dict[str, Any] | None = Field(description="The newest reading; °C, degrees.")
    summary: dict[str, Any] = Field(description="The verdict's figures and reasons.")
    open_alarm: OpenAlarm | None = Field(description="The worst open alarm.")
    as_of: Instant | None = Field(description="When the verdict was reached.")


class UnfitBooking(Answer):
    """A booking that a change of a leg has made useless."""

    appointment_id: Identifier = Field(description="The appointment.")
    number: str = Field(description="For people.", examples=["PVG-000123"])
    shipment_id: Identifier = Field(description="Its shipment.")
    shipment_reference: str = Field(description="Its reference.", examples=["CT-00417"])
    start: Instant = Field(description="When the slot begins.")
    ready_at: Instant = Field(description="When the goods stand ready now.")
    late_min: int = Field(description="So much later than the slot, minutes.")


class ShipmentAfterNews(Shipment):
    """A shipment after news of its way, and the bookings that fit no more because of it."""

    no_longer_fit: list[UnfitBooking] = Field(
        description="Of every shipment on the same flight; none when all still fit."
    )
