"""What the API says about rules under which raw readings may be removed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from services.api.schemas.base import Answer, Count, Identifier, Instant, Label, Request, Word
from services.api.schemas.signatures import Signature

Days = Annotated[int, Strict(), Field(ge=1, le=36_500)]


class NewRetentionRule(Request):
    """A sponsor's dated rule. Without one, readings are kept for ever."""

    sponsor: Label = Field(description="The shipper, as in the shipments.", examples=["Hospital"])
    keep_days: Days = Field(description="Days kept after the closing.", examples=[5475])
    effective_from: Instant = Field(description="From when on; seven days from now or later.")
    reference: Word = Field(description="Where it is agreed.", examples=["QAA-2026-14, 7.3"])
    reason: Label = Field(description="Why the readings may go.", examples=["duty ends"])


class RetentionRule(Answer):
    """A rule as it stands."""

    rule_id: Identifier = Field(description="The rule.")
    sponsor: str = Field(description="The shipper it is of.")
    keep_days: int = Field(description="Days kept after the closing.")
    effective_from: Instant = Field(description="From when on.")
    reference: str = Field(description="Where it is agreed.")
    reason: str = Field(description="Why the readings may go.")
    entered_at: Instant = Field(description="When it was entered.")
    entered_by: str = Field(description="By whom.")
    withdrawn_at: Instant | None = Field(description="When it was withdrawn.")
    withdrawn_by: str | None = Field(description="By whom it was withdrawn.")
    withdrawn_reason: str | None = Field(description="Why it was withdrawn.")
    signatures: list[Signature] = Field(description="Of who entered it and who withdrew it.")
    revision: Count = Field(description="Grows with every change.")


class Withdrawal(Request):
    """The end of a rule."""

    reason: Label = Field(description="Why it no longer holds.", examples=["contract prolonged"])


class DueStay(Answer):
    """A stay in a box whose readings would go."""

    shipment_id: Identifier = Field(description="The shipment.")
    reference: str = Field(description="Its reference.")
    box_id: str = Field(description="The box.")
    begin: Instant = Field(description="The first instant of the stay.")
    end: Instant = Field(description="Its end, not included.")
    closed_at: Instant = Field(description="When the closing of the shipment was recorded.")
    due_at: Instant = Field(description="From when on they may go.")
    readings: Count = Field(description="How many readings would go.")


class RetentionPreview(Answer):
    """What a rule would remove at an instant; nothing is removed by asking."""

    rule: RetentionRule = Field(description="The rule.")
    at: Instant = Field(description="The instant asked about.")
    items: list[DueStay] = Field(description="At most 200 stays, the longest due first.")
