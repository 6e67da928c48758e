"""The server's clock is set by two hours, either way: no timer stops, and nothing rings for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, update

from services.alerts.caller import Caller, chains_of
from services.alerts.channels.channel import Channel
from services.alerts.clockguard import ClockGuard
from services.alerts.dispatcher import Dispatcher
from services.alerts.evaluator import Evaluator
from services.alerts.platform import PlatformWatch
from services.core.runtime.clock import FixedClock
from services.core.runtime.settings import AlertsSettings, IngestSettings, MqttSettings
from services.core.storage.database import Database
from services.core.storage.deliveries import LeasedNotice
from services.core.storage.outbox import Notice, Outbox
from services.core.storage.schema import alarm, box_contact, watermark
from services.ingest.counters import Counters
from services.ingest.service import Ingest
from tests.integration.alerts.builders import START, at, rows_of
from tests.integration.alerts.judging import one_trip, put

MQTT = MqttSettings(mqtt_url=SecretStr("mqtt://127.0.0.1"))
HOURS = pytest.mark.parametrize("hours", [2, -2])


class Kept:
    """A channel's receiver that keeps what it is told."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    async def send(self, notice: LeasedNotice) -> None:
        self.kinds.append(notice.kind)


def ingest_beats(database: Database, clock: FixedClock) -> Callable[[], Awaitable[None]]:
    """The heartbeat of an ingest process that has been connected since the start."""
    counters = Counters(connected=True, link_since=START.isoformat())
    ingest = Ingest(
        database=database, clock=clock, counters=counters, mqtt=MQTT,
        settings=IngestSettings(),
    )  # fmt: skip
    return ingest._beat(START)


@HOURS
async def test_f70_a_clock_that_is_set_makes_no_false_silence_and_hides_no_true_one(
    database: Database, evaluator: Evaluator, hours: int
) -> None:
    clock = FixedClock(at(200))
    beat, guard = ingest_beats(database, clock), ClockGuard(database, clock)
    platform = PlatformWatch(database, clock)
    await put(database, await one_trip(database), [(m, float(m), 5.0) for m in range(240)])
    clock.advance(timedelta(minutes=39.5))

    async def kinds() -> list[str]:
        await guard.run_once()
        await evaluator.run_once(clock.now())
        await platform.run_once()
        found = [row["kind"] for row in await rows_of(database, alarm, "kind")]
        return [kind for kind in found if kind != "server_clock"]

    await beat()
    assert await kinds() == []
    clock.step(timedelta(hours=hours))
    assert await kinds() == []  # nobody has beaten at the new time yet
    await beat()
    async with database.unit_of_work() as uow:  # a batch that was in hand at the step
        await uow.execute(update(watermark).values(last_received_at=at(239.5)))
    for _ in range(14):
        await beat()
        assert await kinds() == []
        clock.advance(timedelta(minutes=1))
    clock.advance(timedelta(minutes=1.1))
    await beat()
    assert await kinds() == ["no_data"]
    (told,) = [row for row in await rows_of(database, alarm) if row["kind"] == "server_clock"]
    assert (told["priority"], told["facts"]["late_s"]) == (2, 7200)


async def test_f70_silence_counts_from_now_when_the_clock_was_set_while_nothing_ran(
    database: Database, evaluator: Evaluator
) -> None:
    """What was heard lies two hours ahead of the clock that this process finds."""
    await put(database, await one_trip(database), [(m, float(m), 5.0) for m in range(240)])
    await evaluator.run_once(at(240))
    clock = FixedClock(at(120))
    guard = ClockGuard(database, clock)
    assert await guard.run_once()
    assert not await guard.run_once()
    (contact,) = await rows_of(database, box_contact)
    assert contact["last_received_at"] == at(120)
    assert contact["next_due_at"] < at(140)
    assert not await ClockGuard(database, clock).run_once()


@HOURS
async def test_f70_who_is_called_next_is_called_in_time(database: Database, hours: int) -> None:
    clock = FixedClock(START)
    callers = [Caller(database, clock, chains_of(AlertsSettings())) for _ in range(2)]
    async with database.unit_of_work() as uow:
        await uow.execute(
            insert(alarm).values(
                alarm_id=uuid4(), kind="excursion", priority=1, condition_key="one", config={},
                began_at=START, raised_at=START, called_since=START, called_at=START,
            )
        )  # fmt: skip
    clock.step(timedelta(hours=hours))
    for _ in range(31):
        for caller in callers:
            await caller.run_once()
        clock.advance(timedelta(minutes=0.5))
    (row,) = await rows_of(database, alarm)
    assert row["called_level"] == 3
    assert row["revision"] <= 6  # no call is made by the one and then again by the other


async def test_f70_a_notice_from_before_the_step_waits_for_no_instant_to_come(
    database: Database,
) -> None:
    clock, kept = FixedClock(START), Kept()
    guard = ClockGuard(database, clock)
    dispatcher = Dispatcher(database, [Channel(name="kept", notifier=kept)], clock)
    async with database.unit_of_work() as uow:
        await Outbox(uow).put([Notice(kind="alarm", subject_key="one", body={})], clock.now())
    clock.step(timedelta(hours=-2))
    assert await dispatcher.run_once() == 0
    assert await guard.run_once()
    assert await dispatcher.run_once() == 1
    assert kept.kinds == ["alarm"]
    assert not await guard.run_once()
