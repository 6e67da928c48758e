"""What a run says: how many were lost, how long people waited, and how evenly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from simulators.study.arrivals import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One run: share lost, mean waiting, and its Gini coefficient over applicants."""

    jobs: int
    lost: int
    waiting_min: float
    gini: float


def figures(jobs: Sequence[Job], begins: Sequence[float]) -> Figures:
    """Lost means begun after the true latest start, whatever the queue believed."""
    waits: defaultdict[int, list[float]] = defaultdict(list)
    for job, begin in zip(jobs, begins, strict=True):
        waits[job.applicant].append(begin - job.arrival)
    return Figures(
        jobs=len(jobs),
        lost=sum(begin > job.latest for job, begin in zip(jobs, begins, strict=True)),
        waiting_min=fmean(wait for of_one in waits.values() for wait in of_one),
        gini=gini([fmean(of_one) for of_one in waits.values()]),
    )


def gini(values: Sequence[float]) -> float:
    """0 when all have the same, towards 1 when one has all."""
    total = sum(values)
    if total <= 0:
        return 0.0
    weighted = sum(place * value for place, value in enumerate(sorted(values), start=1))
    return (2 * weighted / total - (len(values) + 1)) / len(values)
