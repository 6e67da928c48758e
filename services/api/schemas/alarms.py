"""What the API says about alarms and about messages that were refused."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from services.api.schemas.base import Answer, Count, Identifier, Instant, Request, Sentence

AlarmState = Literal["UNACKNOWLEDGED", "ACKNOWLEDGED", "RTN_UNACKNOWLEDGED", "CLOSED"]


class Acknowledge(Request):
    """Taking an alarm: from now on somebody is on it."""

    reason: Sentence | None = Field(
        default=None, description="What is being done; may follow later.", examples=["called DHL"]
    )


class Acknowledged(Answer):
    """Who has taken the alarm, and until when that holds."""

    at: Instant = Field(description="When it was taken.")
    by: str = Field(description="Who took it.", examples=["local-operator"])
    reason: str | None = Field(description="What is being done.")
    lapses_at: Instant | None = Field(description="When the alarm sounds again.")


class Alarm(Answer):
    """A condition that asks somebody to act."""

    id: Identifier = Field(description="Identifier.")
    kind: str = Field(description="Kind of alarm.", examples=["excursion"])
    priority: int = Field(description="1 is the most urgent.", examples=[1])
    state: AlarmState = Field(description="Where it stands.")
    shipment_id: Identifier | None = Field(description="The shipment.")
    shipment_reference: str | None = Field(description="Its reference.", examples=["CT-00417"])
    box_id: str | None = Field(description="The box.", examples=["CB-0007"])
    began_at: Instant = Field(description="When the condition began.")
    raised_at: Instant = Field(description="When the alarm was raised.")
    returned_at: Instant | None = Field(description="When the condition ended.")
    closed_at: Instant | None = Field(description="When the alarm was closed.")
    facts: dict[str, Any] = Field(description="What the condition was; temperatures in °C.")
    acknowledged: Acknowledged | None = Field(description="Who is on it.")
    first_action: str = Field(
        description="Key of the text that says what to do first.",
        examples=["alarm.excursion.action"],
    )
    revision: Count = Field(description="Grows with every change.")
    simulated: bool = Field(description="The box is not a real one.")


class RejectedMessage(Answer):
    """A message that could not be stored as a reading, kept whole."""

    id: int = Field(description="Number in order of arrival.")
    received_at: Instant = Field(description="When it came.")
    topic: str = Field(description="Where it was published.")
    box_id: str | None = Field(description="The box, when the topic names one.")
    reason: str = Field(description="Kind of refusal.", examples=["not_json"])
    field: str | None = Field(description="The field at fault.", examples=["temp_c"])
    detail: str = Field(description="What is wrong.")
    remedy: str = Field(description="What to do about it.")
    payload_base64: str = Field(description="The bytes as they came.")
    sha256: str = Field(description="Fingerprint of the bytes, hexadecimal.")
