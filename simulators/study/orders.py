"""Orders of service: each takes shipments in and gives the next one when a bay is free."""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Protocol

from services.core.domain.clearance.admission import keep_most
from services.core.domain.clearance.least_loss import falls_fastest
from services.core.domain.clearance.priority import BUCKET, rank
from services.core.domain.clearance.rank_entry import RankEntry
from services.core.domain.clearance.usual_left import NOTHING_SEEN, tempered
from simulators.study.arrivals import Job, Material

_ORIGIN = datetime(2026, 1, 1, tzinfo=UTC)
_BUCKET_MIN = BUCKET / timedelta(minutes=1)
_CLASS = {Material.FRESH: 0, Material.DAY: 1, Material.CRYO: 2}

Key = tuple[float, ...]


class Order(Protocol):
    """A queue with one rule for who is next."""

    def put(self, job: Job) -> None:
        """Take in a shipment that stands ready."""
        ...

    def take(self, now: float, free_at: list[float]) -> Job | None:
        """Give the next one; `free_at` says when each bay can begin, the first now."""
        ...


class ByKey:
    """Smallest key first; who is believed too late goes behind all who are not.

    With `dead_in_line` nobody is moved behind: the order most warehouses have.
    """

    def __init__(self, key: Callable[[Job], Key], *, dead_in_line: bool = False) -> None:
        self._key = key
        self._dead_in_line = dead_in_line
        self._waiting: list[tuple[Key, int, Job]] = []
        self._behind: deque[Job] = deque()

    def put(self, job: Job) -> None:
        heappush(self._waiting, (self._key(job), job.number, job))

    def take(self, now: float, free_at: list[float]) -> Job | None:
        while self._waiting:
            job = heappop(self._waiting)[-1]
            if job.believed >= now or self._dead_in_line:
                return job
            self._behind.append(job)
        return self._behind.popleft() if self._behind else None


class ByList:
    """The open list, sorted by the latest start that is believed; `_chosen` picks from it."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, Job]] = []
        self._behind: deque[Job] = deque()

    def put(self, job: Job) -> None:
        insort(self._waiting, (job.believed, job.number, job))

    def take(self, now: float, free_at: list[float]) -> Job | None:
        while self._waiting and self._waiting[0][0] < now:
            self._behind.append(self._waiting.pop(0)[-1])
        if not self._waiting:
            return self._behind.popleft() if self._behind else None
        open_list = [job for _, _, job in self._waiting]
        job = self._chosen(open_list, now, free_at) if len(open_list) > 1 else open_list[0]
        self._waiting.remove((job.believed, job.number, job))
        return job

    def _chosen(self, open_list: list[Job], now: float, free_at: list[float]) -> Job:
        raise NotImplementedError


class MooreHodgson(ByList):
    """Begin, in due order, whom the rule keeps; who is set aside waits until nobody is kept."""

    def _chosen(self, open_list: list[Job], now: float, free_at: list[float]) -> Job:
        return _kept(open_list, now, free_at)[0]


class Bucketed(ByList):
    """The house's own order, through `rank`."""

    def _chosen(self, open_list: list[Job], now: float, free_at: list[float]) -> Job:
        return _first_ranked(open_list, now)


class Admitted(ByList):
    """The house's own order after the admission step, as far as people heed its proposals."""

    def _chosen(self, open_list: list[Job], now: float, free_at: list[float]) -> Job:
        kept = {job.number for job in _kept(open_list, now, free_at)}
        return _first_ranked([j for j in open_list if j.number in kept or not j.heeded], now)


class LeastLoss(Admitted):
    """As before, but as long as the queue is calm whose chance falls fastest begins first.

    Who is late by the P10 and has a chance of one in ten takes part in that; when the queue is not
    calm it waits until nobody else does. What is usual of a kind is learnt from those who came.
    """

    def __init__(self) -> None:
        super().__init__()
        self._doubtful: list[Job] = []
        self._seen = dict.fromkeys(Material, NOTHING_SEEN)
        self._ends: dict[int, tuple[float, float]] = {}

    def put(self, job: Job) -> None:
        super().put(job)
        left = job.believed - job.arrival, job.hoped - job.arrival
        seen = self._seen[job.material] = self._seen[job.material].and_one(left[0])
        safe, likely = tempered(*left, seen)
        self._ends[job.number] = job.arrival + safe, job.arrival + likely

    def take(self, now: float, free_at: list[float]) -> Job | None:
        while self._waiting and self._waiting[0][0] < now:
            self._doubtful.append(self._waiting.pop(0)[-1])
        self._behind += [job for job in self._doubtful if self._last_hope(job) < now]
        self._doubtful = [job for job in self._doubtful if self._last_hope(job) >= now]
        standing = [*self._doubtful, *(job for _, _, job in self._waiting)]
        found = self._fastest(standing, now, len(free_at))
        if found is None:
            return self._doubtful.pop() if self._only_doubtful() else super().take(now, free_at)
        if found < len(self._doubtful):
            return self._doubtful.pop(found)
        job = standing[found]
        self._waiting.remove((job.believed, job.number, job))
        return job

    def _only_doubtful(self) -> bool:
        return bool(self._doubtful) and not self._waiting

    def _fastest(self, standing: list[Job], now: float, bays: int) -> int | None:
        if not any(job.hoped > job.believed for job in standing):
            return None
        known = [(*self._ends[job.number], job.arrival) for job in standing]
        ends = [(safe - now, likely - now, since - now) for safe, likely, since in known]
        return falls_fastest(ends, [job.inspection for job in standing], bays)

    def _last_hope(self, job: Job) -> float:
        """The P90: as far from the P50 as that is from the P10, in logarithms."""
        safe, likely = self._ends[job.number]
        return (
            safe
            if likely <= safe
            else job.arrival + (likely - job.arrival) ** 2 / (safe - job.arrival)
        )


def _kept(open_list: list[Job], now: float, free_at: list[float]) -> list[Job]:
    kept = keep_most(
        [job.believed - now for job in open_list],
        [job.inspection for job in open_list],
        [at - now for at in free_at],
    )
    return [open_list[n] for n in kept] or open_list


def _first_ranked(by_start: list[Job], now: float) -> Job:
    """The first of `rank`. As all stand ready, it depends on the first bucket alone."""
    bucket = [job for job in by_start if job.believed - by_start[0].believed < _BUCKET_MIN]
    if len(bucket) == 1:
        return bucket[0]
    first = rank([entry(job) for job in bucket], _at(now))[0]
    return next(job for job in bucket if job.number == int(first.entry.key))


def entry(job: Job) -> RankEntry:
    """The shipment as the product's queue knows it."""
    return RankEntry(
        key=f"{job.number:06}",
        latest_start=_at(job.believed),
        inspection=timedelta(minutes=job.inspection),
        booked_at=_at(job.arrival),
    )


def _at(minutes: float) -> datetime:
    return _ORIGIN + timedelta(minutes=minutes)


ORDERS: dict[str, Callable[[], Order]] = {
    "first come, first served": lambda: ByKey(lambda j: (j.arrival,)),
    "the same, too-late ones in line": lambda: ByKey(lambda j: (j.arrival,), dead_in_line=True),
    "class, then first come": lambda: ByKey(lambda j: (_CLASS[j.material], j.arrival)),
    "shortest first": lambda: ByKey(lambda j: (j.inspection,)),
    "latest start (STE)": lambda: ByKey(lambda j: (j.believed,)),
    "30-min groups, shortest first": lambda: ByKey(
        lambda j: (j.believed // _BUCKET_MIN, j.inspection)
    ),
    "ours: bucketed rule": Bucketed,
    "ours with admission": Admitted,
    "ours, admission, least loss": LeastLoss,
    "online Moore–Hodgson": MooreHodgson,
}
