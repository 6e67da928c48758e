"""Puts ingest together and runs it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from services.core.domain.errors import Unavailable
from services.core.domain.identifiers import SHARDS
from services.core.runtime.clock import Clock
from services.core.runtime.clocksteps import ClockSteps
from services.core.runtime.effective import told
from services.core.runtime.outage import Outage, pauses_s
from services.core.runtime.settings import IngestSettings, MqttSettings
from services.core.storage.clocksteps import believe_contacts
from services.core.storage.database import Database
from services.core.storage.failures import translated
from services.core.storage.heartbeats import beat, forget_beats
from services.core.storage.ownership import OwningConnection, ShardsTaken
from services.core.storage.watermarks import Watermarks
from services.core.wire.mapping.rules import MappingRules
from services.ingest.clockwatch import ClockWatch
from services.ingest.counters import Counters
from services.ingest.decode import TopicReader
from services.ingest.flow import Flow
from services.ingest.inbox import Inbox
from services.ingest.receipts import ReceiptBook
from services.ingest.reprocess import Reprocessor
from services.ingest.subscriber import MqttSubscriber
from services.ingest.upkeep import Upkeep
from services.ingest.writer import TelemetryWriter

SERVICE = "ingest"
STANDBY = "ingest-standby"
"""As whom it beats: the row of a session belongs to the process that holds its shards."""

BEAT_EVERY = timedelta(seconds=5)
UPKEEP_EVERY = timedelta(hours=1)
ASK_AGAIN = timedelta(seconds=1)
KEEP_EVERY_S = 1.0
"""In real seconds: the database ends a silent session by its own clock, not by ours."""


Result = TypeVar("Result")

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Ingest:
    """The parts of one ingest process."""

    database: Database
    clock: Clock
    mqtt: MqttSettings
    settings: IngestSettings
    counters: Counters
    mapping: MappingRules = field(default_factory=MappingRules)
    _watch: ClockWatch = field(init=False)
    _stands_by: bool = False
    _beats_unsettled: int = 0
    _outage: Outage = field(default_factory=Outage)
    _has_asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Whether it knows if it stands by; the first beat would be the owner's otherwise."""

    def __post_init__(self) -> None:
        self._watch = ClockWatch(self.database, self.clock, self.counters)

    async def run(self) -> None:
        """Work until cancelled. Everything that was not acknowledged comes again."""
        await self._until_it_works(self._watch.begin)
        owner = OwningConnection(
            self.database,
            self.mqtt.mqtt_shards or range(SHARDS),
            patience_s=self.settings.database_patience_s,
            lapses_s=self.settings.owner_lapses_s,
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._beat_for_ever())
                while True:
                    await self._come_into_office(owner)
                    await self._serve(owner)
        finally:
            await owner.close()

    async def _come_into_office(self, owner: OwningConnection) -> None:
        """Return when the shards are ours; until then this is the stand-by of their owner."""
        while True:
            try:
                await self._until_it_works(owner.acquire)
            except ShardsTaken as error:
                if not self._stands_by:
                    logger.info(
                        "Another process has these shards; standing by.",
                        extra={"event": "standing_by", "detail": error.detail},
                    )
                self._stands_by = True
                self._has_asked.set()
                await asyncio.sleep(KEEP_EVERY_S)
            else:
                if self._stands_by:
                    self._stands_by = False
                    await self._until_it_works(self._end_standby)
                self._has_asked.set()
                return

    async def _end_standby(self) -> None:
        """Its row would look like a stand-by that died."""
        async with self.database.unit_of_work() as uow:
            await forget_beats(uow, STANDBY, self.mqtt.session_name)

    async def _serve(self, owner: OwningConnection) -> None:
        """Receive and write until another process has the shards, which may be never."""
        inbox = Inbox(asyncio.get_running_loop(), enough=self.settings.batch_max)
        subscriber = MqttSubscriber(
            self.mqtt.address,
            self.mqtt.session_name,
            inbox,
            self.clock,
            self.counters,
            keepalive_s=self.mqtt.mqtt_keepalive_s,
        )
        receipts = ReceiptBook(
            self.database,
            subscriber,
            self.clock,
            self.counters,
            self.settings.receipt_interval_s,
            self.mqtt.mqtt_shards or range(SHARDS),
        )
        topics = TopicReader(self.mapping, self.mqtt.mqtt_shards or None)
        late_until = timedelta(days=self.settings.late_days)
        upkeep = Upkeep(database=self.database, clock=self.clock, late_until=late_until)
        flow = Flow(
            inbox=inbox,
            subscriber=subscriber,
            writer=TelemetryWriter(owner, self.clock, self.counters, topics, self._watch.doubt),
            receipts=receipts,
            clock=self.clock,
            counters=self.counters,
            settings=self.settings,
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep(owner))
                await self._until_it_works(upkeep.ensure_partitions)
                expects_session = await self._until_it_works(self._has_stored_before)
                subscriber.start(
                    self.mqtt.mqtt_shards or None,
                    beside=self.mapping.filters,
                    expects_session=expects_session,
                    on_session_lost=receipts.ask_all_boxes,
                )
                tasks.create_task(self._repeat(upkeep.ensure_partitions, UPKEEP_EVERY))
                tasks.create_task(self._repeat(upkeep.settle_old_chunks, UPKEEP_EVERY))
                tasks.create_task(self._repeat(upkeep.remove_what_is_due, UPKEEP_EVERY))
                tasks.create_task(receipts.run())
                tasks.create_task(flow.run())
                tasks.create_task(self._read_again(owner, receipts))
        except* ShardsTaken:
            logger.warning(
                "Another process has taken the shards over; giving way.",
                extra={"event": "gave_way"},
            )
        finally:
            await asyncio.to_thread(subscriber.stop)

    async def _keep(self, owner: OwningConnection) -> None:
        while True:
            await self._until_it_works(owner.keep)
            await asyncio.sleep(KEEP_EVERY_S)

    async def _read_again(self, owner: OwningConnection, receipts: ReceiptBook) -> None:
        shards = self.mqtt.mqtt_shards or range(SHARDS)
        topics = TopicReader(self.mapping)
        reprocessor = Reprocessor(owner, shards, self.clock, self.counters, topics)
        while True:
            boxes = await self._until_it_works(reprocessor.run_once)
            if boxes is None:
                await self.clock.sleep(ASK_AGAIN)
            else:
                receipts.owe(boxes)

    async def _beat_for_ever(self) -> None:
        beat_once = self._beat(self.clock.now())
        await self._has_asked.wait()
        await self._repeat(beat_once, BEAT_EVERY)

    def _beat(self, started_at: datetime) -> Callable[[], Awaitable[None]]:
        of_itself = {
            "settings": told(self.mqtt, self.settings),
            "shards": list(self.mqtt.mqtt_shards),
        }

        steps = ClockSteps(self.clock)

        async def once() -> None:
            if (moved := steps.step()) is not None:
                self._note_step(moved)
            if self._beats_unsettled:
                async with self.database.unit_of_work() as uow:
                    await believe_contacts(uow, self.clock.now())
                self._beats_unsettled -= 1
            self.counters.note_lag(self.clock.now())
            self._watch.note()
            async with self.database.unit_of_work() as uow:
                detail = {**self.counters.as_detail(), **of_itself}
                service = STANDBY if self._stands_by else SERVICE
                name = self.mqtt.session_name
                await beat(uow, service, name, self.clock.now(), started_at, detail)
            self.counters.lag_s = 0.0
            self._outage.is_over()

        return once

    def _note_step(self, moved: timedelta) -> None:
        """Nobody's silence counts from before the clock was set.

        For two beats: what was in hand at the step is written by the second.
        """
        self._beats_unsettled = 2
        self.counters.link_since = self.clock.now().isoformat()
        logger.warning(
            "The clock was set.",
            extra={"event": "clock_stepped", "by_s": round(moved.total_seconds(), 3)},
        )

    async def _has_stored_before(self) -> bool:
        """Whether the broker should know us: it does once anything was ever stored."""
        async with self.database.unit_of_work() as uow:
            return await Watermarks(uow).any()

    async def _until_it_works(self, step: Callable[[], Awaitable[Result]]) -> Result:
        pauses = pauses_s()
        while True:
            try:
                with translated():
                    return await step()
            except ShardsTaken:
                raise
            except Unavailable as error:
                self._outage.tell(error.detail)
            await self.clock.sleep(timedelta(seconds=next(pauses)))

    async def _repeat(self, step: Callable[[], Awaitable[None]], every: timedelta) -> None:
        """Do this now and then; a database that is away delays it, and does not end the process."""
        while True:
            await self._until_it_works(step)
            await self.clock.sleep(every)
