"""An ingest process that begins while the clock of its server is two hours off (F70)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from services.api.app import create_app
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database
from services.core.storage.placing import PLACED_AT
from tests.support.api import local_client
from tests.support.ingesting import a_box, a_reading, eventually, register, rows, running_ingest

NAME = "CB-0007"
DOUBTS = "SELECT 1 FROM service_heartbeat WHERE detail ->> 'clock_doubted_since' IS NOT NULL"
BELIEVED = "SELECT 1 FROM service_heartbeat WHERE detail ->> 'clock_doubted_since' IS NULL"
MISPLACED = f"""
SELECT seq FROM reading LEFT JOIN boot_clock USING (boot_no)
WHERE abs(extract(epoch FROM {PLACED_AT} - device_at)) > 1 ORDER BY seq
"""


class SetClock(SystemClock):
    """The machine's clock as somebody has set it."""

    off = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.off


async def test_f70_ingest_that_begins_behind_what_it_wrote_says_so_and_believes_the_boxes(
    database: Database, broker_url: str
) -> None:
    await register(database, NAME)
    clock, numbers = SetClock(), count()
    with a_box(broker_url, NAME) as box:

        async def send() -> None:
            seq = next(numbers)
            box.send(a_reading(seq))
            await eventually(lambda: box.contiguous() == seq, seconds=60, what="the receipt")

        async def is_ready() -> list[str]:
            async with local_client(create_app(clock, database)) as client:
                found: list[str] = (await client.get("http://localhost/readyz")).json()["warnings"]
                return found

        async with running_ingest(database, broker_url, clock=clock):
            await send()
            await eventually(lambda: rows(database, BELIEVED), seconds=60, what="a beat")
        clock.off = timedelta(hours=-2)
        async with running_ingest(database, broker_url, clock=clock) as counters:
            assert abs(counters.clock_off_s + 7200) < 60
            await send()
            await eventually(lambda: rows(database, DOUBTS), seconds=60, what="a beat")
            assert await is_ready() == ["server_clock"]
        async with running_ingest(database, broker_url, clock=clock) as counters:
            assert abs(counters.clock_off_s + 7200) < 60, "it has not forgotten"
            await send()
            clock.off = timedelta(0)
            await eventually(lambda: counters.clock_off_s == 0, seconds=60, what="the next beat")
            await send()
            await eventually(lambda: rows(database, BELIEVED), seconds=60, what="a beat")
            assert await is_ready() == []
    assert await rows(database, MISPLACED) == []
    assert await rows(database, "SELECT 1 FROM boot_clock WHERE offset_s <> 0") == []
