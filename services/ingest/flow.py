"""The way of a batch through ingest: made ready while another is written, acked when committed.

Two batches are in hand at most, and they are written in their order, so that acknowledgements go
out in the order of arrival. What else has come waits in the inbox, which is bounded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from services.core.runtime.clock import Clock
from services.core.runtime.settings import IngestSettings
from services.ingest.counters import Counters
from services.ingest.inbox import Arrived, Inbox
from services.ingest.receipts import ReceiptBook
from services.ingest.sorting import Pair
from services.ingest.subscriber import MqttSubscriber
from services.ingest.writer import Ahead, TelemetryWriter

READ_AT_ONCE = 50
"""Messages read before the loop may turn to the database again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Takes batches from the inbox to the database, for ever."""

    inbox: Inbox
    subscriber: MqttSubscriber
    writer: TelemetryWriter
    receipts: ReceiptBook
    clock: Clock
    counters: Counters
    settings: IngestSettings

    async def run(self) -> None:
        """Work until cancelled."""
        writing: asyncio.Task[None] | None = None
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self.inbox.gather(self.settings.linger_s)
                batch = self.inbox.take(self.settings.batch_max)
                pairs = await self._read(batch)
                ahead = await self.writer.prepare(pairs)
                if writing is not None:
                    await writing
                ahead = await self.writer.prepare_now(ahead)
                writing = tasks.create_task(self._write(batch, pairs, ahead))

    async def _read(self, batch: Sequence[Arrived]) -> list[Pair]:
        pairs: list[Pair] = []
        for start in range(0, len(batch), READ_AT_ONCE):
            pairs += self.writer.read(batch[start : start + READ_AT_ONCE])
            await asyncio.sleep(0)
        return pairs

    async def _write(self, batch: Sequence[Arrived], pairs: Sequence[Pair], ahead: Ahead) -> None:
        self.counters.in_hand_since = batch[0].received_at
        boxes = await self.writer.store(pairs, ahead)
        # Only now: the rows are committed.
        self.subscriber.ack(batch)
        self.receipts.owe(boxes)
        self.counters.waiting = len(self.inbox)
        self.counters.note_lag(self.clock.now())
        self.counters.in_hand_since = None
