"""Bays that work an order off: when each shipment's inspection begins."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapreplace

from simulators.study.arrivals import Job
from simulators.study.orders import Order


def worked_off(jobs: Sequence[Job], order: Order, bays: int) -> list[float]:
    """Begin of each job's inspection in minutes, by its place in `jobs` (sorted by arrival).

    No bay idles while anybody waits and no inspection is broken off; everybody is served in the
    end, also after the last arrival.
    """
    free_at = [0.0] * bays
    begins = [0.0] * len(jobs)
    arrived = served = 0
    while served < len(jobs):
        now = free_at[0]
        while arrived < len(jobs) and jobs[arrived].arrival <= now:
            order.put(jobs[arrived])
            arrived += 1
        job = order.take(now, [max(now, at) for at in free_at])
        if job is None:
            heapreplace(free_at, jobs[arrived].arrival)
            continue
        begins[job.number] = now
        heapreplace(free_at, now + job.inspection)
        served += 1
    return begins
