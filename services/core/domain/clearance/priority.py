"""Which shipment is inspected first: the latest start, the slack to it, tiers and the order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import NamedTuple

import numpy as np

from services.core.domain.clearance.queue_columns import (
    Columns,
    Ints,
    columns,
    in_order,
    moved_ahead,
)
from services.core.domain.clearance.rank_entry import RankEntry
from services.core.domain.units import duration_us, to_us

BUCKET = timedelta(minutes=30)
"""Starts this close count as equal: then the shorter inspection may go first (domain paper, c)."""

_NONE = timedelta(0)


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


class Ranked(NamedTuple):
    """A shipment with its place in the queue, from 1, and why it stands there.

    `moved_ahead_by` is how much later than the next one's its latest start is, when a shorter
    inspection was let ahead; zero when the order is by latest start alone. `doubtful`: its slack
    is negative by the safe end, not yet by the likely one.
    """

    entry: RankEntry
    tier: PriorityTier
    slack: timedelta
    place: int
    no_slot_in_time: bool
    moved_ahead_by: timedelta = _NONE
    doubtful: bool = False


def rank(entries: Sequence[RankEntry], now: datetime) -> list[Ranked]:
    """Put shipments in the order in which they should be inspected.

    What can be saved goes before what no slot can save; whoever is late by the safe end and not by
    the likely one can be saved still (ADR 0030). Inside each, by latest start. Among
    starts within 30 minutes a shorter inspection may go first, if nobody becomes late by it: on
    one bay, worked off in this order, each one's inspection still begins by its latest start.
    """
    return ranked(columns(entries), now)


def ranked(queue: Columns, now: datetime) -> list[Ranked]:
    """The same for columns that were read before: they change with the entries, not with time."""
    now_us = to_us(now)
    order, lost = in_order(queue, now_us, duration_us(BUCKET))
    spare = queue.latest[order] - np.maximum(queue.ready[order], now_us)
    ahead = np.zeros_like(spare)
    ahead[~lost] = moved_ahead(queue.latest[order][~lost])
    tier = np.searchsorted(_BOUNDS_US, spare, side="right")
    tier[lost] = 0
    tier[~lost & (spare < 0)] = 1
    entries = queue.entries
    fields = zip(
        [entries[n] for n in order.tolist()],
        [_TIER_AT[n] for n in tier.tolist()],
        _spans(spare),
        range(1, len(order) + 1),
        lost.tolist(),
        _spans(ahead),
        (~lost & (spare < 0)).tolist(),
        strict=True,
    )
    return list(map(_ROW, fields))


def _spans(microseconds: Ints) -> list[timedelta]:
    """The same as durations; numpy makes them ten times as fast as one call each."""
    spans: list[timedelta] = microseconds.view("m8[us]").tolist()
    return spans


_ROW: Callable[[tuple[object, ...]], Ranked] = partial(tuple.__new__, Ranked)
"""A row from its fields in their order: what a named tuple's own `_make` does, without a frame."""

_BOUNDS_US = np.array([duration_us(bound) for bound, _ in _TIERS], dtype=np.int64)
_TIER_AT = (*(tier for _, tier in _TIERS), PriorityTier.ROUTINE)
