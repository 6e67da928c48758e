"""Which boxes there are: asked of the database when a box is new here or its entry is old."""

from __future__ import annotations

from collections.abc import Iterable

from services.core.runtime.clock import Clock
from services.core.storage.database import UnitOfWork
from services.core.storage.parcels import KnownBox, known_boxes

REFRESH_S = 15.0


class BoxDirectory:
    """Remembers registered boxes. Unknown names are asked for each time, once a batch."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._boxes: dict[str, tuple[KnownBox, float]] = {}

    async def find(self, uow: UnitOfWork, box_ids: Iterable[str]) -> dict[str, KnownBox]:
        """The registered ones of these boxes."""
        wanted = set(box_ids)
        oldest = self._clock.monotonic_s() - REFRESH_S
        known = self._boxes
        stale = [name for name in wanted if name not in known or known[name][1] < oldest]
        if stale:
            asked_at = self._clock.monotonic_s()
            for box in await known_boxes(uow, stale):
                known[box.box_id] = (box, asked_at)
        return self.remembered(wanted)

    def remembered(self, box_ids: Iterable[str]) -> dict[str, KnownBox]:
        """What was known of these boxes when they were last asked for."""
        known = self._boxes
        return {name: known[name][0] for name in box_ids if name in known}
