"""What if a shipment in the queue waits: its place, slack, tier, begin, and who else is served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heapify, heapreplace

from services.core.domain.clearance.priority import Ranked, rank
from services.core.domain.clearance.rank_entry import RankEntry
from services.core.domain.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQueue:
    """The open list as it stands, and when each bay can begin the next inspection."""

    entries: Sequence[RankEntry]
    free_at: Sequence[datetime]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IfItWaits:
    """The shipment's row now and after the wait; begins are those of bays working the queue off.

    `saved` and `lost` count the others that would begin in time only if it waits, or only if it
    does not. The risk at either begin is `loss.ended_before` with what follows the begin added.
    """

    before: Ranked
    after: Ranked
    begins_before: datetime
    begins_after: datetime
    saved: int
    lost: int


def if_it_waits(queue: OpenQueue, key: str, wait: timedelta = timedelta(hours=2)) -> IfItWaits:
    """Compare the queue with the one in which `key` may not begin before `wait` has passed.

    Raises NotFound when it is not in the queue.
    """
    entry = next((entry for entry in queue.entries if entry.key == key), None)
    if entry is None:
        raise NotFound("this shipment is not in the queue", field="shipment_id")
    held = replace(entry, ready=max(queue.now, entry.ready or queue.now) + wait)
    others = [other for other in queue.entries if other.key != key]
    rows, rows_held = rank(queue.entries, queue.now), rank([*others, held], queue.now)
    begins, begins_held = worked_off(rows, queue), worked_off(rows_held, queue)
    in_time = {other.key for other in others if begins[other.key] <= other.latest_start}
    in_time_held = {other.key for other in others if begins_held[other.key] <= other.latest_start}
    return IfItWaits(
        before=_row(rows, key),
        after=_row(rows_held, key),
        begins_before=begins[key],
        begins_after=begins_held[key],
        saved=len(in_time_held - in_time),
        lost=len(in_time - in_time_held),
    )


def worked_off(rows: Sequence[Ranked], queue: OpenQueue) -> dict[str, datetime]:
    """When each inspection begins if a free bay always takes the first in order that is ready."""
    bays = [max(at, queue.now) for at in queue.free_at]
    heapify(bays)
    waiting = [row.entry for row in rows]
    begins: dict[str, datetime] = {}
    while waiting:
        taken = _next_in_line(waiting, bays[0])
        entry = waiting.pop(taken)
        begins[entry.key] = max(bays[0], entry.ready or bays[0])
        heapreplace(bays, begins[entry.key] + entry.inspection)
    return begins


def _next_in_line(waiting: Sequence[RankEntry], free_at: datetime) -> int:
    """The first that is ready when the bay is free; when nobody is, the first to become so."""
    for n, entry in enumerate(waiting):
        if entry.ready is None or entry.ready <= free_at:
            return n
    return min(range(len(waiting)), key=lambda n: (waiting[n].ready or free_at, n))


def _row(rows: Sequence[Ranked], key: str) -> Ranked:
    return next(row for row in rows if row.entry.key == key)
