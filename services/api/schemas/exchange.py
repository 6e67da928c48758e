"""What is exchanged with systems outside: the form of messages, and what the API says of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, Strict, StringConstraints

from services.api.schemas.base import Answer, Count, Identifier, Instant, Request
from services.api.schemas.papers import NewPaper
from services.api.schemas.requests import Reference
from services.api.schemas.sites import PlaceName

MessageId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,128}$")]
OutcomeName = Literal["taken", "waiting", "overtaken", "refused"]
Version = Annotated[int, Strict(), Field(ge=1, le=1_000_000)]


class ApprovalMessage(NewPaper):
    """An approval as the other side has it. What it says of a number never changes: it may be
    withdrawn, and a renewal has a number of its own."""

    message_id: MessageId = Field(description="The sender's name for this message, for ever.")
    message: Literal["approval"] = Field(description="`approval`.")
    state: Literal["valid", "withdrawn"] = Field(description="Withdrawn is final.")


class BookingMessage(Request):
    """A booking as the other side has it now: the whole of it, not what changed."""

    message_id: MessageId = Field(description="The sender's name for this message, for ever.")
    message: Literal["booking"] = Field(description="`booking`.")
    booking: Reference = Field(description="The sender's number of the booking.")
    version: Version = Field(description="Grows with each change of this booking.")
    state: Literal["held", "cancelled"] = Field(description="How it stands.")
    shipment_reference: Reference = Field(description="For which shipment.")
    bay_id: PlaceName = Field(description="Which bay.", examples=["PVG-C1"])
    start: Instant = Field(description="Start of the slot.")


class BookingOut(Answer):
    """A booking as it stands here, for the other side."""

    message_id: str = Field(description="Number and revision: sent again, it is the same.")
    message: Literal["booking"] = Field(description="`booking`.")
    booking: str = Field(description="Its number.", examples=["PVG-000123"])
    version: Count = Field(description="Its revision.")
    state: Literal["held", "cancelled"] = Field(description="Whether it holds its place.")
    shipment_reference: str = Field(description="For which shipment.")
    bay_id: str = Field(description="Which bay.")
    start: Instant = Field(description="Start of the slot.")
    life: str = Field(description="Where it stands in its life.", examples=["CONFIRMED"])


class BookingsOut(Answer):
    """The bookings of a site in a stretch of time."""

    form: str = Field(description="The form of this document.")
    messages: list[BookingOut] = Field(description="Each booking once, as it stands now.")


class ExchangeRequest(Request):
    """Messages of the other side, in any order."""

    form: Literal["coldlane-exchange/1"] = Field(description="The form they are written in.")
    messages: list[dict[str, Any]] = Field(
        min_length=1, max_length=500, description="`approval` and `booking` messages."
    )


class MessageOutcome(Answer):
    """What came of one message."""

    message_id: str | None = Field(description="Its id; null when it names none.")
    outcome: OutcomeName = Field(description="What came of it.")
    field: str | None = Field(description="The field that is wrong.")
    detail: str | None = Field(description="What is wrong, or what it waits for.")
    remedy: str | None = Field(description="What to do about it.")
    ignored: list[str] = Field(default=[], description="Fields that this version does not know.")


class ExchangeAnswer(Answer):
    """One outcome a message, in the order in which they were sent."""

    outcomes: list[MessageOutcome] = Field(description="What came of each.")


class KeptExchange(MessageOutcome):
    """A message as it is kept."""

    content: dict[str, Any] = Field(description="As it came.")
    sha256: str = Field(description="Of its content, hexadecimal.")
    object_id: Identifier | None = Field(description="The paper or the appointment made of it.")
    repeats: Count = Field(description="How often it came again.")
    received_at: Instant = Field(description="When it came first.")
    last_received_at: Instant = Field(description="When it came last.")
    received_from: str = Field(description="Who sent it.")
