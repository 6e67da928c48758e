"""The alerts process itself: it starts, hears a bell, beats, tells, and ends when asked."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import update

from services.core.storage.database import Database
from services.core.storage.schema import (
    alarm,
    assessment_state,
    assignment,
    notice_delivery,
    notification_outbox,
    payload,
    service_heartbeat,
)
from tests.integration.alerts.builders import START, a_box, a_trip, at, rows_of, store


@asynccontextmanager
async def running(database: Database, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process with a clock that stands near the readings of the tests."""
    environment = {
        **os.environ,
        "COLDLANE_DATABASE_URL": database.url,
        "COLDLANE_LOG_FORMAT": "json",
        **more,
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
        async with asyncio.timeout(60):
            assert await process.wait() == 0


CANARY = "canary-310101199003071234"
SECRET = base64.b64encode(b"canary-secret-of-the-webhook-key").decode()
RECEIVER = {
    "COLDLANE_WEBHOOK_URL": "http://127.0.0.1:9/canary-token",  # nobody listens there
    "COLDLANE_WEBHOOK_INSIDE": "127.0.0.1:9",
    "COLDLANE_WEBHOOK_SECRET": f"whsec_{SECRET}",
    "COLDLANE_LOG_LEVEL": "debug",
}


async def test_f65_what_people_wrote_and_secrets_are_in_no_notice_beat_or_log_line(
    database: Database,
) -> None:
    """A canary stands in every free text of a shipment in trouble but its own reference."""
    async with database.unit_of_work() as uow:
        names = ("product", "shipper", "consignee", "needed_by_attested_by")
        wrote: dict[str, Any] = dict.fromkeys(names, CANARY)
        trip = await a_trip(uow, await a_box(uow, "CB-0001"), begin=START, **wrote)
        await uow.execute(update(payload).values(reference=CANARY, clocks_entered_by=CANARY))
        await uow.execute(update(assignment).values(reason=CANARY, recorded_by=CANARY))
        await store(uow, trip, [(m, float(m), 5.0 if m < 30 else 30.0) for m in range(60)])

    async def refused() -> list[dict[str, Any]]:
        found = await rows_of(database, notice_delivery)
        return [row for row in found if row["channel"] == "webhook" and row["attempts"]]

    async with running(database, **RECEIVER) as process:
        await until(refused)
        await until(lambda: rows_of(database, service_heartbeat))
        process.send_signal(signal.SIGTERM)
        said, _ = await process.communicate()
    kept = [
        await rows_of(database, table)
        for table in (notification_outbox, notice_delivery, service_heartbeat)
    ]
    assert kept[0]
    assert b'"notice"' in said
    for canary in (CANARY, "canary-token", SECRET):
        assert canary not in said.decode()
        assert canary not in repr(kept)
