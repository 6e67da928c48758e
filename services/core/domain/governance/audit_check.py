"""Finds the first entry of the audit trail that was changed, removed, put in, moved or cut off."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from services.core.domain.governance.audit import (
    DATABASE,
    GENESIS,
    AuditEntry,
    AuditKeys,
    entry_digest,
    link,
)
from services.core.domain.governance.audit_anchor import Anchor

_STEP = timedelta(seconds=1)
_STEPS_TOLD = 20


class Fault(StrEnum):
    """What is wrong with the trail."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    MOVED = "moved"
    CUT_OFF = "cut_off"
    REWRITTEN = "rewritten"
    ANCHOR = "anchor"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, where it begins: place in the chain and number of the entry."""

    fault: Fault
    detail: str
    position: int | None = None
    entry_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A place in the chain and the entry that stands there, if it still does."""

    position: int
    entry_id: int
    sealed_at: datetime
    previous: bytes
    hash: bytes
    entry: AuditEntry | None
    digest: bytes
    key_id: str | None


@dataclass(slots=True)
class ChainCheck:
    """Takes the places in their order, one after the other; stop at the first finding."""

    keys: AuditKeys
    anchors: Sequence[Anchor] = ()
    heads: Sequence[Anchor] = ()
    """What people kept elsewhere; it bears no seal and is believed."""
    position: int = 0
    head: bytes = GENESIS
    unproven: int = 0
    """Entries under a key while no key is at hand: their order is checked, their author is not."""
    steps: list[tuple[int, float]] = field(default_factory=list)
    """Where the clock of the database went back, and by how many seconds."""
    _keyed: bool = False
    _sealed_at: datetime | None = None
    _anchored: dict[int, set[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for anchor in (*self.anchors, *self.heads):
            self._anchored.setdefault(anchor.entries, set()).add(anchor.hash)

    def bad_anchor(self) -> Finding | None:
        """The first anchor that was not written with one of the keys."""
        for number, anchor in enumerate(self.anchors, start=1):
            if self.keys.keys and not anchor.holds(self.keys):
                detail = f"line {number} of the anchors was not written with a key of ours"
                return Finding(fault=Fault.ANCHOR, position=anchor.entries, detail=detail)
        return None

    def take(self, sealed: Sealed) -> Finding | None:
        """Check the next place."""
        if sealed.position != self.position + 1:
            return self._missing()
        wrong = self._content(sealed) or self._place(sealed)
        if wrong is not None:
            fault, detail = wrong
            return Finding(
                fault=fault, position=sealed.position, entry_id=sealed.entry_id, detail=detail
            )
        self._note_clock(sealed)
        self.position, self.head = sealed.position, sealed.hash
        return None

    def end(self) -> Finding | None:
        """After the last place: an anchor that knows of more."""
        beyond = [place for place in self._anchored if place > self.position]
        if not beyond:
            return None
        return Finding(
            fault=Fault.CUT_OFF,
            position=self.position + 1,
            detail=f"an anchor knows of {max(beyond)} entries, and there are {self.position}",
        )

    def _missing(self) -> Finding:
        place = self.position + 1
        return Finding(
            fault=Fault.REMOVED, position=place, detail=f"place {place} of the chain is missing"
        )

    def _content(self, sealed: Sealed) -> tuple[Fault, str] | None:
        if sealed.entry is None:
            return Fault.REMOVED, "the entry of this place is missing"
        key = None if sealed.key_id is None else self.keys.find(sealed.key_id)
        if sealed.key_id is not None and key is None:
            self.unproven += 1
            self._keyed = True
            return (
                (Fault.INSERTED, "written with a key that is not ours") if self.keys.keys else None
            )
        if not hmac.compare_digest(entry_digest(sealed.entry, key), sealed.digest):
            return Fault.CHANGED, "the entry is not what was written"
        if key is None and self._keyed and sealed.entry.principal_id != DATABASE:
            return Fault.INSERTED, "written without the key"
        self._keyed = self._keyed or key is not None
        return None

    def _place(self, sealed: Sealed) -> tuple[Fault, str] | None:
        wanted = link(self.head, sealed.position, sealed.entry_id, sealed.sealed_at, sealed.digest)
        if sealed.previous != self.head or sealed.hash != wanted:
            return Fault.MOVED, "it does not follow what stands before it"
        if self._anchored.get(sealed.position, set()) - {sealed.hash}:
            return Fault.REWRITTEN, "here or before, the chain is not the one that was anchored"
        return None

    def _note_clock(self, sealed: Sealed) -> None:
        last, self._sealed_at = self._sealed_at, sealed.sealed_at
        if last is not None and last - sealed.sealed_at > _STEP and len(self.steps) < _STEPS_TOLD:
            self.steps.append((sealed.position, (last - sealed.sealed_at).total_seconds()))
