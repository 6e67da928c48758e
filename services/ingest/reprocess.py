"""Reads refused messages again when people ask for it: with today's decoder, as if they came now.

Each message is one transaction of the owner of its shard: what it says is stored through the same
gate as any other, so that reading it twice adds nothing; its outcome stands beside its bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from services.core.runtime.clock import Clock
from services.core.storage.database import UnitOfWork
from services.core.storage.failures import KeyTaken, Unstorable, translated
from services.core.storage.intake import Intake, Stored
from services.core.storage.ownership import OwningConnection
from services.core.storage.parcels import known_boxes
from services.core.storage.reprocessing import KeptMessage, Outcome, Reprocessing
from services.ingest.counters import Counters
from services.ingest.decode import TopicReader, decode
from services.ingest.inbox import Arrived
from services.ingest.sorting import Sorted, box_names, sort_batch

ASSURED = 1
"""A message that was kept has no less than the broker's assurance."""

logger = logging.getLogger(__name__)


class Reprocessor:
    """Does one request at a time, so that live messages are written in between."""

    def __init__(
        self,
        owner: OwningConnection,
        shards: Sequence[int],
        clock: Clock,
        counters: Counters,
        topics: TopicReader | None = None,
    ):
        self._owner = owner
        self._shards = list(shards)
        self._clock = clock
        self._counters = counters
        self._topics = topics or TopicReader()

    async def run_once(self) -> frozenset[int] | None:
        """Read the next message again; the numbers of its boxes, or None when none is asked for."""
        async with self._owner.unit_of_work() as uow:
            requests = Reprocessing(uow)
            kept = await requests.claim(self._shards)
            if kept is None:
                return None
            stored, outcome = await self._read(uow, kept)
            await requests.settle(kept.id, outcome, self._clock.now())
        self._counters.reprocessed += 1
        self._counters.readings += stored.fresh
        logger.info(
            "A refused message was read again.",
            extra={"event": "reprocessed", "id": kept.id, "outcome": outcome.outcome},
        )
        return stored.boxes

    async def _read(self, uow: UnitOfWork, kept: KeptMessage) -> tuple[Stored, Outcome]:
        arrived = Arrived(
            0, 0, ASSURED, kept.topic, kept.payload, kept.received_at, kept.is_retained
        )
        pair = arrived, decode(self._topics, kept.topic, kept.payload, kept.received_at)
        boxes = await known_boxes(uow, box_names([pair]))
        done = sort_batch([pair], {box.box_id: box for box in boxes})
        if done.rejections and not done.parcels:
            return Stored(), Outcome(outcome="refused", detail=_reason(done))
        try:
            with translated():
                async with uow.connection.begin_nested():
                    # What was stored of a message in part stays as it is: raw rows never change.
                    stored = await Intake().store(
                        uow,
                        done.parcels,
                        self._clock.now(),
                        staged=True,
                        compare=not kept.is_part,
                    )
        except (Unstorable, KeyTaken) as error:
            return Stored(), Outcome(outcome="refused", detail=f"unstorable: {error.detail}")
        return stored, _outcome(stored, done)


def _outcome(stored: Stored, done: Sorted) -> Outcome:
    if done.rejections:
        return Outcome(outcome="part", detail=_reason(done))
    if stored.fresh:
        return Outcome(outcome="stored")
    detail = f"{stored.conflicts} differ from what is stored" if stored.conflicts else None
    return Outcome(outcome="repeated", detail=detail)


def _reason(done: Sorted) -> str | None:
    return next((f"{one.reason}: {one.detail}" for one in done.rejections), None)
