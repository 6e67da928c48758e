"""Which shipment is inspected first: the latest start, the slack to it, tiers and the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BUCKET = timedelta(minutes=30)
"""Starts this close count as equal: then the shorter inspection may go first (domain paper, c)."""


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
    spare = {entry.key: slack(entry.latest_start, entry.ready, now) for entry in entries}
    ordered = sorted(entries, key=lambda entry: (entry.latest_start, entry.key))
    savable = [entry for entry in ordered if spare[entry.key] >= timedelta(0)]
    lost = [entry for entry in ordered if spare[entry.key] < timedelta(0)]
    queue = _shorter_first(savable, now) + lost
    return [
        Ranked(
            entry=entry,
            tier=tier_of(spare[entry.key]),
            slack=spare[entry.key],
            place=place,
            no_slot_in_time=spare[entry.key] < timedelta(0),
            moved_ahead_by=_ahead(entry, queue[place : len(savable)]),
        )
        for place, entry in enumerate(queue, start=1)
    ]


def _ahead(entry: RankEntry, behind: Sequence[RankEntry]) -> timedelta:
    earliest = min((other.latest_start for other in behind), default=entry.latest_start)
    return max(timedelta(0), entry.latest_start - earliest)


def _shorter_first(by_start: list[RankEntry], now: datetime) -> list[RankEntry]:
    """Reorder inside buckets of 30 minutes, counted from the earliest start not yet placed."""
    queue: list[RankEntry] = []
    rest = list(by_start)
    free_at = now
    while rest:
        bucket = [e for e in rest if e.latest_start - rest[0].latest_start < BUCKET]
        chosen = _reordered(bucket, rest[len(bucket) :], free_at)
        queue += chosen
        rest = rest[len(bucket) :]
        free_at = _finished(chosen, free_at)
    return queue


def _reordered(
    bucket: list[RankEntry], later: list[RankEntry], free_at: datetime
) -> list[RankEntry]:
    """The bucket with shorter inspections first, when nobody in it or behind it becomes late."""
    shorter = sorted(bucket, key=_shorter_key)
    if shorter == bucket:
        return bucket
    # Behind the bucket nothing changes unless the bucket ends later than it did.
    behind = later if _finished(shorter, free_at) > _finished(bucket, free_at) else []
    before, after = _late(bucket + behind, free_at), _late(shorter + behind, free_at)
    return shorter if after <= before else bucket


def _shorter_key(entry: RankEntry) -> tuple[timedelta, datetime, bool, float, str]:
    booked = entry.booked_at
    return (
        entry.inspection,
        entry.latest_start,
        booked is None,
        0.0 if booked is None else booked.timestamp(),
        entry.key,
    )


def _late(queue: Sequence[RankEntry], free_at: datetime) -> set[str]:
    """Who would begin too late, were this queue worked off on one bay."""
    late: set[str] = set()
    for entry in queue:
        begin = _begin(entry, free_at)
        if begin > entry.latest_start:
            late.add(entry.key)
        free_at = begin + entry.inspection
    return late


def _begin(entry: RankEntry, free_at: datetime) -> datetime:
    return free_at if entry.ready is None else max(free_at, entry.ready)


def _finished(queue: Sequence[RankEntry], free_at: datetime) -> datetime:
    for entry in queue:
        free_at = _begin(entry, free_at) + entry.inspection
    return free_at
