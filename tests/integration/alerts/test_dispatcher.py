"""Notices: put once, sent at least once, by one sender at a time."""

from __future__ import annotations

from datetime import timedelta

from services.alerts.dispatcher import LEASE, PAUSES, Dispatcher
from services.core.domain.errors import Unavailable
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.outbox import LeasedNotice, Notice, Outbox
from services.core.storage.schema import notification_outbox
from tests.integration.alerts.builders import START, rows_of

A_NOTICE = Notice(kind="alarm", subject_key="p:excursion:high:1:raised", body={"priority": 1})


class Receiver:
    """A receiver that is away for its first calls, and keeps what it was given."""

    def __init__(self, away: int = 0):
        self.away = away
        self.given: list[LeasedNotice] = []

    async def send(self, notice: LeasedNotice) -> None:
        if self.away:
            self.away -= 1
            raise Unavailable("the receiver is away")
        self.given.append(notice)


async def put(database: Database) -> None:
    async with database.unit_of_work() as uow:
        await Outbox(uow).put([A_NOTICE], START)


async def test_a_notice_put_twice_is_sent_once(database: Database) -> None:
    receiver = Receiver()
    dispatcher = Dispatcher(database, receiver, FixedClock(START))
    await put(database)
    await put(database)
    assert await dispatcher.run_once() == 1
    assert await dispatcher.run_once() == 0
    assert [notice.id for notice in receiver.given] == [A_NOTICE.id]


async def test_a_failed_notice_is_tried_again_after_a_pause(database: Database) -> None:
    clock, receiver = FixedClock(START), Receiver(away=1)
    dispatcher = Dispatcher(database, receiver, clock)
    await put(database)
    assert await dispatcher.run_once() == 0
    assert await dispatcher.run_once() == 0
    clock.advance(PAUSES[0])
    assert await dispatcher.run_once() == 1
    (row,) = await rows_of(database, notification_outbox)
    assert (row["attempts"], row["delivered_at"]) == (2, START + PAUSES[0])


async def test_a_leased_notice_is_nobody_elses_until_the_lease_ends(database: Database) -> None:
    await put(database)
    async with database.unit_of_work() as uow:  # a sender that dies after taking it
        await Outbox(uow).lease(10, START, LEASE)
    clock, receiver = FixedClock(START), Receiver()
    dispatcher = Dispatcher(database, receiver, clock)
    assert await dispatcher.run_once() == 0
    clock.advance(LEASE + timedelta(seconds=1))
    assert await dispatcher.run_once() == 1
