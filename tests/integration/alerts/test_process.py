"""The alerts process itself: it starts, hears a bell, beats, tells, and ends when asked."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from services.core.storage.database import Database
from services.core.storage.schema import alarm, assessment_state, service_heartbeat
from tests.integration.alerts.builders import START, a_box, a_trip, at, rows_of, store


@asynccontextmanager
async def running(database: Database) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process with a clock that stands near the readings of the tests."""
    environment = {
        **os.environ,
        "COLDLANE_DATABASE_URL": database.url,
        "COLDLANE_LOG_FORMAT": "json",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.alerts", env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until(check: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
    """Ask until the answer is not empty."""
    async with asyncio.timeout(seconds):
        while not (found := await check()):  # noqa: ASYNC110  a row rings no bell here
            await asyncio.sleep(0.05)
    return found


async def test_the_process_judges_beats_tells_and_ends(database: Database) -> None:
    async with running(database) as process:
        beats = await until(lambda: rows_of(database, service_heartbeat))
        assert beats[0]["service"] == "alerts"
        async with database.unit_of_work() as uow:
            trip = await a_trip(uow, await a_box(uow, "CB-0001"), begin=START)
            await store(uow, trip, [(m, float(m), 5.0 if m < 30 else 12.0) for m in range(60)])

        async def judged() -> list[dict[str, Any]]:
            return await rows_of(database, assessment_state)

        async def alarms() -> list[dict[str, Any]]:
            return await rows_of(database, alarm)

        (state,) = await until(judged)
        assert state["evaluated_through"] == at(59)
        assert "excursion" in {row["kind"] for row in await until(alarms)}

        assert process.stdout is not None
        async with asyncio.timeout(60):
            while b'"notice"' not in await process.stdout.readline():
                pass
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(5):
            assert await process.wait() == 0
