"""The queue as columns: read once from its entries, ordered again at any instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from services.core.domain.clearance.rank_entry import RankEntry

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_AT_ONCE = -(2**62)
_NOT_BOOKED = 2**62


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Entries by latest start, and what is reckoned with of each, in whole microseconds.

    `shorter` is each one's place were shorter inspections to go first.
    """

    entries: Sequence[RankEntry]
    latest: Ints
    hopeful: Ints
    ready: Ints
    length: Ints
    shorter: Ints


def columns(entries: Sequence[RankEntry]) -> Columns:
    """Read the entries; ties are settled by key, so that it does not matter who asks how."""
    latest = _instants([entry.latest_start for entry in entries])
    order = _by_start(entries, latest)
    placed = [entries[n] for n in order.tolist()]
    latest = latest[order]
    spans = map(timedelta.total_seconds, [entry.inspection for entry in placed])
    length = _microseconds(np.fromiter(spans, dtype=np.float64, count=len(placed)))
    booked = _optional([entry.booked_at for entry in placed], _NOT_BOOKED)
    by_length = np.lexsort((booked, latest, length))
    shorter = np.empty(len(placed), dtype=np.int64)
    shorter[by_length] = np.arange(len(placed))
    likely = _optional([entry.likely_start for entry in placed], _AT_ONCE)
    return Columns(
        entries=placed,
        latest=latest,
        hopeful=np.maximum(latest, likely),
        ready=_optional([entry.ready for entry in placed], _AT_ONCE),
        length=length,
        shorter=shorter,
    )


def _instants(instants: Sequence[datetime]) -> Ints:
    seconds = map(datetime.timestamp, instants)
    return _microseconds(np.fromiter(seconds, dtype=np.float64, count=len(instants)))


def _microseconds(seconds: NDArray[np.float64]) -> Ints:
    """Exact: a double tells seconds since 1970 to a quarter of a microsecond."""
    return np.rint(seconds * 1e6).astype(np.int64)


def _optional(instants: Sequence[datetime | None], missing: int) -> Ints:
    known = [at for at in instants if at is not None]
    if len(known) == len(instants):
        return _instants(known)
    found = np.full(len(instants), missing, dtype=np.int64)
    if known:
        found[[at is not None for at in instants]] = _instants(known)
    return found


def _by_start(entries: Sequence[RankEntry], latest: Ints) -> Ints:
    order: Ints = np.argsort(latest, kind="stable")
    sorted_start = latest[order]
    edges = np.concatenate([[0], np.nonzero(np.diff(sorted_start))[0] + 1, [len(order)]])
    for tie in np.nonzero(np.diff(edges) > 1)[0].tolist():
        first, behind = edges[tie], edges[tie + 1]
        tied = sorted(order[first:behind].tolist(), key=lambda n: entries[n].key)
        order[first:behind] = tied
    return order


def in_order(given: Columns, now_us: int, bucket_us: int) -> tuple[Ints, Bools]:
    """The rows in the order of inspection, and which of them no slot can save (the last ones)."""
    begins = np.maximum(given.ready, now_us)
    lost = given.hopeful < begins
    savable, rest = np.nonzero(~lost)[0], np.nonzero(lost)[0]
    open_list = _OpenList(given, savable, begins[savable], now_us)
    order = np.concatenate([savable[open_list.shorter_first(bucket_us)], rest])
    return order, lost[order]


class _OpenList:
    """What can be saved, by latest start, worked off on one bay."""

    def __init__(self, given: Columns, rows: Ints, ready: Ints, now_us: int) -> None:
        self._latest, self._hopeful = given.latest[rows], given.hopeful[rows]
        self._ready, self._length = ready, given.length[rows]
        self._shorter = given.shorter[rows]
        self._free_at = now_us

    def shorter_first(self, bucket_us: int) -> Ints:
        """Reorder inside buckets, counted from the earliest start not yet placed."""
        latest, count = self._latest, len(self._latest)
        order = np.arange(count)
        first = 0
        while first < count:
            behind = int(np.searchsorted(latest, latest[first] + bucket_us))
            if behind == first + 1:
                begin = max(self._free_at, int(self._ready[first]))
                self._free_at = begin + int(self._length[first])
            else:
                order[first:behind] = self._reordered(order[first:behind])
            first = behind
        return order

    def _reordered(self, bucket: Ints) -> Ints:
        """The bucket with shorter inspections first, when nobody in it or behind becomes late."""
        late, ended = self._worked_off(bucket)
        turned = np.argsort(self._shorter[bucket])
        shorter = bucket[turned]
        if np.array_equal(shorter, bucket):
            self._free_at = ended
            return bucket
        then_late, ends = self._worked_off(shorter)
        if (then_late > late[turned]).any() or self._delays(int(bucket[-1]) + 1, ended, ends):
            self._free_at = ended
            return bucket
        self._free_at = ends
        return shorter

    def _worked_off(self, queue: Ints) -> tuple[Ints, int]:
        """How late each would begin: 0 in time, 1 past its safe end, 2 past the likely one."""
        length = self._length[queue]
        before = np.cumsum(length) - length
        waited = np.maximum.accumulate(self._ready[queue] - before)
        begin = np.maximum(waited, self._free_at) + before
        late = (begin > self._latest[queue]).astype(np.int64) + (begin > self._hopeful[queue])
        return late, int(begin[-1] + length[-1])

    def _delays(self, behind: int, ended: int, ends: int) -> bool:
        """Whether somebody from `behind` on becomes late when the bay is free at `ends` instead.

        Ends as soon as the bay is no longer behind, which it makes up while it waits for somebody.
        """
        for n in range(behind, len(self._latest)):
            if ends <= ended:
                return False
            was, would_be = (max(int(self._ready[n]), at) for at in (ended, ends))
            if any(was <= int(limit[n]) < would_be for limit in (self._latest, self._hopeful)):
                return True
            ended, ends = was + int(self._length[n]), would_be + int(self._length[n])
        return False


def moved_ahead(latest: Ints) -> Ints:
    """How much later each one's latest start is than the earliest behind it, or 0."""
    if not len(latest):
        return latest
    earliest = np.minimum.accumulate(latest[::-1])[::-1]
    ahead = np.zeros_like(latest)
    ahead[:-1] = np.maximum(latest[:-1] - earliest[1:], 0)
    return ahead
