"""Writes a batch: one transaction, again and again until it is committed or proven impossible."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from services.core.domain.errors import Unavailable
from services.core.runtime.clock import Clock
from services.core.runtime.clocksteps import ClockDoubt
from services.core.storage.database import UnitOfWork
from services.core.storage.failures import GateMoved, KeyTaken, Unstorable
from services.core.storage.intake import Intake, Prepared, Stored
from services.core.storage.ownership import OwningConnection, ShardsTaken
from services.core.storage.parcels import KnownBox
from services.core.storage.rejected import RejectedMessages
from services.ingest.counters import Counters
from services.ingest.decode import BOX_MISMATCH, Rejected, TopicReader, decode
from services.ingest.directory import BoxDirectory
from services.ingest.inbox import Arrived
from services.ingest.sorting import Pair, Sorted, box_names, reject, sort_batch

FIRST_PAUSE = timedelta(milliseconds=100)
MOST_PAUSE = timedelta(seconds=5)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A batch sorted before its turn: by the boxes that were known, and by remembered gates."""

    boxes: Mapping[str, KnownBox]
    done: Sorted
    prepared: Prepared | None


class TelemetryWriter:
    """Turns arrived messages into committed rows. After `store` returned, they may be acked.

    Reading a batch, preparing and storing it are three steps, so that the next batch can be made
    ready while the database is busy with this one. Batches are prepared and stored one after the
    other, in their order.
    """

    def __init__(
        self,
        owner: OwningConnection,
        clock: Clock,
        counters: Counters,
        topics: TopicReader | None = None,
        doubt: ClockDoubt | None = None,
    ):
        self._owner = owner
        self._clock = clock
        self._counters = counters
        self._topics = topics or TopicReader()
        self._directory = BoxDirectory(clock)
        self._intake = Intake(doubt or ClockDoubt(clock))

    def read(self, batch: Sequence[Arrived]) -> list[Pair]:
        """What the messages say; needs nothing but this process."""
        topics = self._topics
        pairs = [(one, decode(topics, one.topic, one.payload, one.received_at)) for one in batch]
        self._counters.messages += len(pairs)
        self._counters.unknown_fields += sum(decoded.unknown_fields for _, decoded in pairs)
        self._counters.statuses += sum(decoded.status is not None for _, decoded in pairs)
        _tell_strangers(pairs)
        return pairs

    async def write(self, batch: Sequence[Arrived]) -> frozenset[int]:
        """Both steps, one after the other."""
        return await self.store(self.read(batch))

    async def prepare(self, pairs: Sequence[Pair]) -> Ahead:
        """Sort them as far as that can be done without the database."""
        boxes = self._directory.remembered(box_names(pairs))
        done = sort_batch(pairs, boxes)
        return await self.prepare_now(Ahead(boxes=boxes, done=done, prepared=None))

    async def prepare_now(self, ahead: Ahead) -> Ahead:
        """What was not known then may be known now: that the batch before it is stored."""
        if ahead.prepared is not None or ahead.done.rejections:
            return ahead
        return replace(ahead, prepared=await self._intake.prepare(ahead.done.parcels))

    async def store(self, pairs: Sequence[Pair], ahead: Ahead | None = None) -> frozenset[int]:
        """Store or reject every message; returns the numbers of the boxes.

        Returns only when all of it is committed: a database that is away is waited for. Raises
        ShardsTaken when another process has come to write them.
        """
        try:
            return await self._until_committed(pairs, ahead or await self.prepare(pairs))
        except Unstorable as error:
            if len(pairs) == 1:
                return await self._patiently(partial(self._keep_rejected, pairs[0], error))
        # One of them spoils the transaction of all: find it, and let the others through.
        half = len(pairs) // 2
        return await self.store(pairs[:half]) | await self.store(pairs[half:])

    async def _until_committed(self, pairs: Sequence[Pair], ahead: Ahead) -> frozenset[int]:
        staged = False
        while True:
            try:
                return await self._patiently(partial(self._commit, pairs, ahead, staged=staged))
            except GateMoved as error:
                logger.info(
                    "A boot was stored by somebody else meanwhile; sorting the batch anew.",
                    extra={"event": "gate_moved", "detail": error.detail},
                )
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

    async def _commit(self, pairs: Sequence[Pair], ahead: Ahead, *, staged: bool) -> frozenset[int]:
        try:
            async with self._owner.unit_of_work() as uow:
                stored, rejected = await self._put(uow, pairs, ahead, staged=staged)
        except BaseException:
            self._intake.forget()
            raise
        self._intake.committed(stored)
        self._count(stored, rejected)
        return stored.boxes

    async def _put(
        self, uow: UnitOfWork, pairs: Sequence[Pair], ahead: Ahead, *, staged: bool
    ) -> tuple[Stored, int]:
        """Store what was prepared, if all that it was sorted by is so still; and how many not."""
        boxes = await self._directory.find(uow, box_names(pairs))
        done = ahead.done if boxes == ahead.boxes else sort_batch(pairs, boxes)
        prepared = ahead.prepared if done is ahead.done else None
        if self._intake.trusts(uow, prepared) and prepared is not None:
            return await self._intake.store_prepared(uow, prepared, self._clock.now()), 0
        await RejectedMessages(uow).add(done.rejections)
        now = self._clock.now()
        stored = await self._intake.store(uow, done.parcels, now, staged=staged)
        return stored, len(done.rejections)

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


def _tell_strangers(pairs: Sequence[Pair]) -> None:
    """Boxes on whose topic somebody speaks in another's name: once for each box and batch."""
    names = {
        decoded.topic.box_id
        for _, decoded in pairs
        if decoded.rejected is not None
        and decoded.rejected.reason == BOX_MISMATCH
        and decoded.topic is not None
    }
    for name in sorted(names):
        logger.warning(
            "A message names another box than its topic; it is kept among the rejected.",
            extra={"event": "box_mismatch", "box_id": name},
        )
