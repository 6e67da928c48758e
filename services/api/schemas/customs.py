"""What the API says about the queue of a site, its plan, and what people answer to it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from services.api.schemas.appointments import Appointment
from services.api.schemas.base import (
    Answer,
    Flag,
    Identifier,
    Instant,
    Request,
    Sentence,
)
from services.api.schemas.shipments import Tier
from services.api.schemas.sites import PlaceName, Site

Ordered = Literal["not_yet", "yes", "no"]


class Explanation(Answer):
    """One line: the rule and its minutes, never another shipment or firm."""

    code: str = Field(description="The rule.", examples=["LATEST_START"])
    minutes: dict[str, int] = Field(description="The minutes that made it apply.")
    en: str = Field(description="The line in English.")
    zh: str = Field(description="The line in Chinese.")


class QueueRow(Answer):
    """A shipment that is to be inspected at the site, and why it stands where it does."""

    shipment_id: Identifier = Field(description="The shipment.")
    reference: str = Field(description="Its reference.", examples=["CT-00417"])
    place: int = Field(description="Place in the order, from 1.")
    tier: Tier = Field(description="How urgent it is.")
    slack_s: float = Field(description="Spare seconds; negative by the safe end, if doubtful.")
    latest_start: Instant = Field(description="By the safe end (P10) and the other deadlines.")
    likely_latest_start: Instant | None = Field(description="The same by the likely end (P50).")
    ready_at: Instant | None = Field(description="When it can be inspected here.")
    doubtful: bool = Field(description="Late by the safe end, not yet by the likely one.")
    no_slot_in_time: bool = Field(description="QA decides; it keeps its booking.")
    set_aside: bool = Field(description="Not all can be in time: people are asked about this one.")
    begin_next: bool = Field(description="Beginning it next lowers the risk of all together most.")
    why: Explanation = Field(description="Why it stands here.")
    bay_class: str = Field(description="The class of bay it needs.", examples=["cold_2_8"])
    inspection_min: int = Field(description="How long its inspection takes here.")
    inspection_ordered: Ordered = Field(description="Whether customs wants to inspect.")
    picked_at: Instant | None = Field(description="Picked at the terminal.")
    picking_due_at: Instant | None = Field(description="Until when it should be picked.")
    picking_late: bool = Field(description="Landed, due, and not picked.")
    appointment: Appointment | None = Field(description="The place held for it.")


class DeliverBy(Answer):
    """A shipment that customs does not inspect: it counts down to its delivery."""

    shipment_id: Identifier = Field(description="The shipment.")
    reference: str = Field(description="Its reference.", examples=["CT-00417"])
    deliver_by: Instant | None = Field(description="The deadline.")


class SiteQueue(Answer):
    """Who is inspected in which order at a site."""

    site_id: str = Field(description="The site.", examples=["PVG"])
    as_of: Instant = Field(description="When the order was taken.")
    items: list[QueueRow] = Field(description="In the order of inspection.")
    without_deadline: list[Identifier] = Field(description="To be inspected, no deadline known.")
    deliver_by: list[DeliverBy] = Field(description="No inspection ordered.")


class WhatIf(Answer):
    """What would be if a shipment waited. Of the others only numbers are told."""

    shipment_id: Identifier = Field(description="The shipment.")
    wait_min: int = Field(description="So long it would wait.")
    place: int = Field(description="Its place now.")
    place_after: int = Field(description="Its place then.")
    slack_s: float = Field(description="Its slack now.")
    slack_s_after: float = Field(description="Its slack then.")
    tier: Tier = Field(description="Its tier now.")
    tier_after: Tier = Field(description="Its tier then.")
    begins_at: Instant = Field(description="When it would begin, were the queue worked off.")
    begins_at_after: Instant = Field(description="The same, if it waits.")
    risk: float | None = Field(description="Probability that it ends too soon, now.")
    risk_after: float | None = Field(description="The same, if it waits.")
    saved: int = Field(description="Others that would begin in time only if it waits.")
    lost: int = Field(description="Others that would begin in time only if it does not.")


class ProposedSlot(Request):
    """A slot as it was proposed."""

    bay_id: PlaceName = Field(description="The bay.", examples=["PVG-C1"])
    place: Annotated[int, Strict(), Field(ge=1, le=64)] = Field(description="Its place.")
    start: Instant = Field(description="Start.")


class PlanRow(Answer):
    """What is proposed for a shipment; people confirm, move or override it."""

    shipment_id: Identifier = Field(description="The shipment.")
    reference: str = Field(description="Its reference.", examples=["CT-00417"])
    kind: str = Field(description="KEEP, BOOK, ADVANCE, BUMP, RELOCATE or TO_PEOPLE.")
    site_id: str | None = Field(description="Where: a route may lead to another site.")
    bay_id: str | None = Field(description="The bay.")
    place: int | None = Field(description="Its place.")
    start: Instant | None = Field(description="Start.")
    end: Instant | None = Field(description="End, not included.")
    direct_distribution: bool = Field(description="From there straight to the consignee.")
    risk: float = Field(description="Probability that it ends too soon, in this slot.")
    spare_s: float | None = Field(description="Seconds from the start to the latest start.")
    why: Explanation = Field(description="Why this is proposed.")
    appointment: Appointment | None = Field(description="What it holds now.")


class OpenStretch(Answer):
    """A time in which a bay takes inspections."""

    start: Instant = Field(description="From.")
    end: Instant = Field(description="Until.")


class BayTimes(Answer):
    """A bay over time: when it is open, which cells are kept, what is held."""

    bay_id: str = Field(description="The bay.", examples=["PVG-C1"])
    open: list[OpenStretch] = Field(description="When it takes inspections.")
    reserved: list[ProposedSlot] = Field(description="Cells kept for urgent shipments.")
    appointments: list[Appointment] = Field(description="What holds a place.")


class SitePlan(Answer):
    """The plan of a site as it is made now, and its bays over time."""

    site: Site = Field(description="The site with its bays and rules.")
    made_at: Instant = Field(description="When it was made.")
    exact: bool = Field(description="Proven to be the least expected loss.")
    expected_loss: float = Field(description="Shipments lost on average.")
    items: list[PlanRow] = Field(description="Proposals, by reference.")
    bays: list[BayTimes] = Field(description="Its bays from `from` until `to`.")


class PlanAnswer(Request):
    """What an officer decides about a proposal."""

    shipment_id: Identifier = Field(description="The shipment.")
    answer: Literal["confirm", "move", "override"] = Field(
        description="Take it as proposed, move it elsewhere, or leave all as it is."
    )
    proposed: ProposedSlot | None = Field(
        default=None, description="The proposal as it was seen; needed to confirm it."
    )
    to: ProposedSlot | None = Field(default=None, description="Where to; needed to move it.")
    appointment_id: Identifier | None = Field(
        default=None,
        description="The appointment that it holds, as it was read; its ETag belongs in If-Match.",
    )
    reason: Sentence | None = Field(
        default=None, description="Needed to move or to override.", examples=["crew of two only"]
    )


class Decided(Answer):
    """What was decided, and the appointment that came of it."""

    answer: str = Field(description="confirm, move or override.")
    appointment: Appointment | None = Field(description="What the shipment holds now.")


class SlotAnswer(Request):
    """An officer's answer to a request."""

    agreed: Flag = Field(description="Whether it is agreed to.")
    reason: Sentence | None = Field(default=None, description="Needed to decline.")


class NewTime(Request):
    """Where an appointment is to be moved."""

    bay_id: PlaceName = Field(description="The bay.", examples=["PVG-C1"])
    start: Instant = Field(description="Start of the slot.")
    reason: Sentence | None = Field(
        default=None, description="For people; needed for a slot after the latest start."
    )


class CheckIn(Request):
    """The box is at the bay."""

    at: Instant | None = Field(default=None, description="Since when; now when left out.")


class StartNow(Request):
    """An inspection begins at once, beside the grid."""

    bay_id: PlaceName = Field(description="A bay with a free place.", examples=["PVG-C1"])
    reason: Sentence | None = Field(default=None, description="For people.")


class InspectionOrder(Request):
    """Whether customs wants to inspect."""

    ordered: Ordered = Field(description="no: it is delivered without.")
    reason: Sentence | None = Field(default=None, description="For people.")
