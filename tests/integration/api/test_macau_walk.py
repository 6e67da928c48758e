"""The case from Macau, end to end: every request and answer of its page, in the page's order."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from services.alerts.evaluator import Evaluator
from services.api.clearance_watch import ClearanceWatch
from services.core.runtime.clock import FixedClock
from services.core.runtime.settings import IngestSettings, MqttSettings
from services.core.storage.database import Database
from services.core.wire.payload import TelemetryReading
from services.ingest.counters import Counters
from services.ingest.service import Ingest
from services.ingest.upkeep import Upkeep
from services.local.broker import EmbeddedBroker
from tests.support import ingesting
from tests.support.walk import Moment, Readings, Request, Shown, Walker, steps_of

EVERY = timedelta(minutes=5)


class HandedClock(FixedClock):
    """Says what it was handed; who sleeps on it sleeps for real, so that services stay idle."""

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(duration.total_seconds())


class Surroundings:
    """What runs beside the API: boxes that send, ingest, the evaluator, the watch of slots."""

    def __init__(self, database: Database, broker_url: str, clock: FixedClock) -> None:
        self.database, self.broker_url, self.clock = database, broker_url, clock
        self.seq = {box_id: count() for box_id in ("CB-MFM-01", "DS-PVG-07")}
        self.waiting: list[Readings] = []

    async def come_to(self, moment: Moment) -> None:
        """Move the clock; what boxes measured meanwhile arrives, and alerts judges it."""
        self.clock.advance(moment.at - self.clock.now())
        upkeep = Upkeep(database=self.database, clock=self.clock, late_until=timedelta(days=7))
        await upkeep.ensure_partitions()
        for told in self.waiting:
            await self._send(told)
        self.waiting.clear()
        await ClearanceWatch(self.database, self.clock).run_once()
        await self.judge()

    async def judge(self) -> None:
        """What alerts does within a second of any change."""
        evaluator = Evaluator(
            self.database,
            claim_max=64,
            no_data_after=timedelta(minutes=15),
            long_every=timedelta(0),
        )
        while (await evaluator.run_once(self.clock.now())).more:
            pass

    async def _send(self, told: Readings) -> None:
        seq, moment, sent = self.seq[told.box_id], told.begin, []
        while moment <= told.end:
            sent.append(_measured(next(seq), moment, told))
            moment += timedelta(minutes=1) if told.lid else EVERY
        with ingesting.a_box(self.broker_url, told.box_id) as box:
            box.send(*sent)
        await ingesting.eventually(
            lambda: self._is_stored(sent[-1]), seconds=60, what="readings to be stored"
        )

    async def _is_stored(self, reading: TelemetryReading) -> bool:
        query = "SELECT 1 FROM reading WHERE seq = :seq AND device_at = :at"
        return bool(await ingesting.rows(self.database, query, seq=reading.seq, at=reading.t))


def _measured(seq: int, moment: object, told: Readings) -> TelemetryReading:
    lid_open = told.lid == "open" if told.lid else None
    return ingesting.a_reading(seq, t=moment, temp_c=told.temp_c, lid_open=lid_open)


@pytest.fixture
def clock() -> FixedClock:
    """One for all: the API, ingest and what the test does in the place of others."""
    return HandedClock(datetime(2026, 11, 20, tzinfo=UTC))


@pytest.fixture
def page(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "docs" / "tutorial" / "macau.md"


async def test_every_request_of_the_page_is_answered_as_the_page_shows(
    client: httpx.AsyncClient,
    database: Database,
    clock: FixedClock,
    embedded_broker: EmbeddedBroker,
    page: Path,
) -> None:
    steps = list(steps_of(page))
    around = Surroundings(database, embedded_broker.url, clock)
    walker = Walker(client)
    ingest = Ingest(
        database=database,
        clock=clock,
        mqtt=MqttSettings(mqtt_url=SecretStr(embedded_broker.url)),
        settings=IngestSettings(),
        counters=Counters(),
    )
    task = asyncio.create_task(ingest.run())
    try:
        await ingesting.eventually(lambda: ingest.counters.subscriptions, what="ingest")
        for step in steps:
            match step:
                case Moment():
                    await around.come_to(step)
                case Readings():
                    around.waiting.append(step)
                case Request():
                    await walker.send(step)
                    await around.judge()
                case Shown():
                    walker.compare(step)
    finally:
        task.cancel()
        await asyncio.wait([task])
