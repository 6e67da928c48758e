"""Writes a batch: one transaction, again and again until it is committed or proven impossible."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

from services.core.domain.errors import Unavailable
from services.core.runtime.clock import Clock
from services.core.storage.failures import KeyTaken, Unstorable
from services.core.storage.intake import Intake, Stored
from services.core.storage.ownership import OwningConnection, ShardsTaken
from services.core.storage.rejected import RejectedMessages
from services.ingest.counters import Counters
from services.ingest.decode import Rejected, TopicReader, decode
from services.ingest.directory import BoxDirectory
from services.ingest.inbox import Arrived
from services.ingest.sorting import Pair, box_names, reject, sort_batch

FIRST_PAUSE = timedelta(milliseconds=100)
MOST_PAUSE = timedelta(seconds=5)

logger = logging.getLogger(__name__)


class TelemetryWriter:
    """Turns arrived messages into committed rows. After `store` returned, they may be acked.

    Reading a batch and storing it are two steps, so that the next batch can be read while the
    database is busy with this one. Batches are written one after the other, in their order.
    """

    def __init__(
        self,
        owner: OwningConnection,
        clock: Clock,
        counters: Counters,
        topics: TopicReader | None = None,
    ):
        self._owner = owner
        self._clock = clock
        self._counters = counters
        self._topics = topics or TopicReader()
        self._directory = BoxDirectory(clock)
        self._intake = Intake()

    def read(self, batch: Sequence[Arrived]) -> list[Pair]:
        """What the messages say; needs nothing but this process."""
        topics = self._topics
        pairs = [(one, decode(topics, one.topic, one.payload, one.received_at)) for one in batch]
        self._counters.messages += len(pairs)
        self._counters.unknown_fields += sum(decoded.unknown_fields for _, decoded in pairs)
        self._counters.statuses += sum(decoded.status is not None for _, decoded in pairs)
        return pairs

    async def write(self, batch: Sequence[Arrived]) -> frozenset[int]:
        """Both steps, one after the other."""
        return await self.store(self.read(batch))

    async def store(self, pairs: Sequence[Pair]) -> frozenset[int]:
        """Store or reject every message; returns the numbers of the boxes.

        Returns only when all of it is committed: a database that is away is waited for. Raises
        ShardsTaken when another process has come to write them.
        """
        try:
            return await self._until_committed(pairs)
        except Unstorable as error:
            if len(pairs) == 1:
                return await self._patiently(partial(self._keep_rejected, pairs[0], error))
        # One of them spoils the transaction of all: find it, and let the others through.
        half = len(pairs) // 2
        return await self.store(pairs[:half]) | await self.store(pairs[half:])

    async def _until_committed(self, pairs: Sequence[Pair]) -> frozenset[int]:
        staged = False
        while True:
            try:
                return await self._patiently(partial(self._commit, pairs, staged=staged))
            except KeyTaken as error:
                staged = True
                logger.error(
                    "A reading stood that the watermark does not know; going around the key.",
                    extra={"event": "gate_disagrees", "detail": error.detail},
                )

    async def _patiently(self, step: Callable[[], Awaitable[frozenset[int]]]) -> frozenset[int]:
        pause = FIRST_PAUSE
        while True:
            try:
                return await step()
            except ShardsTaken:
                raise
            except Unavailable as error:
                self._counters.retries += 1
                logger.warning(
                    "The batch could not be written; trying again.",
                    extra={"event": "write_retried", "detail": error.detail},
                )
                await self._clock.sleep(pause)
                pause = min(2 * pause, MOST_PAUSE)

    async def _commit(self, pairs: Sequence[Pair], *, staged: bool) -> frozenset[int]:
        async with self._owner.unit_of_work() as uow:
            boxes = await self._directory.find(uow, box_names(pairs))
            done = sort_batch(pairs, boxes)
            await RejectedMessages(uow).add(done.rejections)
            now = self._clock.now()
            stored = await self._intake.store(uow, done.parcels, now, staged=staged)
        self._count(stored, len(done.rejections))
        return stored.boxes

    async def _keep_rejected(self, pair: Pair, error: Unstorable) -> frozenset[int]:
        rejected = Rejected(
            reason="unstorable",
            field=None,
            detail=f"the database cannot hold it: {error.detail}",
            remedy="compare the message with docs/reference/mqtt.md",
        )
        async with self._owner.unit_of_work() as uow:
            await RejectedMessages(uow).add([reject(pair, rejected)])
        self._count(Stored(), 1)
        return frozenset()

    def _count(self, stored: Stored, rejected: int) -> None:
        counters = self._counters
        counters.batches += 1
        counters.readings += stored.fresh
        counters.repeated += stored.repeated
        counters.corrected_boots += stored.corrected_boots
        counters.rejected += rejected
        if stored.conflicts:
            counters.key_conflicts += stored.conflicts
            logger.error(
                "A box sent different content under a number that is stored already.",
                extra={"event": "key_conflict", "conflicts": stored.conflicts},
            )
