"""What may happen inside ingest: killed between two steps, an error in a callback."""

import asyncio
import signal
from datetime import datetime
from pathlib import Path

import psycopg

from services.core.runtime.clock import SystemClock
from services.core.runtime.written import parse_mqtt_url
from services.core.storage.database import Database
from services.ingest.counters import Counters
from services.ingest.inbox import Inbox
from services.ingest.subscriber import MqttSubscriber
from tests.support.brokers import MosquittoBroker
from tests.support.ingesting import (
    a_box,
    a_reading,
    ended,
    eventually,
    first_contact,
    kill,
    register,
    rows,
    running_ingest,
    start_ingest,
)
from tests.support.proxy import a_proxy
from tests.support.servers import PostgresServer

NAME = "CB-0007"
NUMBERS = "SELECT seq FROM reading ORDER BY seq"
WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"


async def test_f02_f03_killed_between_commit_and_ack_or_before_the_commit(
    database: Database,
    database_url: str,
    postgres_server: PostgresServer,
    mosquitto: MosquittoBroker,
    tmp_path: Path,
) -> None:
    await register(database, NAME)
    with a_proxy(mosquitto.port) as way, a_box(mosquitto.url, NAME) as box:
        url = f"mqtt://127.0.0.1:{way.port}"
        process = start_ingest(database_url, url, str(tmp_path / "ingest.log"))
        with ended(process):
            await first_contact(box)
            way.to_server.is_open = False
            box.send(a_reading(1))
            await eventually(lambda: rows(database, NUMBERS + " OFFSET 1"), what="the commit")
            name = database_url.rpartition("/")[2]
            with psycopg.connect(postgres_server.admin_url(name)) as admin:
                admin.execute("LOCK TABLE watermark IN EXCLUSIVE MODE")
                box.send(a_reading(2))
                await eventually(
                    lambda: admin.execute(WAITING, (name,)).fetchone(), what="the writer to wait"
                )
                kill(process, signal.SIGKILL)
        assert await rows(database, NUMBERS) == [(0,), (1,)]
        async with running_ingest(database, mosquitto.url) as counters:
            await eventually(lambda: box.contiguous() == 2, seconds=30, what="the receipt")
            assert counters.repeated >= 1, "the commit without its acknowledgement comes again"
    assert await rows(database, NUMBERS) == [(0,), (1,), (2,)]
    assert await rows(database, "SELECT 1 FROM key_conflict") == []


async def test_f13_poison_at_the_head_is_kept_and_the_queue_goes_on(
    database: Database, mosquitto: MosquittoBroker
) -> None:
    await register(database, NAME)
    with a_box(mosquitto.url, NAME) as box:
        async with running_ingest(database, mosquitto.url):
            box.send(a_reading(0))
            await eventually(lambda: box.contiguous() == 0, what="the receipt")
        box.publish(b"\x00poison")
        box.publish(b'{"v":1,"boot":"9f3c21aa","readings":[{"seq":-1}]}')
        box.send(a_reading(1))
        async with running_ingest(database, mosquitto.url):
            await eventually(lambda: box.contiguous() == 1, what="the reading behind it")
        async with running_ingest(database, mosquitto.url) as counters:
            box.send(a_reading(2))
            await eventually(lambda: box.contiguous() == 2, what="the next one")
            assert counters.messages == 1, "the poison came again"
    assert await rows(database, "SELECT count(*) FROM rejected_message") == [(2,)]


class _StumblingClock(SystemClock):
    """Fails when it is asked for the time so many times from now."""

    stumbles_in = 0

    def now(self) -> datetime:
        self.stumbles_in -= 1
        if self.stumbles_in == 0:
            raise RuntimeError("the clock stumbles")
        return super().now()


async def test_f14_error_in_a_callback_costs_a_connection_and_no_message(
    mosquitto: MosquittoBroker,
) -> None:
    counters, clock = Counters(), _StumblingClock()
    inbox = Inbox(asyncio.get_running_loop())
    address = parse_mqtt_url(mosquitto.url)
    subscriber = MqttSubscriber(address, "test-ingest", inbox, clock, counters)
    subscriber.start(None, expects_session=False, on_session_lost=lambda: None)
    try:
        await eventually(lambda: counters.subscriptions, what="the subscription")
        with a_box(mosquitto.url, NAME) as box:
            clock.stumbles_in = 1
            box.send(a_reading(0))
            box.send(a_reading(1))
            await eventually(lambda: len(inbox) >= 2, what="both messages")
        assert counters.callback_errors == 1
        assert counters.connections == 2
    finally:
        subscriber.stop()


async def test_f15_error_on_connecting_does_not_end_the_thread(
    mosquitto: MosquittoBroker,
) -> None:
    counters, clock = Counters(), _StumblingClock()
    inbox = Inbox(asyncio.get_running_loop())
    address = parse_mqtt_url(mosquitto.url)
    subscriber = MqttSubscriber(address, "test-ingest", inbox, clock, counters)
    # It asks once when it starts, and again when it is connected.
    clock.stumbles_in = 2
    subscriber.start(None, expects_session=True, on_session_lost=lambda: None)
    try:
        await eventually(lambda: counters.callback_errors, what="the error")
        await eventually(lambda: counters.connections == 2, what="the second connection")
        await eventually(lambda: counters.subscriptions, what="the subscription")
        with a_box(mosquitto.url, NAME) as box:
            box.send(a_reading(0))
            await eventually(lambda: len(inbox) == 1, what="the message")
    finally:
        subscriber.stop()
