"""A flood has one cause: many boxes lose the broker, and people hear of it once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.alerts.evaluator import Evaluator
from services.alerts.platform import PlatformWatch
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.heartbeats import beat
from services.core.storage.schema import alarm, notification_outbox
from tests.integration.alerts.builders import START, at, many_trips, rows_of, store_all

BOXES = 500


@pytest.fixture
def evaluator(database: Database) -> Evaluator:
    return Evaluator(
        database, claim_max=256, no_data_after=timedelta(minutes=15), long_every=timedelta(0)
    )


async def beats(database: Database, minute: float, *, connected: bool, since: float) -> None:
    async with database.unit_of_work() as uow:
        detail = {"connected": connected, "link_since": at(since).isoformat(), "lag_s": 0.1}
        await beat(uow, "ingest", "ingest-1", at(minute), START, detail)


async def judge_all(evaluator: Evaluator, now: datetime) -> None:
    while (await evaluator.run_once(now)).judged:
        pass


async def test_f60_five_hundred_boxes_lose_the_broker_and_each_first_excursion_still_comes(
    database: Database, evaluator: Evaluator
) -> None:
    async with database.unit_of_work() as uow:
        trips = await many_trips(uow, BOXES)
        calm = ((trip, m, float(m), 5.0) for m in range(0, 20, 5) for trip in trips)
        await store_all(uow, calm, at(16))
    await beats(database, 19, connected=True, since=0)
    await judge_all(evaluator, at(19))

    clock = FixedClock(at(59))
    watch = PlatformWatch(database, clock)
    clock.advance(timedelta(minutes=1))
    await beats(database, 60, connected=False, since=20)
    await judge_all(evaluator, at(60))
    assert await watch.run_once() == 1
    assert await watch.run_once() == 0
    (cause,) = await rows_of(database, alarm)
    assert (cause["kind"], cause["facts"]["n"]) == ("broker_down", BOXES)
    (told,) = await rows_of(database, notification_outbox)
    assert len(told["body"]["facts"]["boxes"]) == 50

    # What the boxes kept arrives: forty of them were too warm meanwhile.
    await beats(database, 61, connected=True, since=61)
    kept = [
        (trip, 100 + m, 20.0 + m, 12.0 if number < 40 else 5.0)
        for m in range(0, 41, 5)
        for number, trip in enumerate(trips)
    ]
    async with database.unit_of_work() as uow:
        await store_all(uow, kept, at(61))
    clock.advance(timedelta(minutes=1))
    await judge_all(evaluator, at(61))
    await watch.run_once()
    alarms = await rows_of(database, alarm)
    kinds = sorted(row["kind"] for row in alarms)
    assert kinds == ["broker_down", *["excursion"] * 40]
    notices = await rows_of(database, notification_outbox)
    assert len([n for n in notices if n["body"]["kind"] == "excursion"]) == 40
    assert next(row for row in alarms if row["kind"] == "broker_down")["returned_at"] == at(61)
