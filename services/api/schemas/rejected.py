"""Messages that could not be stored, and what becomes of them, as the API speaks of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, Strict, StringConstraints, model_validator

from services.api.schemas.base import Answer, Instant, Request
from services.api.schemas.boxes import BoxName

MOST_IDS = 1000
ReasonName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
MessageNumber = Annotated[int, Strict(), Field(ge=1, le=2**63 - 1)]
OutcomeName = Literal["stored", "repeated", "part", "refused"]


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
    is_part: bool = Field(description="The rest of the message was good, and is stored.")
    repeats: int = Field(description="How often the same bytes came again; they are kept once.")
    last_received_at: Instant | None = Field(description="When they came last, if they did.")
    reprocessed_at: Instant | None = Field(description="When it was read again, if it was.")
    outcome: OutcomeName | None = Field(
        description="What came of that: stored; repeated (nothing new); part; refused again."
    )
    outcome_detail: str | None = Field(description="Why, if not all of it was stored.")


class ReprocessRequest(Request):
    """Which messages to read again: some by number, or all of a reason, a box, or both."""

    ids: Annotated[list[MessageNumber], Field(max_length=MOST_IDS)] = Field(
        default_factory=list, description="These, whatever came of them before."
    )
    reason: ReasonName | None = Field(
        default=None, description="All of this reason that are not done.", examples=["unknown_box"]
    )
    box_id: BoxName | None = Field(
        default=None, description="All of this box that are not done.", examples=["CB-0007"]
    )

    @model_validator(mode="after")
    def _something(self) -> ReprocessRequest:
        if not (self.ids or self.reason or self.box_id):
            raise ValueError("name ids, a reason or a box")
        return self


class ReprocessAsked(Answer):
    """The wish is noted; ingest does it in a moment."""

    asked: int = Field(description="Messages that will be read again.")
    asked_at: Instant = Field(description="When it was asked: for `since` of the outcomes.")


class ReprocessOutcomes(Answer):
    """What came of reading again."""

    waiting: int = Field(description="Messages that are still to be read.")
    outcomes: Mapping[str, int] = Field(description="Messages by what came of them.")
