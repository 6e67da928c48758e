"""What the broker may do: restart, forget, overflow, hand things over again."""

import asyncio
from pathlib import Path

import pytest

from services.core.runtime.clock import SystemClock
from services.core.runtime.written import parse_mqtt_url
from services.core.storage.database import Database
from services.core.wire.payload import Backfill, decode_command
from services.ingest.counters import Counters
from services.ingest.inbox import Arrived, Inbox
from services.ingest.subscriber import MqttSubscriber
from tests.support.brokers import MosquittoBroker, running_mosquitto
from tests.support.ingesting import (
    BOOT,
    Box,
    a_box,
    a_reading,
    eventually,
    register,
    rows,
    running_ingest,
)

NAME, OTHER = "CB-0007", "CB-0001"
NUMBERS = "SELECT seq FROM reading ORDER BY seq"


async def test_f05_restarted_broker_is_met_again(
    database: Database, mosquitto: MosquittoBroker
) -> None:
    await register(database, NAME)
    async with running_ingest(database, mosquitto.url) as counters:
        with a_box(mosquitto.url, NAME) as box:
            box.send(a_reading(0))
            await eventually(lambda: box.contiguous() == 0, what="the first receipt")
        mosquitto.stop()
        mosquitto.start()
        await eventually(lambda: counters.connections == 2, what="the second connection")
        with a_box(mosquitto.url, NAME) as box:
            box.send(a_reading(1))
            await eventually(lambda: box.contiguous() == 1, what="the second receipt")
    assert counters.lost_sessions == 0


async def test_f07_f19_lost_session_is_told_and_boxes_are_asked_to_send_again(
    database: Database, mosquitto: MosquittoBroker
) -> None:
    await register(database, NAME)
    async with running_ingest(database, mosquitto.url):
        with a_box(mosquitto.url, NAME) as box:
            box.send(a_reading(0), a_reading(2))
            await eventually(lambda: box.contiguous() == 0, what="the receipt")
    mosquitto.stop()
    (mosquitto.home / "mosquitto.db").unlink()
    mosquitto.start()
    with a_box(mosquitto.url, NAME) as box:
        async with running_ingest(database, mosquitto.url) as counters:
            await eventually(lambda: box.others, what="the request")
            told = "SELECT detail ->> 'session_lost_at' FROM service_heartbeat"
            await eventually(lambda: _first(database, told), what="the sign in the heartbeat")
        assert counters.lost_sessions == 1
        command = decode_command(box.others[0][1])
        assert isinstance(command, Backfill)
        assert (command.boot, command.from_seq) == (BOOT, 1)
        assert box.contiguous() == 0


async def _first(database: Database, query: str) -> object:
    return (await rows(database, query))[0][0]


async def test_f08_what_a_full_queue_dropped_is_named_as_missing_and_sent_again(
    database: Database, mosquitto_program: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    await register(database, NAME)
    readings = [a_reading(seq) for seq in range(101)]
    small = ("max_queued_messages 10",)
    root = pytestconfig.rootpath
    with (
        running_mosquitto(mosquitto_program, tmp_path / "broker", root, small) as broker,
        a_box(broker.url, NAME) as box,
    ):
        async with running_ingest(database, broker.url):
            box.send(readings[0])
            await eventually(lambda: box.contiguous() == 0, what="the first receipt")
        for reading in readings[1:]:
            box.hand_over(reading)
        box.send(readings[0])
        async with running_ingest(database, broker.url):
            await eventually(lambda: box.contiguous() > 0, what="what the queue held")
            box.send(readings[100])
            await eventually(lambda: box.receipts[-1].boots[0].missing, what="the hole")
            (first, last), *_ = box.receipts[-1].boots[0].missing
            box.send(*readings[first : last + 1])
            await eventually(lambda: box.contiguous() == 100, what="the hole to be closed")
    assert await rows(database, NUMBERS) == [(seq,) for seq in range(101)]


async def test_f18_acknowledgement_of_an_earlier_connection_is_kept_back(
    mosquitto: MosquittoBroker,
) -> None:
    counters, inbox = Counters(), Inbox(asyncio.get_running_loop())
    subscriber = MqttSubscriber(
        parse_mqtt_url(mosquitto.url), "test-ingest", inbox, SystemClock(), counters
    )
    subscriber.start(None, expects_session=False, on_session_lost=lambda: None)
    try:
        await eventually(lambda: counters.subscriptions, what="the subscription")
        with a_box(mosquitto.url, NAME) as box:
            box.send(a_reading(0))
            old = await _taken(inbox)
        mosquitto.stop()
        mosquitto.start()
        await eventually(lambda: counters.connections == 2, what="the second connection")
        new = await _taken(inbox)
        subscriber.ack(old)
        assert (counters.acks, counters.stale_acks) == (0, 1)
        subscriber.ack(new)
        assert counters.acks == 1
    finally:
        subscriber.stop()


async def _taken(inbox: Inbox) -> list[Arrived]:
    await asyncio.wait_for(inbox.wait(), 60)
    return inbox.take(10)


async def test_f20_retained_and_unguaranteed_telemetry_is_counted_and_stored_once(
    database: Database, mosquitto: MosquittoBroker
) -> None:
    await register(database, NAME)
    with a_box(mosquitto.url, NAME) as box:
        async with running_ingest(database, mosquitto.url):
            box.send(a_reading(0), qos=0)
            reading = a_reading(1)
            box.send(reading, retain=True)
            await eventually(lambda: box.contiguous() == 1, what="the receipt")
        # A retained message comes again with each subscription.
        async with running_ingest(database, mosquitto.url) as counters:
            await eventually(lambda: counters.repeated == 1, what="the retained one again")
            assert counters.retained == 1
            box.send(a_reading(2), qos=0)
            await eventually(lambda: box.contiguous() == 2, what="the receipt")
            assert counters.unguaranteed == 1
    assert await rows(database, NUMBERS) == [(0,), (1,), (2,)]
    assert await rows(database, "SELECT 1 FROM key_conflict") == []


async def _reaches(box: Box, seq: int) -> None:
    await eventually(lambda: box.contiguous() == seq, what="the live box")


async def test_f21_storm_of_repeats_leaves_the_rows_and_the_others_alone(
    database: Database, mosquitto: MosquittoBroker
) -> None:
    await register(database, NAME, OTHER)
    log = [a_reading(seq) for seq in range(2000)]
    async with running_ingest(database, mosquitto.url) as counters:
        with a_box(mosquitto.url, NAME) as box, a_box(mosquitto.url, OTHER) as other:
            for storm in range(3):
                for start in range(0, len(log), 20):
                    box.hand_over(*log[start : start + 20])
                other.send(a_reading(storm))
                await _reaches(other, storm)
            await eventually(lambda: box.contiguous() == 1999, what="the log")
            await eventually(lambda: counters.repeated == 4000, seconds=30, what="the repeats")
    assert await rows(database, "SELECT count(*) FROM reading") == [(2003,)]
    assert await rows(database, "SELECT 1 FROM key_conflict") == []
