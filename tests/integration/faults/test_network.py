"""What the network may do to a box, to ingest and to its database: each through our own proxy."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from services.core.runtime.settings import IngestSettings, MqttSettings
from services.core.storage.database import Database
from services.ingest.counters import Counters
from tests.support.brokers import MosquittoBroker
from tests.support.ingesting import (
    Box,
    a_box,
    a_reading,
    eventually,
    register,
    rows,
    running_ingest,
    through,
)
from tests.support.proxy import Proxy, a_proxy
from tests.support.servers import PostgresServer

NAME, OTHER = "CB-0007", "CB-0001"
NUMBERS = "SELECT seq FROM reading ORDER BY seq"


@asynccontextmanager
async def ingest_beyond(
    database_url: str, mqtt_port: int, **changes: object
) -> AsyncIterator[Counters]:
    """Ingest with a database handle of its own, reached as the address says."""
    handle = Database(database_url)
    settings = IngestSettings(database_patience_s=1, owner_lapses_s=4)
    mqtt = MqttSettings(mqtt_url=SecretStr(f"mqtt://127.0.0.1:{mqtt_port}"), mqtt_keepalive_s=1)
    try:
        async with running_ingest(handle, mqtt=mqtt, settings=settings) as counters:
            yield counters
    finally:
        await handle.close()


async def test_f10_f33_black_holes_end_within_the_stated_times(
    database: Database,
    database_url: str,
    postgres_server: PostgresServer,
    mosquitto: MosquittoBroker,
) -> None:
    """The broker goes silent, then the database: nobody says so, and both are met again."""
    await register(database, NAME)
    with a_proxy(mosquitto.port) as way, a_proxy(postgres_server.port) as store:
        url = through(database_url, store.port)
        async with ingest_beyond(url, way.port) as counters:
            with a_box(mosquitto.url, NAME) as box:
                box.send(a_reading(0))
                await eventually(lambda: box.contiguous() == 0, what="the first receipt")
                way.set_hole(True)
                box.send(a_reading(1))
                await eventually(lambda: way.accepted > 1, what="a new connection to be tried")
                way.set_hole(False)
                way.cut()
                await eventually(lambda: box.contiguous() == 1, what="the second receipt")
                acks = counters.acks
                store.set_hole(True)
                box.send(a_reading(2))
                await eventually(lambda: counters.retries, what="the statement to be given up")
                assert counters.acks == acks, "acknowledged without a commit"
                store.set_hole(False)
                store.cut()
                await eventually(lambda: box.contiguous() == 2, seconds=30, what="the third")
    assert await rows(database, NUMBERS) == [(0,), (1,), (2,)]


async def test_f31_lost_answer_to_commit_is_repeated_without_harm(
    database: Database,
    database_url: str,
    postgres_server: PostgresServer,
    mosquitto: MosquittoBroker,
) -> None:
    await register(database, NAME)
    with a_proxy(postgres_server.port) as store:
        url = through(database_url, store.port)
        async with ingest_beyond(url, mosquitto.port) as counters:
            with a_box(mosquitto.url, NAME) as box:
                box.send(a_reading(0))
                await eventually(lambda: box.contiguous() == 0, what="the first receipt")
                sent = 0
                # Others commit too, by way of the same proxy: until the writer was hit. Stored
                # though the answer was lost, the reading is seen as a repeated one.
                while not counters.repeated:
                    sent, before = sent + 1, store.swallowed
                    store.swallow_answer_to(b"COMMIT")
                    box.send(a_reading(sent))
                    await _more(store, before)
                    await eventually(_has(box, sent), what="the receipt after all")
                assert counters.retries
    assert await rows(database, NUMBERS) == [(seq,) for seq in range(sent + 1)]
    assert await rows(database, "SELECT 1 FROM key_conflict") == []


def _has(box: Box, sent: int) -> Callable[[], bool]:
    return lambda: box.contiguous() == sent


async def _more(proxy: Proxy, than: int) -> None:
    await eventually(lambda: proxy.swallowed > than, what="an answer to be lost")


async def test_f11_f22_lost_puback_and_single_bytes_make_one_row(
    database: Database, mosquitto: MosquittoBroker
) -> None:
    """A box behind a line that drops the broker's answer, and ingest behind one that is slow."""
    await register(database, NAME)
    with a_proxy(mosquitto.port) as line, a_proxy(mosquitto.port) as slow:
        slow.to_client.one_by_one = slow.to_server.one_by_one = True
        async with running_ingest(database, f"mqtt://127.0.0.1:{slow.port}") as counters:
            with a_box(f"mqtt://127.0.0.1:{line.port}", NAME) as box:
                box.send(a_reading(0))
                line.swallow_answer_to(b'"seq":1')
                box.send(a_reading(1))
                await eventually(lambda: counters.repeated, what="the same message again")
                await eventually(lambda: box.contiguous() == 1, what="the receipt")
    assert line.swallowed == 1
    assert await rows(database, NUMBERS) == [(0,), (1,)]
    assert await rows(database, "SELECT 1 FROM key_conflict") == []


async def test_f09_an_hour_without_the_broker_is_caught_up_in_full(
    database: Database, mosquitto: MosquittoBroker
) -> None:
    await register(database, NAME)
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    with a_proxy(mosquitto.port) as line:
        async with running_ingest(database, mosquitto.url):
            with a_box(f"mqtt://127.0.0.1:{line.port}", NAME) as box:
                box.send(a_reading(0, t=an_hour_ago))
                await eventually(lambda: box.contiguous() == 0, what="the first receipt")
                line.set_hole(True)
                # As boxes do: all that has no receipt, in order, and once more when they are back.
                hour = [a_reading(n, t=an_hour_ago + timedelta(minutes=n)) for n in range(1, 60)]
                for reading in hour[:10]:
                    box.hand_over(reading)
                line.cut()
                line.set_hole(False)
                for reading in hour:
                    box.hand_over(reading)
                await eventually(lambda: box.contiguous() == 59, what="the hour")
    assert len(await rows(database, "SELECT DISTINCT seq, device_at FROM reading")) == 60


async def test_f24_crowd_of_connections_does_not_stop_those_that_are_there(
    database: Database, mosquitto: MosquittoBroker
) -> None:
    await register(database, NAME)
    async with running_ingest(database, mosquitto.url):
        with a_box(mosquitto.url, NAME) as box:
            crowd = [socket.create_connection(("127.0.0.1", mosquitto.port)) for _ in range(500)]
            try:
                box.send(a_reading(0))
                await eventually(lambda: box.contiguous() == 0, what="the receipt in the crowd")
            finally:
                for one in crowd:
                    one.close()
