"""What the API accepts and says about deviations."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from services.api.schemas.base import Answer, Count, Identifier, Instant, Request, Sentence

DispositionValue = Literal["RELEASED", "RELEASED_WITH_COMMENT", "OUT_OF_SPEC_MEDICAL", "REJECTED"]
DeviationState = Literal["DETECTED", "ACKNOWLEDGED", "UNDER_ASSESSMENT", "DISPOSITIONED", "CLOSED"]


class NewDeviation(Request):
    """Taking a payload that is on hold, or entering what a person saw."""

    payload_id: Identifier = Field(description="The payload, one of the shipment's.")
    description: Sentence = Field(
        description="What happened, without names of patients.", examples=["9.4 °C for 22 min"]
    )


class NewStep(Request):
    """One move of a deviation, with its reason. `assess` and `approve` are signatures."""

    move: Literal["assess", "send_back", "approve", "reopen", "close"] = Field(
        description="`assess`: reviewed, with a proposal; `approve`: a second person approves it."
    )
    reason: Sentence = Field(description="Why.", examples=["within the stability report SR-12"])
    disposition: DispositionValue | None = Field(
        default=None, description="What is proposed; needed by `assess`."
    )


class DeviationStep(Answer):
    """What was done, by whom, when and why."""

    move: str = Field(description="The move.", examples=["assess"])
    state: str = Field(description="Where it stood afterwards.")
    by: str = Field(description="Who.")
    at: Instant = Field(description="When.")
    reason: str = Field(description="Why.")
    facts: dict[str, Any] = Field(description="`signed_as`: the meaning of the signature.")


class DecidedDisposition(Answer):
    """What two people decided, and the instant until which they had seen everything."""

    value: DispositionValue = Field(description="What may be done with the payload.")
    assessed_by: str = Field(description="Who proposed it.")
    decided_by: str = Field(description="Who approved it; never the same.")
    decided_at: Instant = Field(description="When it came into force.")
    decided_through: Instant = Field(description="Readings until then were seen.")
    reason: str = Field(description="Why it was approved.")
    evidence_sha256: str = Field(description="Fingerprint of what was signed, hexadecimal.")
    superseded_at: Instant | None = Field(description="When it ended; null while in force.")
    overtaken: bool = Field(
        description="Excursions or broken limits are others by now: the payload is on hold again"
        " until the deviation is reopened and decided anew."
    )


class Deviation(Answer):
    """A departure from what was meant, and what quality assurance makes of it."""

    id: Identifier | None = Field(description="Identifier; null while nobody has taken the hold.")
    number: int | None = Field(description="For people.", examples=[12])
    state: DeviationState = Field(description="Where it stands.")
    shipment_id: Identifier = Field(description="The shipment.")
    shipment_reference: str = Field(description="Its reference.", examples=["CT-00417"])
    payload_id: Identifier = Field(description="The payload.")
    payload_reference: str = Field(description="Its reference.", examples=["BAG-1"])
    description: str | None = Field(description="What happened.")
    detected_at: Instant = Field(description="Since when the payload is held.")
    opened_by: str | None = Field(description="Who took it.")
    proposal: DispositionValue | None = Field(description="What the assessor proposes.")
    assessed_by: str | None = Field(description="Who assessed it.")
    assessed_at: Instant | None = Field(description="When.")
    evidence_sha256: str | None = Field(description="Fingerprint of what the assessor saw.")
    disposition: DecidedDisposition | None = Field(description="The newest decision.")
    steps: list[DeviationStep] = Field(description="Its history, oldest first.")
    simulated: bool = Field(description="Not a real shipment.")
    revision: Count = Field(description="Grows with every change.")
