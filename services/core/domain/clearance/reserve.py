"""The share of the slots of each hour that is kept for urgent shipments until shortly before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.core.domain.clearance.plan_parts import PlanSlot

RESERVED_SHARE = 0.3
"""Start value of the domain paper (c), grade O; each site tunes its own."""


def reserved(slots: Iterable[PlanSlot], share: float = RESERVED_SHARE) -> list[PlanSlot]:
    """Mark the share in each hour of each site and bay class, spread evenly over the hour.

    The share of the hours together is met: what one hour cannot give in whole slots is carried
    into the next. Spreading shortens the wait of who comes unannounced (Schulz, Fliedner 2022).
    """
    hours: defaultdict[tuple[str, str], dict[datetime, list[PlanSlot]]] = defaultdict(dict)
    for slot in sorted(slots):
        hour = slot.start.replace(minute=0, second=0, microsecond=0)
        hours[slot.site_id, slot.bay_class].setdefault(hour, []).append(slot)
    marked: list[PlanSlot] = []
    for by_hour in hours.values():
        carried = 0.0
        for cells in by_hour.values():
            wanted = share * len(cells) + carried
            count = min(len(cells), int(wanted + 1e-9))
            carried = wanted - count
            marked += _spread(cells, count)
    return sorted(marked)


def _spread(cells: list[PlanSlot], count: int) -> list[PlanSlot]:
    chosen = {(2 * n + 1) * len(cells) // (2 * count) for n in range(count)}
    return [replace(cell, reserved=n in chosen) for n, cell in enumerate(cells)]
