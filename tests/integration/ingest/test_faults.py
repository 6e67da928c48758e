"""What may fail while readings flow: the process, the database, the broker. Nothing is lost."""

import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from services.core.runtime.clock import SystemClock
from services.core.runtime.settings import parse_mqtt_url
from services.core.storage.database import Database
from services.core.wire.payload import Backfill, decode_command
from services.ingest.counters import Counters
from services.ingest.inbox import Arrived, Inbox
from services.ingest.subscriber import MqttSubscriber
from tests.support.brokers import MosquittoBroker
from tests.support.ingesting import (
    BOOT,
    Box,
    a_box,
    a_reading,
    eventually,
    kill,
    register,
    rows,
    running_ingest,
    start_ingest,
)
from tests.support.servers import PostgresServer

NAME = "CB-0007"
BEGINNING = datetime.now(UTC)


async def _stored(database: Database) -> list[int]:
    return [seq for (seq,) in await rows(database, "SELECT seq FROM reading ORDER BY seq")]


def _fill(box: Box, first: int, count: int) -> None:
    for seq in range(first, first + count):
        box.send(a_reading(seq, temp_c=seq / 1000))


async def _grows(database: Database, by: int) -> None:
    """Return in the middle of the stream: when some more rows are there, or all of them."""
    before = len(await _stored(database))

    async def has_grown() -> bool:
        now = len(await _stored(database))
        return now >= before + by or now == 2001

    await eventually(has_grown, seconds=30, what="readings to be stored")


async def _first_contact(box: Box) -> None:
    """Send again until there is a receipt, as boxes do: nobody may have subscribed yet."""

    async def is_received() -> bool:
        box.send(a_reading(0, t=BEGINNING))
        await asyncio.sleep(0.5)
        return box.contiguous() == 0

    await eventually(is_received, seconds=30, what="the first receipt")


@pytest.mark.timeout(180)
async def test_killed_process_loses_nothing_and_doubles_nothing(
    database: Database, database_url: str, mosquitto: MosquittoBroker, tmp_path: Path
) -> None:
    await register(database, NAME)
    log = str(tmp_path / "ingest.log")
    with a_box(mosquitto.url, NAME) as box:
        process = start_ingest(database_url, mosquitto.url, log)
        await _first_contact(box)
        filling = asyncio.create_task(asyncio.to_thread(_fill, box, 1, 2000))
        kills = 0
        while kills < 3 and box.contiguous() < 2000:
            await _grows(database, by=100)
            kill(process)
            kills += 1
            assert set(range(box.contiguous() + 1)) <= set(await _stored(database))
            process = start_ingest(database_url, mosquitto.url, log)
        await filling
        await eventually(lambda: box.contiguous() == 2000, seconds=60, what="the last receipt")
        assert kill(process, signal.SIGTERM) == 0
    assert kills >= 1
    assert await _stored(database) == list(range(2001))
    assert await rows(database, "SELECT 1 FROM key_conflict") == []
    assert await rows(database, "SELECT 1 FROM rejected_message") == []


async def test_database_that_drops_every_connection_is_waited_for(
    database: Database,
    database_url: str,
    postgres_server: PostgresServer,
    mosquitto: MosquittoBroker,
) -> None:
    await register(database, NAME)
    name = database_url.rpartition("/")[2]
    async with running_ingest(database, mosquitto.url) as counters:
        with a_box(mosquitto.url, NAME) as box:
            box.send(a_reading(0))
            await eventually(lambda: box.contiguous() == 0, what="the first receipt")
            with psycopg.connect(postgres_server.admin_url(), autocommit=True) as admin:
                admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    (name,),
                )
                _fill(box, 1, 20)
                await eventually(lambda: counters.retries, what="a first attempt")
                assert counters.acks == 1, "acknowledged without a commit"
                admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            await eventually(lambda: box.contiguous() == 20, seconds=30, what="the receipt")
    assert await _stored(database) == list(range(21))


async def test_restarted_broker_is_met_again(
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


async def test_lost_session_is_told_and_boxes_are_asked_to_send_again(
    database: Database, mosquitto: MosquittoBroker
) -> None:
    await register(database, NAME)
    async with running_ingest(database, mosquitto.url) as counters:
        with a_box(mosquitto.url, NAME) as box:
            box.send(a_reading(0), a_reading(2))
            await eventually(lambda: box.contiguous() == 0, what="the receipt")
    mosquitto.stop()
    (mosquitto.home / "mosquitto.db").unlink()
    mosquitto.start()
    with a_box(mosquitto.url, NAME) as box:
        async with running_ingest(database, mosquitto.url) as counters:
            await eventually(lambda: box.others, what="the request")
        assert counters.lost_sessions == 1
        command = decode_command(box.others[0][1])
        assert isinstance(command, Backfill)
        assert (command.boot, command.from_seq) == (BOOT, 1)
        assert box.contiguous() == 0


async def test_acknowledgement_of_an_earlier_connection_is_kept_back(
    mosquitto: MosquittoBroker,
) -> None:
    counters, inbox = Counters(), Inbox(asyncio.get_running_loop())
    subscriber = MqttSubscriber(
        parse_mqtt_url(mosquitto.url), "test-ingest", inbox, SystemClock(), counters
    )
    subscriber.start(None, expects_session=False, on_session_lost=lambda: None)
    await eventually(lambda: counters.connections == 1, what="the first connection")
    await asyncio.sleep(0.2)
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
    subscriber.stop()


async def _taken(inbox: Inbox) -> list[Arrived]:
    await asyncio.wait_for(inbox.wait(), 10)
    return inbox.take(10)
