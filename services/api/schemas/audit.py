"""Audit entries as inspectors read them, and what a check of their chain found."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from services.api.schemas.base import Answer, Identifier, Instant

Purpose = Literal["read", "export"]


class AuditEntryOut(Answer):
    """One act: who did what, to what, when, why and from where."""

    id: int = Field(description="Number of the entry; one that was begun in vain is missing.")
    at: datetime = Field(description="When, by the clock of the service.")
    principal_id: str = Field(description="Who; `unknown` before somebody has proven who they are.")
    source: str = Field(description="From where: a session or key, and an address.")
    action: str = Field(description="What was done.")
    entity: str = Field(description="To what kind of thing.")
    entity_id: str = Field(description="To which one.")
    before: dict[str, Any] | None = Field(description="What it was, of what the act touched.")
    after: dict[str, Any] | None = Field(description="What it is since.")
    reason: str | None = Field(description="Why, where a reason is asked for.")
    position: int | None = Field(description="Place in the chain; null: put in past the trigger.")
    sealed_at: datetime | None = Field(description="When, by the clock of the database.")
    hash: str | None = Field(description="Hash of the chain up to here, hexadecimal.")


class AuditHead(Answer):
    """How far the trail has come; `entries:hash` is what a check can be held against."""

    entries: int = Field(description="Places of the chain.")
    hash: str = Field(description="Hash of the last of them, hexadecimal.")
    taken_at: Instant = Field(description="When, by the clock of the database.")
    notice_id: Identifier = Field(description="The notice that tells QA.")


class AuditFinding(Answer):
    """One thing that is wrong with the trail, where it begins."""

    fault: Literal[
        "changed", "removed", "inserted", "moved", "cut_off", "rewritten", "anchor", "signature"
    ] = Field(description="What was done to it.")
    detail: str = Field(description="In words.")
    position: int | None = Field(description="Place in the chain.")
    entry_id: int | None = Field(description="Number of the entry.")


class ClockStep(Answer):
    """A place where the clock of the database went back."""

    position: int = Field(description="The first entry after it, by its place.")
    seconds: float = Field(description="How far it went back.")


class AuditVerification(Answer):
    """What was checked, and what is wrong."""

    ok: bool = Field(description="Whether nothing is wrong.")
    checked_at: datetime = Field(description="When.")
    entries: int = Field(description="Entries that hold, from the first one on.")
    head: str = Field(description="Hash of the last of them, hexadecimal.")
    anchors: int = Field(description="Anchors outside the database that this service has.")
    anchored_entries: int = Field(description="Entries that the last anchor knows of.")
    last_anchor_at: datetime | None = Field(description="When it was written.")
    keyed: bool = Field(description="Whether this service has the keys that entries bear.")
    unproven: int = Field(description="Entries whose key is not at hand.")
    signatures: int = Field(description="Signatures compared with what they signed.")
    clock_steps: list[ClockStep] = Field(description="Where the database's clock went back.")
    findings: list[AuditFinding] = Field(description="The first of each kind.")
