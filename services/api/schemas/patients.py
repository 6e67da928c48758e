"""Who a payload is of: entered, looked up for a named purpose, forgotten."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.api.schemas.base import Answer, Identifier, Request, Sentence, Word

Purpose = Literal["treatment", "identity_check", "adverse_event", "complaint", "patient_request"]
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class NewIdentity(Request):
    """The person that a payload is of."""

    name: Word = Field(description="Name.")
    number: Number | None = Field(default=None, description="Number at the hospital, or another.")
    phone: Number | None = Field(default=None, description="Telephone.")
    reason: Sentence | None = Field(
        default=None,
        description="Why now: needed where somebody was forgotten before. No name in it.",
    )


class LookUp(Request):
    """Why somebody must know whose it is."""

    purpose: Purpose = Field(description="What for.")
    reason: Sentence = Field(description="Why now.")


class Forget(Request):
    """Why somebody is forgotten."""

    reason: Sentence = Field(description="Why.")


class PatientIdentity(Answer):
    """The person that a payload is of."""

    payload_id: Identifier = Field(description="The payload.")
    name: str = Field(description="Name.")
    number: str | None = Field(description="Number at the hospital, or another.")
    phone: str | None = Field(description="Telephone.")
