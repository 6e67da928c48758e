"""Who cannot all be inspected in time, and whom to hand to people so that most can be.

Moore and Hodgson's rule on the open list: plan by due time; whenever somebody comes too late,
set the longest inspection so far aside. On one bay that keeps the largest number possible. On
several bays the list is worked off by whichever bay is free next (then it is a good rule, not a
proof). It proposes; nobody loses a claim by it: who is set aside ranks after those that can be
kept, and people decide (another bay, another site, a later deadline).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heapify, heapreplace

from services.core.domain.clearance.priority import Ranked, RankEntry, rank

CALM_MIN = 240.0
"""Waiting work per bay up to which doubtful ones may go first. Own choice, grade O: picked among
six variants on six seeds of the study. Without a limit overload loses more (5.0 for 4.2 % at a
load of 1.05); with it a load of 0.95 loses slightly more than without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The open list, parted: who can be kept in time, and who should go to people."""

    kept: tuple[RankEntry, ...]
    set_aside: tuple[RankEntry, ...]


def admit(entries: Sequence[RankEntry], free_at: Sequence[datetime], now: datetime) -> Admission:
    """Part the shipments that stand ready; `free_at` says when each bay can begin the next one.

    Give it what can still be saved: what no slot can save is not on the open list.
    """
    ordered = sorted(entries, key=lambda entry: entry.key)
    minute = timedelta(minutes=1)
    kept = set(
        keep_most(
            [(entry.latest_start - now) / minute for entry in ordered],
            [entry.inspection / minute for entry in ordered],
            [max(0.0, (at - now) / minute) for at in free_at],
        )
    )
    return Admission(
        kept=tuple(entry for n, entry in enumerate(ordered) if n in kept),
        set_aside=tuple(entry for n, entry in enumerate(ordered) if n not in kept),
    )


def admitted_rank(
    entries: Sequence[RankEntry], free_at: Sequence[datetime], now: datetime
) -> list[Ranked]:
    """The one order with the proposal taken up: kept, set aside, then what no slot can save."""
    standing = [
        entry
        for entry in entries
        if entry.latest_start >= now and (entry.ready is None or entry.ready <= now)
    ]
    aside = {entry.key for entry in admit(standing, free_at, now).set_aside}
    rest = rank([entry for entry in entries if entry.key not in aside], now)
    later = rank([entry for entry in entries if entry.key in aside], now)
    savable = [row for row in rest if not row.no_slot_in_time]
    order = savable + later + rest[len(savable) :]
    return [replace(row, place=place) for place, row in enumerate(order, start=1)]


def may_begin_first(
    doubtful: RankEntry, standing: Sequence[RankEntry], free_at: Sequence[datetime], now: datetime
) -> bool:
    """Whether one that is late by its P10, not yet by its P50, may begin now at nobody's cost.

    That is so when as many of `standing` can still begin in time afterwards as before, and no
    more than four hours of work per bay are waiting: in a long queue it is those who come next
    that would pay for it.
    """
    minute = timedelta(minutes=1)
    return room_for(
        doubtful.inspection / minute,
        [(entry.latest_start - now) / minute for entry in standing],
        [entry.inspection / minute for entry in standing],
        [max(0.0, (at - now) / minute) for at in free_at],
    )


def room_for(
    first: float, latest: Sequence[float], length: Sequence[float], free_at: Sequence[float]
) -> bool:
    """The same in minutes from now: an inspection `first` minutes long on the bay free next."""
    if sum(length) > CALM_MIN * len(free_at):
        return False
    before = keep_most(latest, length, free_at)
    bays = sorted(free_at)
    return len(keep_most(latest, length, [bays[0] + first, *bays[1:]])) >= len(before)


def keep_most(
    latest: Sequence[float], length: Sequence[float], free_at: Sequence[float]
) -> list[int]:
    """Indices that can all begin by their latest start, in the order in which they can.

    All three in one unit of time, from now. Ties are settled by index, so it is repeatable. On
    one bay the due order (latest start + length) keeps the most; on several the order of the
    latest starts can keep more, and is then taken.
    """
    due = sorted(range(len(latest)), key=lambda n: (latest[n] + length[n], n))
    kept = _kept(due, latest, length, free_at)
    if len(kept) == len(latest) or len(free_at) == 1:
        return kept
    by_start = _kept(sorted(due, key=lambda n: (latest[n], n)), latest, length, free_at)
    return by_start if len(by_start) > len(kept) else kept


def _kept(
    order: Sequence[int],
    latest: Sequence[float],
    length: Sequence[float],
    free_at: Sequence[float],
) -> list[int]:
    kept: list[int] = []
    bays = _bays(free_at)
    for n in order:
        kept.append(n)
        if bays[0] <= latest[n]:
            heapreplace(bays, bays[0] + length[n])
            continue
        while True:
            kept.remove(max(kept, key=lambda k: (length[k], k)))
            bays, in_time = _worked_off(kept, latest, length, free_at)
            if in_time:
                break
    return kept


def _bays(free_at: Sequence[float]) -> list[float]:
    bays = list(free_at)
    heapify(bays)
    return bays


def _worked_off(
    kept: Sequence[int],
    latest: Sequence[float],
    length: Sequence[float],
    free_at: Sequence[float],
) -> tuple[list[float], bool]:
    """When each bay is free after them, and whether all of them began in time."""
    bays, in_time = _bays(free_at), True
    for n in kept:
        in_time &= bays[0] <= latest[n]
        heapreplace(bays, bays[0] + length[n])
    return bays, in_time
