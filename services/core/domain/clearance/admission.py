"""Who cannot all be inspected in time, and whom to hand to people so that most can be.

Moore and Hodgson's rule on the open list: plan by due time; whenever somebody comes too late,
set the longest inspection so far aside. On one bay that keeps the largest number possible. On
several bays the list is worked off by whichever bay is free next (then it is a good rule, not a
proof). It proposes; nobody loses a claim by it: who is set aside ranks after those that can be
kept, and people decide (another bay, another site, a later deadline).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heapreplace

from services.core.domain.clearance.least_loss import CALM_MIN, begin_next
from services.core.domain.clearance.priority import Ranked, rank
from services.core.domain.clearance.rank_entry import RankEntry, likely_start_of

MOST = 500
"""At most so many of those who stand ready are parted, by latest start: nobody can be asked about
more at a time, and the rule's effort grows with the square."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A row of the queue with what is proposed to people about it.

    `set_aside`: not all can be in time, another bay or site, or a later deadline, is asked for.
    `begin_next`: of those who stand ready its chance falls fastest.
    """

    row: Ranked
    set_aside: bool = False
    begin_next: bool = False


def advise(
    entries: Sequence[RankEntry], free_at: Sequence[datetime], now: datetime
) -> list[Advice]:
    """The one order with the proposals taken up: kept, set aside, doubtful ones, no slot in time.

    As long as the queue is calm, doubtful ones stay where their latest start puts them: first.
    """
    standing = [entry for entry in entries if entry.ready is None or entry.ready <= now]
    sure = sorted((entry for entry in standing if entry.latest_start >= now), key=_due)[:MOST]
    aside = {entry.key for entry in admit(sure, free_at, now).set_aside}
    hopeful = [entry.inspection for entry in standing if likely_start_of(entry) >= now]
    work = sum(hopeful, timedelta(0)) / timedelta(minutes=1)
    calm = work <= CALM_MIN * len(free_at)
    rows = rank(entries, now)
    order = sorted(rows, key=lambda row: _shelf(row, aside, calm=calm))
    first = begin_next(standing, free_at, now) if calm else None
    return [
        Advice(
            row=row._replace(place=place),
            set_aside=row.entry.key in aside,
            begin_next=first is not None and row.entry.key == first.key,
        )
        for place, row in enumerate(order, start=1)
    ]


def admitted_rank(
    entries: Sequence[RankEntry], free_at: Sequence[datetime], now: datetime
) -> list[Ranked]:
    """The rows of `advise` alone."""
    return [advice.row for advice in advise(entries, free_at, now)]


def _shelf(row: Ranked, aside: set[str], *, calm: bool) -> int:
    if row.no_slot_in_time:
        return 3
    if row.doubtful and not calm:
        return 2
    return 1 if row.entry.key in aside else 0


def _due(entry: RankEntry) -> tuple[datetime, str]:
    return entry.latest_start, entry.key


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
