"""One shipment in the queue, as far as its place in the order depends on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.core.domain.clearance.usual_left import NOTHING_SEEN, UsualLeft


@dataclass(frozen=True, slots=True, kw_only=True)
class RankEntry:
    """One shipment in the queue. `key` is its identity and the last tie-breaker.

    `latest_start` is counted back from the safe end (P10); `likely_start` the same from the likely
    one (P50), none when it is no later; `known_at` is since when the time to them is counted.
    `usual`: what others of its kind had left here when they stood ready.
    """

    key: str
    latest_start: datetime
    inspection: timedelta
    ready: datetime | None = None
    booked_at: datetime | None = None
    likely_start: datetime | None = None
    known_at: datetime | None = None
    usual: UsualLeft = NOTHING_SEEN


def likely_start_of(entry: RankEntry) -> datetime:
    """The last start by the likely end; whoever is later than that cannot be saved."""
    return max(entry.latest_start, entry.likely_start or entry.latest_start)
