"""Whose minutes an open lid costs: of an inspection, or of handling.

Counted anew from all readings each time, so the order in which they came does not matter: a late
reading moves the account. A box's clock and an officer's tap differ, so an opening belongs to an
inspection that began or ended a little apart from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

TOLERANCE = timedelta(minutes=5)
"""So far apart a box's clock and an officer's tap may be. Own choice, grade O."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A lid that was open; `end` None while nothing was heard of its closing."""

    box_id: str
    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An inspection, as far as lids are concerned; `end` None while it lasts."""

    inspection_id: UUID
    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LidAccount:
    """What openings cost: by inspection, together, and handling."""

    by_inspection: dict[UUID, timedelta] = field(default_factory=dict)
    handling: timedelta = timedelta(0)

    @property
    def inspections(self) -> timedelta:
        """All inspections together: a second one goes on counting where the first ended."""
        return sum(self.by_inspection.values(), timedelta(0))


def openings(box_id: str, changes: Iterable[tuple[datetime, bool]]) -> list[Opening]:
    """Openings of one box from its lid's states, in whatever order they are given."""
    found: list[Opening] = []
    since: datetime | None = None
    for at, is_open in sorted(changes):
        if is_open and since is None:
            since = at
        elif not is_open and since is not None:
            found.append(Opening(box_id=box_id, begin=since, end=at))
            since = None
    if since is not None:
        found.append(Opening(box_id=box_id, begin=since, end=None))
    return found


def account(opened: Sequence[Opening], sessions: Sequence[Session], now: datetime) -> LidAccount:
    """Charge every minute once: to the inspection it falls into, else to handling."""
    windows = _windows(sessions, now)
    by_inspection = {one.inspection_id: timedelta(0) for one in sessions}
    handling = timedelta(0)
    for begin, end in _joined(opened, now):
        rest = end - begin
        for inspection_id, first, last in windows:
            part = min(end, last) - max(begin, first)
            if part > timedelta(0):
                by_inspection[inspection_id] += part
                rest -= part
        handling += rest
    return LidAccount(by_inspection=by_inspection, handling=handling)


def touches(opening: Opening, session: Session, now: datetime) -> bool:
    """Whether an opening falls into an inspection, give or take the tolerance."""
    end = opening.end or now
    last = (session.end or now) + TOLERANCE
    return opening.begin <= last and end >= session.begin - TOLERANCE


def _windows(sessions: Sequence[Session], now: datetime) -> list[tuple[UUID, datetime, datetime]]:
    """Stretches of the inspections with tolerance; where two meet, each has its half."""
    ordered = sorted(sessions, key=lambda one: one.begin)
    found: list[tuple[UUID, datetime, datetime]] = []
    for one in ordered:
        first, last = one.begin - TOLERANCE, (one.end or now) + TOLERANCE
        if found and found[-1][2] > first:
            before, begin, _ = found[-1]
            ended = next(s.end for s in ordered if s.inspection_id == before) or now
            middle = ended + (one.begin - ended) / 2
            found[-1] = (before, begin, middle)
            first = middle
        found.append((one.inspection_id, first, last))
    return found


def _joined(opened: Sequence[Opening], now: datetime) -> list[tuple[datetime, datetime]]:
    """Stretches in which some box of the shipment stood open; two at once count once."""
    found: list[tuple[datetime, datetime]] = []
    for one in sorted(opened, key=lambda one: one.begin):
        end = max(one.begin, one.end or now)
        if found and one.begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((one.begin, end))
    return found
