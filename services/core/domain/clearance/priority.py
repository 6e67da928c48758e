"""Which shipment is inspected first: the latest start, the slack to it, tiers and the order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter

BUCKET = timedelta(minutes=30)
"""Starts this close count as equal: then the shorter inspection may go first (domain paper, c)."""


_NONE = timedelta(0)
_latest = attrgetter("latest_start")


class BindingDeadline(StrEnum):
    """Which deadline comes first."""

    VIABILITY = "viability"
    NEEDED_BY = "needed_by"
    CUT_OFF = "cut_off"


class PriorityTier(StrEnum):
    """How near the latest start is. Software never declares cells dead."""

    NO_SLOT_IN_TIME = "NO_SLOT_IN_TIME"
    CRITICAL = "CRITICAL"
    URGENT = "URGENT"
    SOON = "SOON"
    ROUTINE = "ROUTINE"


_TIERS = (
    (timedelta(0), PriorityTier.NO_SLOT_IN_TIME),
    (timedelta(hours=2), PriorityTier.CRITICAL),
    (timedelta(hours=6), PriorityTier.URGENT),
    (timedelta(hours=24), PriorityTier.SOON),
)


def earliest_deadline(
    viable_until_p10: datetime | None, needed_by: datetime | None, cut_off: datetime | None
) -> tuple[datetime, BindingDeadline] | None:
    """The deadline the shipment must meet, and which one it is; none when none is known."""
    known = [
        (instant, kind)
        for instant, kind in (
            (viable_until_p10, BindingDeadline.VIABILITY),
            (needed_by, BindingDeadline.NEEDED_BY),
            (cut_off, BindingDeadline.CUT_OFF),
        )
        if instant is not None
    ]
    return min(known, key=lambda pair: pair[0]) if known else None


def latest_inspection_start(
    deadline: datetime, onward: timedelta, receiving: timedelta, inspection: timedelta
) -> datetime:
    """The last instant at which the inspection may begin and the deadline still be met."""
    return deadline - onward - receiving - inspection


def ready_at(eta_p50: datetime, picking: timedelta) -> datetime:
    """When the goods stand ready for inspection: arrival plus picking at the terminal."""
    return eta_p50 + picking


def slack(latest_start: datetime, ready: datetime | None, now: datetime) -> timedelta:
    """How long the inspection may still wait once the goods are there; negative when too late."""
    return latest_start - (now if ready is None else max(now, ready))


def tier_of(spare: timedelta) -> PriorityTier:
    """The tier of a slack: below 0, 2, 6, 24 hours, or more."""
    for bound, tier in _TIERS:
        if spare < bound:
            return tier
    return PriorityTier.ROUTINE


@dataclass(frozen=True, slots=True, kw_only=True)
class RankEntry:
    """One shipment in the queue. `key` is its identity and the last tie-breaker."""

    key: str
    latest_start: datetime
    inspection: timedelta
    ready: datetime | None = None
    booked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A shipment with its place in the queue, from 1, and why it stands there.

    `moved_ahead_by` is how much later than the next one's its latest start is, when a shorter
    inspection was let ahead; zero when the order is by latest start alone.
    """

    entry: RankEntry
    tier: PriorityTier
    slack: timedelta
    place: int
    no_slot_in_time: bool
    moved_ahead_by: timedelta = timedelta(0)


def rank(entries: Sequence[RankEntry], now: datetime) -> list[Ranked]:
    """Put shipments in the order in which they should be inspected.

    What can be saved goes before what no slot can save. Inside each, by latest start. Among
    starts within 30 minutes a shorter inspection may go first, if nobody becomes late by it: on
    one bay, worked off in this order, each one's inspection still begins by its latest start.
    """
    savable: list[RankEntry] = []
    lost: list[RankEntry] = []
    for entry in sorted(entries, key=attrgetter("latest_start", "key")):
        late = slack(entry.latest_start, entry.ready, now) < _NONE
        (lost if late else savable).append(entry)
    queue = _shorter_first(savable, now)
    ahead = _ahead(queue) + [_NONE] * len(lost)
    return [
        _ranked(entry, place, ahead[place - 1], now)
        for place, entry in enumerate(queue + lost, start=1)
    ]


def _ranked(entry: RankEntry, place: int, ahead: timedelta, now: datetime) -> Ranked:
    spare = slack(entry.latest_start, entry.ready, now)
    return Ranked(
        entry=entry,
        tier=tier_of(spare),
        slack=spare,
        place=place,
        no_slot_in_time=spare < _NONE,
        moved_ahead_by=ahead,
    )


def _ahead(queue: Sequence[RankEntry]) -> list[timedelta]:
    """How much later each one's latest start is than the earliest behind it, or nothing."""
    found: list[timedelta] = []
    earliest = None
    for entry in reversed(queue):
        later = earliest is not None and entry.latest_start > earliest
        found.append(entry.latest_start - earliest if earliest and later else timedelta(0))
        earliest = earliest if later else entry.latest_start
    return found[::-1]


def _shorter_first(by_start: list[RankEntry], now: datetime) -> list[RankEntry]:
    """Reorder inside buckets of 30 minutes, counted from the earliest start not yet placed."""
    queue: list[RankEntry] = []
    free_at = now
    while len(queue) < len(by_start):
        first = len(queue)
        end = by_start[first].latest_start + BUCKET
        behind = bisect_left(by_start, end, lo=first, key=_latest)
        bucket, free_at = _reordered(by_start, first, behind, free_at)
        queue += bucket
    return queue


def _reordered(
    by_start: list[RankEntry], first: int, behind: int, free_at: datetime
) -> tuple[list[RankEntry], datetime]:
    """The bucket with shorter inspections first, when nobody in it or behind it becomes late.

    Also when the bay is free after it.
    """
    bucket = by_start[first:behind]
    shorter = sorted(bucket, key=_shorter_key)
    late, ended = _worked_off(bucket, free_at)
    if shorter == bucket:
        return bucket, ended
    then_late, ends = _worked_off(shorter, free_at)
    if not then_late <= late or _delays(by_start, behind, ended, ends):
        return bucket, ended
    return shorter, ends


def _delays(by_start: list[RankEntry], behind: int, ended: datetime, ends: datetime) -> bool:
    """Whether somebody from `behind` on becomes late when the bay is free at `ends` instead.

    Ends as soon as the bay is no longer behind, which it makes up while it waits for somebody.
    """
    for n in range(behind, len(by_start)):
        if ends <= ended:
            return False
        entry = by_start[n]
        was, would_be = _begin(entry, ended), _begin(entry, ends)
        if was <= entry.latest_start < would_be:
            return True
        ended, ends = was + entry.inspection, would_be + entry.inspection
    return False


def _shorter_key(entry: RankEntry) -> tuple[timedelta, datetime, bool, float, str]:
    booked = entry.booked_at
    return (
        entry.inspection,
        entry.latest_start,
        booked is None,
        0.0 if booked is None else booked.timestamp(),
        entry.key,
    )


def _worked_off(queue: Sequence[RankEntry], free_at: datetime) -> tuple[set[str], datetime]:
    """Who would begin too late, were this queue worked off on one bay, and when it is free."""
    late: set[str] = set()
    for entry in queue:
        ready = entry.ready
        if ready is not None and ready > free_at:
            free_at = ready
        if free_at > entry.latest_start:
            late.add(entry.key)
        free_at += entry.inspection
    return late, free_at


def _begin(entry: RankEntry, free_at: datetime) -> datetime:
    return free_at if entry.ready is None else max(free_at, entry.ready)
