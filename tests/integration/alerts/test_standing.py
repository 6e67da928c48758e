"""Where an alarm stands is said twice, in Python and in SQL: both say the same of every alarm."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from typing import Any
from uuid import uuid4

from sqlalchemy import insert

from services.core.domain.alarm.life import AlarmState
from services.core.storage.acknowledgements import AcknowledgementRepository
from services.core.storage.alarms import Alarms
from services.core.storage.database import Database
from services.core.storage.schema import acknowledgement, alarm, shelving
from tests.integration.alerts.builders import START, at, rows_of

NOW = at(100)
KINDS = ("excursion", "limit_breach", "no_data")
RETURNS = (None, at(50))
# Taken at, until, with what reason, at which revision of the alarm; it sounded anew at 2.
TAKEN = (
    None,
    (at(40), at(200), None, 2),
    (at(40), at(200), "called", 2),
    (at(60), at(200), "called", 2),
    (at(60), at(100), "called", 2),
    (at(60), at(200), "called", 1),
)
# Shelved until, at which revision; it grew worse at 2.
SHELVED = (None, (at(101), 2), (at(60), 2), (at(45), 2), (at(101), 1))


async def test_sql_and_python_agree_about_every_combination(database: Database) -> None:
    given = list(product(KINDS, RETURNS, TAKEN, SHELVED))
    async with database.unit_of_work() as uow:
        for kind, returned_at, taken, shelved in given:
            alarm_id = uuid4()
            await uow.execute(insert(alarm).values(**an_alarm(alarm_id, kind, returned_at)))
            if taken is not None:
                await uow.execute(insert(acknowledgement).values(**a_taking(alarm_id, *taken)))
            if shelved is not None:
                await uow.execute(insert(shelving).values(**a_shelving(alarm_id, *shelved)))
    async with database.unit_of_work() as uow:
        people = AcknowledgementRepository(uow)
        still_open = {view.alarm_id for view in await people.open(NOW)}
        states = {
            row["alarm_id"]: (await people.one(row["alarm_id"], NOW)).state
            for row in await rows_of(database, alarm)
        }
    closed = {one for one, state in states.items() if state is AlarmState.CLOSED}
    assert set(states) - still_open == closed
    async with database.unit_of_work() as uow:
        assert await Alarms(uow).close_acknowledged(NOW) == len(closed)
    assert {r["alarm_id"] for r in await rows_of(database, alarm) if r["closed_at"]} == closed
    assert set(states.values()) == set(AlarmState) - {AlarmState.SUPPRESSED_BY_DESIGN}


async def test_what_is_closed_at_the_end_of_a_shift_stays_closed(database: Database) -> None:
    alarm_id = uuid4()
    async with database.unit_of_work() as uow:
        await uow.execute(insert(alarm).values(**an_alarm(alarm_id, "excursion", at(50))))
        taking = a_taking(alarm_id, at(98.5), at(100), None, 2)
        await uow.execute(insert(acknowledgement).values(**taking))
    for minute, closed in ((98.9, 0), (99.1, 1), (100.5, 0)):
        async with database.unit_of_work() as uow:
            assert await Alarms(uow).close_acknowledged(at(minute)) == closed
    async with database.unit_of_work() as uow:
        seen = await AcknowledgementRepository(uow).one(alarm_id, at(100.5))
        assert seen.state is AlarmState.CLOSED


def an_alarm(alarm_id: Any, kind: str, returned_at: datetime | None) -> dict[str, Any]:
    return {
        "alarm_id": alarm_id, "kind": kind, "priority": 2, "condition_key": str(alarm_id),
        "began_at": START, "raised_at": START, "returned_at": returned_at, "config": {},
        "revision": 2, "sounded_revision": 2, "worsened_revision": 2,
    }  # fmt: skip


def a_taking(
    alarm_id: Any, when: datetime, until: datetime, reason: str | None, revision: int
) -> dict[str, Any]:
    return {
        "id": uuid4(), "alarm_id": alarm_id, "principal_id": "local-operator", "at": when,
        "lapses_at": until, "reason": reason, "alarm_revision": revision,
    }  # fmt: skip


def a_shelving(alarm_id: Any, until: datetime, revision: int) -> dict[str, Any]:
    return {
        "id": uuid4(), "alarm_id": alarm_id, "principal_id": "local-operator", "at": at(41),
        "ends_at": until, "reason": "radio is being changed", "alarm_revision": revision,
    }  # fmt: skip
