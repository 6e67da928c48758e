"""Escalation on a real PostgreSQL, by a clock that is set: who is told when nobody takes it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, update

from services.alerts.caller import Caller, chains_of
from services.core.runtime.clock import FixedClock
from services.core.runtime.settings import AlertsSettings
from services.core.storage.database import Database
from services.core.storage.schema import (
    acknowledgement,
    alarm,
    alarm_transition,
    notification_outbox,
    shelving,
)
from tests.integration.alerts.builders import START, at, rows_of

CHAINS = chains_of(AlertsSettings())
SECOND = 1 / 60


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def caller(database: Database, clock: FixedClock) -> Caller:
    return Caller(database, clock, CHAINS)


async def an_alarm(database: Database, **changes: Any) -> Any:
    """Raised at the start, and told to the first."""
    alarm_id = uuid4()
    values = {
        "alarm_id": alarm_id, "kind": "excursion", "priority": 1, "condition_key": str(alarm_id),
        "began_at": START, "raised_at": START, "config": {}, "called_since": START,
        "called_at": START, **changes,
    }  # fmt: skip
    async with database.unit_of_work() as uow:
        await uow.execute(insert(alarm).values(**values))
    return alarm_id


async def take(
    database: Database,
    alarm_id: Any,
    when: datetime,
    until: datetime,
    withdrawn: datetime | None = None,
) -> None:
    async with database.unit_of_work() as uow:
        await uow.execute(
            insert(acknowledgement).values(
                id=uuid4(), alarm_id=alarm_id, principal_id="local-operator", at=when,
                lapses_at=until, withdrawn_at=withdrawn, alarm_revision=1,
            )
        )  # fmt: skip


async def told(database: Database) -> list[tuple[int, str, str]]:
    """Every notice: how far up, to whom, and when it was due."""
    notices = await rows_of(database, notification_outbox, "created_at", "level")
    return [(n["level"], n["audience"], n["body"]["due_at"]) for n in notices]


async def test_f63_nobody_acknowledges_and_each_is_told_to_the_second(
    database: Database, caller: Caller, clock: FixedClock
) -> None:
    await an_alarm(database)
    for minute, audience in ((5, "shift_lead"), (10, "courier"), (15, "sponsor_qa")):
        clock.advance(at(minute - SECOND) - clock.now())
        assert await caller.run_once() == 0
        clock.advance(at(minute) - clock.now())
        assert await caller.run_once() == 1
        assert (await told(database))[-1] == (minute // 5, audience, at(minute).isoformat())
    clock.advance(at(30) - clock.now())
    assert await caller.run_once() == 1
    assert await caller.run_once() == 0
    moves = await rows_of(database, alarm_transition, "id")
    assert [(m["move"], m["facts"]["level"]) for m in moves] == [
        ("called", 1), ("called", 2), ("called", 3), ("called", 3),
    ]  # fmt: skip


async def test_taken_it_is_quiet_and_let_go_it_sounds_again_then(
    database: Database, caller: Caller, clock: FixedClock
) -> None:
    alarm_id = await an_alarm(database)
    await take(database, alarm_id, at(2), until=at(110))
    clock.advance(at(110 - SECOND) - clock.now())
    assert await caller.run_once() == 0
    clock.advance(at(110) - clock.now())
    assert await caller.run_once() == 1
    clock.advance(at(115) - clock.now())
    assert await caller.run_once() == 1
    assert await told(database) == [
        (0, "operator", at(110).isoformat()),
        (1, "shift_lead", at(115).isoformat()),
    ]
    moves = await rows_of(database, alarm_transition, "id")
    assert [m["move"] for m in moves] == ["lapsed", "called"]


async def test_taken_again_and_given_back_it_is_called_from_where_it_stood(
    database: Database, caller: Caller, clock: FixedClock
) -> None:
    alarm_id = await an_alarm(database)
    await take(database, alarm_id, at(2), until=at(17))
    clock.advance(at(17) - clock.now())
    assert await caller.run_once() == 1
    async with database.unit_of_work() as uow:
        await uow.execute(update(acknowledgement).values(withdrawn_at=at(18)))
    await take(database, alarm_id, at(18), until=at(33), withdrawn=at(18.5))
    for minute, calls in ((18.5, 0), (22 - SECOND, 0), (22, 1)):
        clock.advance(at(minute) - clock.now())
        assert await caller.run_once() == calls
    assert [(level, due) for level, _, due in await told(database)] == [
        (0, at(17).isoformat()),
        (1, at(22).isoformat()),
    ]


async def test_what_is_over_excused_or_on_a_shelf_calls_nobody(
    database: Database, caller: Caller, clock: FixedClock
) -> None:
    await an_alarm(database, returned_at=at(1))
    await an_alarm(database, closed_at=at(1))
    await an_alarm(database, facts={"suppressed_by": "inspection"})
    shelved = await an_alarm(database, kind="no_data", priority=2)
    async with database.unit_of_work() as uow:
        await uow.execute(
            insert(shelving).values(
                id=uuid4(), alarm_id=shelved, principal_id="local-operator", at=at(1),
                ends_at=at(61), reason="radio is being changed", alarm_revision=1,
            )
        )  # fmt: skip
    clock.advance(at(60) - clock.now())
    assert await caller.run_once() == 0
    clock.advance(at(61) - clock.now())
    assert await caller.run_once() == 1


async def test_grown_worse_it_sounds_anew_though_it_was_taken(
    database: Database, caller: Caller, clock: FixedClock
) -> None:
    alarm_id = await an_alarm(database, kind="deadline_near", priority=2)
    await take(database, alarm_id, at(2), until=at(400))
    async with database.unit_of_work() as uow:
        await uow.execute(
            update(alarm).values(
                priority=1, revision=2, sounded_revision=2, worsened_revision=2,
                sounded_at=at(20), called_since=at(20), called_at=at(20),
            )
        )  # fmt: skip
    clock.advance(at(25) - clock.now())
    assert await caller.run_once() == 1


async def test_two_processes_make_each_call_once(database: Database, clock: FixedClock) -> None:
    for _ in range(10):
        await an_alarm(database)
    clock.advance(at(5) + timedelta(seconds=1) - clock.now())
    callers = [Caller(database, clock, CHAINS) for _ in range(2)]
    made = await asyncio.gather(*(one.run_once() for one in callers))
    assert sum(made) == 10
    assert len(await told(database)) == 10
