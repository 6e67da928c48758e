"""What the API says when it looks back: the rows of a log, the verdicts that were kept."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from services.api.schemas.base import Answer, ClaimedInstant, Count, Identifier, Instant


class LogEntry(Answer):
    """One reading or event as it is stored, never thinned out."""

    boot: str = Field(description="The boot of the box that it belongs to.", examples=["9f3c1a2b"])
    seq: int = Field(description="Its number in that boot.", examples=[4711])
    t: ClaimedInstant | None = Field(description="The time as the box told it, however wild.")
    placed_at: ClaimedInstant | None = Field(description="The time that is judged by.")
    received_at: Instant = Field(description="When it was stored.")
    event: str | None = Field(description="Kind of event; null of a reading.")
    temp_c: float | None = Field(description="Temperature as measured, °C.", examples=[4.81])
    probe: str | None = Field(description="The probe that measured it.", examples=["SN-4411"])
    detail: dict[str, Any] | None = Field(
        description="What an event said, or fields that we do not know."
    )


class KeptUntil(Answer):
    """Safe until `p10` nine times in ten; likely until `p50`."""

    p10: Instant = Field(description="Nine times in ten it is safe until then.")
    p50: Instant = Field(description="It is likely safe until then.")


class KeptExcursion(Answer):
    """A stay outside the label that outlasted the on-delay."""

    side: str = Field(description="`high` or `low`.", examples=["high"])
    began_at: Instant = Field(description="When the label was left.")
    returned_at: Instant | None = Field(description="When it was over, off-delay included.")


class KeptVerdict(Answer):
    """A verdict as it was kept; nothing in it is ever changed."""

    id: int = Field(description="Grows with every verdict that is kept.")
    payload_id: Identifier = Field(description="The payload.")
    payload_reference: str = Field(description="Its reference.", examples=["BAG-1"])
    revision: Count = Field(description="Revision of the payload's verdict.")
    supersedes: int | None = Field(description="The payload's verdict before it.")
    reason: str = Field(description="Why it was judged again.", examples=["readings"])
    as_of: Instant = Field(description="The instant it was made for.")
    recorded_at: Instant = Field(description="When it was kept.")
    model_version: str = Field(description="Version of the judging code.")
    inputs_hash: str = Field(description="Digest of everything it was made from but the time.")
    condition: str = Field(description="How the payload stood.", examples=["IN_RANGE"])
    evidence: str = Field(description="How sure that was.", examples=["COMPLETE"])
    qa_hold: bool = Field(description="Whether quality assurance must look before use.")
    in_label_until: Instant | None = Field(description="Expected inside its label until then.")
    viable_until: KeptUntil | None = Field(description="Expected viable until then.")
    binding_constraint: str | None = Field(
        description="What ends the viability.", examples=["hold_clock"]
    )
    excursions: list[KeptExcursion] = Field(description="Confirmed stays outside the label.")
    summary: dict[str, Any] = Field(description="The figures behind it; temperatures in °C.")
