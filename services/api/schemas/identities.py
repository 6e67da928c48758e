"""What the API accepts and says about the codes by which a shipment is known."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from services.api.schemas.base import Answer, Identifier, Instant, Request, Sentence
from services.api.schemas.inspections import Code, ScannedMark


class NewMark(Request):
    """A seal, or a chain-of-identity code: what a scan is compared with. No patient's name."""

    mark: Literal["seal", "identity_code"] = Field(description="What it is.")
    code: Code = Field(description="As a scanner reads it.", examples=["CN-778812"])
    payload_id: Identifier | None = Field(
        default=None, description="The payload, for a chain-of-identity code."
    )


class EndOfMark(Request):
    """A mark that is wrong, or no longer there."""

    mark: Literal["seal", "identity_code"] = Field(description="What it is.")
    code: Code = Field(description="The code.")
    reason: Sentence = Field(description="Why it ends.", examples=["typed wrongly"])


class IdentityMark(Answer):
    """A seal or a code, from when to when."""

    id: Identifier = Field(description="Identifier.")
    mark: str = Field(description="What it is.", examples=["seal"])
    code: str = Field(description="The code.")
    payload_id: Identifier | None = Field(description="The payload.")
    entered_at: Instant = Field(description="Since when.")
    entered_by: str = Field(description="By whom.")
    ended_at: Instant | None = Field(description="When it ended; null while in force.")
    ended_by: str | None = Field(description="Who ended it.")
    reason: str | None = Field(description="Why.")


class IdentityMarks(Answer):
    """All marks of a shipment, oldest first."""

    items: list[IdentityMark] = Field(description="The marks.")


class ScanResult(Answer):
    """Whether what was scanned is what should be there."""

    mark: ScannedMark = Field(description="What was scanned.")
    matches: bool | None = Field(description="Null: there was nothing to compare it with.")
    first_action: str | None = Field(
        description="What to do now, when it does not match.",
        examples=["alarm.identity_mismatch.action"],
    )
