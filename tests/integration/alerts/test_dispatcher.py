"""Notices: handed out once, sent at least once by each channel, by one sender at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.alerts.channels.alive import KeepAlive
from services.alerts.channels.channel import Channel, InWords
from services.alerts.channels.refusing import AskedToWait, ReceiverGone
from services.alerts.channels.words import Message
from services.alerts.dispatcher import GIVE_UP_AFTER, LEASE, PAUSES, SENT_WITHIN_S, Dispatcher
from services.core.domain.errors import Unavailable
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.deliveries import Deliveries, LeasedNotice
from services.core.storage.outbox import Notice, Outbox
from services.core.storage.schema import notice_delivery, notification_outbox
from tests.integration.alerts.builders import START, rows_of

A_NOTICE = Notice(kind="alarm", subject_key="p:excursion:high:1:raised", body={"priority": 1})


class Receiver:
    """A receiver that fails as told for its first calls, and keeps what it was given."""

    def __init__(self, *failures: Exception):
        self.failures = list(failures)
        self.given: list[LeasedNotice] = []

    async def send(self, notice: LeasedNotice) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.given.append(notice)


class Unsaid:
    """A sender to which nothing comes."""

    async def send(self, message: Message, notice_id: str) -> None:
        raise AssertionError(f"{notice_id} was put into words: {message}")


AWAY = Unavailable("the receiver is away")


def channel(receiver: Receiver, name: str = "ops", **changes: Any) -> Channel:
    return Channel(name=name, notifier=receiver, **changes)


async def put(database: Database, *notices: Notice) -> None:
    async with database.unit_of_work() as uow:
        await Outbox(uow).put(notices or [A_NOTICE], START)


async def copies(database: Database) -> dict[str, Mapping[str, Any]]:
    found = await rows_of(database, notice_delivery, "channel")
    return {row["channel"]: row for row in found}


async def test_a_notice_put_twice_is_sent_once(database: Database) -> None:
    receiver = Receiver()
    dispatcher = Dispatcher(database, [channel(receiver)], FixedClock(START))
    await put(database)
    await put(database)
    assert await dispatcher.run_once() == 1
    assert await dispatcher.run_once() == 0
    assert [notice.id for notice in receiver.given] == [A_NOTICE.id]


async def test_a_failed_notice_is_tried_again_after_a_pause(database: Database) -> None:
    clock, receiver = FixedClock(START), Receiver(AWAY)
    dispatcher = Dispatcher(database, [channel(receiver)], clock)
    await put(database)
    assert await dispatcher.run_once() == 0
    assert await dispatcher.run_once() == 0
    clock.advance(PAUSES[0])
    assert await dispatcher.run_once() == 1
    (row,) = (await copies(database)).values()
    assert (row["attempts"], row["delivered_at"]) == (2, START + PAUSES[0])


async def test_f57_a_leased_notice_is_nobody_elses_until_the_lease_ends(
    database: Database,
) -> None:
    clock, receiver = FixedClock(START), Receiver()
    dead = Dispatcher(database, [channel(Receiver())], clock)
    await put(database)
    await dead._hand_out()
    async with database.unit_of_work() as uow:  # a sender that dies after taking it
        await Deliveries(uow).lease(["ops"], 10, START, LEASE)
    dispatcher = Dispatcher(database, [channel(receiver)], clock)
    assert await dispatcher.run_once() == 0
    clock.advance(LEASE + timedelta(seconds=1))
    assert await dispatcher.run_once() == 1
    assert [notice.id for notice in receiver.given] == [A_NOTICE.id]


async def test_one_channels_trouble_is_no_others(database: Database) -> None:
    clock, well, ill = FixedClock(START), Receiver(), Receiver(AWAY, AWAY)
    dispatcher = Dispatcher(database, [channel(well, "well"), channel(ill, "ill")], clock)
    await put(database)
    assert await dispatcher.run_once() == 1
    for pause in PAUSES[:2]:
        clock.advance(pause)
        await dispatcher.run_once()
    assert (len(well.given), len(ill.given)) == (1, 1)
    (notice,) = await rows_of(database, notification_outbox)
    assert notice["delivered_at"] == START + PAUSES[0] + PAUSES[1]


async def test_a_notice_that_cannot_be_put_into_words_stops_no_other(database: Database) -> None:
    """Else one word missing in a catalogue would end the process that judges."""
    clock, well = FixedClock(START), Receiver()
    ill = InWords(sender=Unsaid())
    dispatcher = Dispatcher(
        database, [Channel(name="ill", notifier=ill), channel(well, "well")], clock
    )
    await put(database, replace(A_NOTICE, body={"kind": "of tomorrow", "priority": 1}))
    assert await dispatcher.run_once() == 1
    found = await copies(database)
    assert found["well"]["state"] == "delivered"
    assert (found["ill"]["state"], found["ill"]["last_error"]) == ("pending", "not made: KeyError")
    clock.advance(GIVE_UP_AFTER)
    await dispatcher.run_once()
    assert (await copies(database))["ill"]["state"] == "given_up"


class Silent:
    """A receiver that never answers."""

    async def send(self, _notice: LeasedNotice) -> None:
        await asyncio.Event().wait()


async def test_f58_a_receiver_that_never_answers_is_left_before_the_lease_ends(
    database: Database,
) -> None:
    well = Receiver()
    ways = [Channel(name="silent", notifier=Silent()), channel(well, "well")]
    await put(database)
    dispatcher = Dispatcher(database, ways, FixedClock(START), sent_within_s=0.2)
    assert await dispatcher.run_once() == 1
    assert (await copies(database))["silent"]["last_error"] == "not sent in 0.2 s"
    assert len(well.given) == 1
    assert timedelta(seconds=SENT_WITHIN_S) < LEASE


async def test_f59_when_all_channels_fail_nothing_is_called_delivered(database: Database) -> None:
    clock = FixedClock(START)
    ways = [channel(Receiver(*[AWAY] * 9), name) for name in ("mail", "sms", "webhook")]
    dispatcher = Dispatcher(database, ways, clock)
    await put(database)
    for _ in range(9):
        assert await dispatcher.run_once() == 0
        clock.advance(PAUSES[-1])
    (notice,) = await rows_of(database, notification_outbox)
    assert notice["delivered_at"] is None
    found = (await copies(database)).values()
    assert {(one["state"], one["last_error"]) for one in found} == {("pending", AWAY.detail)}


async def test_a_receiver_that_is_gone_is_not_asked_again(database: Database) -> None:
    clock, receiver = FixedClock(START), Receiver(ReceiverGone("410"))
    dispatcher = Dispatcher(database, [channel(receiver)], clock)
    await put(database)
    await dispatcher.run_once()
    clock.advance(timedelta(days=2))
    assert await dispatcher.run_once() == 0
    assert (await copies(database))["ops"]["state"] == "given_up"


async def test_a_receiver_that_asks_for_time_gets_it(database: Database) -> None:
    clock = FixedClock(START)
    receiver = Receiver(AskedToWait("429", timedelta(seconds=90)))
    dispatcher = Dispatcher(database, [channel(receiver)], clock)
    await put(database)
    await dispatcher.run_once()
    clock.advance(timedelta(seconds=89))
    assert await dispatcher.run_once() == 0
    clock.advance(timedelta(seconds=1))
    assert await dispatcher.run_once() == 1


async def test_what_cannot_be_sent_for_a_day_is_given_up(database: Database) -> None:
    clock, receiver = FixedClock(START), Receiver(*[AWAY] * 3)
    dispatcher = Dispatcher(database, [channel(receiver)], clock)
    await put(database)
    await dispatcher.run_once()
    clock.advance(GIVE_UP_AFTER)
    await dispatcher.run_once()
    assert (await copies(database))["ops"]["state"] == "given_up"


@pytest.mark.parametrize(
    ("audience", "priority", "reached"),
    [
        ("operator", 1, {"all", "desk"}),
        ("courier", 1, {"all", "phone"}),
        ("courier", 2, {"all"}),
        ("sponsor_qa", 1, {"all"}),
    ],
)
async def test_a_channel_gets_what_is_for_its_people(
    database: Database, audience: str, priority: int, reached: set[str]
) -> None:
    ways = [
        channel(Receiver(), "all"),
        channel(Receiver(), "desk", audiences=frozenset({"operator"})),
        channel(Receiver(), "phone", audiences=frozenset({"courier"}), priorities=frozenset({1})),
    ]
    notice = Notice(kind="alarm", subject_key="x", body={"priority": priority}, audience=audience)
    await put(database, notice)
    await Dispatcher(database, ways, FixedClock(START)).run_once()
    assert set(await copies(database)) == reached


async def test_a_keep_alive_comes_once_a_period_from_several_processes(
    database: Database,
) -> None:
    clock, receiver = FixedClock(START), Receiver()
    ways = [channel(receiver, keep_alive=timedelta(hours=12)), channel(Receiver(), "other")]
    alive = [KeepAlive(database, ways, clock) for _ in range(2)]
    dispatcher = Dispatcher(database, ways, clock)
    for _ in range(24):
        for one in alive:
            await one.run_once()
        await dispatcher.run_once()
        clock.advance(timedelta(hours=1))
    assert [notice.kind for notice in receiver.given] == ["keep_alive"] * len(receiver.given)
    assert len(receiver.given) in {2, 3}  # a day touches two or three periods of twelve hours
    nexts = [notice.body["next_at"] for notice in receiver.given]
    assert len(set(nexts)) == len(nexts)
    assert set(await copies(database)) == {"ops"}
