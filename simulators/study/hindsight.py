"""The fewest losses anybody could have had, knowing all arrivals beforehand: small cases only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from simulators.study.arrivals import Job

MOST_JOBS = 12

Bays = tuple[float, ...]


def fewest_losses(jobs: Sequence[Job], bays: int) -> int:
    """Exact: the smallest number of jobs without which all others can begin in time."""
    if len(jobs) > MOST_JOBS:
        raise ValueError(f"at most {MOST_JOBS} jobs: the number of sets doubles with each")
    for lost in range(len(jobs)):
        for kept in combinations(sorted(jobs, key=_latest), len(jobs) - lost):
            if _can_all_begin(kept, (0.0,) * bays, {}):
                return lost
    return len(jobs)


def _can_all_begin(
    jobs: tuple[Job, ...], free: Bays, tried: dict[tuple[int, ...], list[Bays]]
) -> bool:
    """Whether some order serves them all in time on bays that are free at `free` (ascending).

    A schedule taken in the order of its begins always uses the bay that is free first, so going
    through the orders is enough. What failed from bays as free or freer is not tried again.
    """
    if not jobs:
        return True
    if any(max(job.arrival, free[0]) > job.latest for job in jobs):
        return False
    failed = tried.setdefault(tuple(job.number for job in jobs), [])
    if any(all(a <= b for a, b in zip(other, free, strict=True)) for other in failed):
        return False
    for place, job in enumerate(jobs):
        end = max(job.arrival, free[0]) + job.inspection
        if _can_all_begin(jobs[:place] + jobs[place + 1 :], tuple(sorted((end, *free[1:]))), tried):
            return True
    failed.append(free)
    return False


def _latest(job: Job) -> tuple[float, int]:
    return job.latest, job.number
