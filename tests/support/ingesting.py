"""Ingest run for a test, and a box that speaks to it over a real broker."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import SecretStr
from sqlalchemy import insert, make_url, text

from services.core.domain.identifiers import BoxId, shard_of
from services.core.runtime.clock import Clock, SystemClock
from services.core.runtime.settings import IngestSettings, MqttSettings
from services.core.runtime.written import parse_mqtt_url
from services.core.storage.database import Database
from services.core.storage.schema import box
from services.core.wire.mapping.rules import MappingRules
from services.core.wire.payload import Receipt, TelemetryReading, decode_receipt, encode_telemetry
from services.core.wire.topics import receipt_topic, telemetry_topic
from services.ingest.counters import Counters
from services.ingest.service import Ingest

BOOT = "9f3c21aa"
REGISTERED = timedelta(days=2)


async def register(database: Database, *names: str) -> dict[str, int]:
    """Make boxes known; their numbers by name."""
    now = datetime.now(UTC)
    rows = [
        {"box_id": name, "shard": shard_of(BoxId(name)), "registered_at": now - REGISTERED}
        for name in names
    ]
    async with database.unit_of_work() as uow:
        await uow.execute(insert(box), rows)
        found = await uow.execute(text("SELECT box_id, box_no FROM box"))
        return {row.box_id: row.box_no for row in found}


def a_reading(seq: int = 0, **changes: Any) -> TelemetryReading:
    """A reading taken now, in range."""
    values: dict[str, Any] = {"t": datetime.now(UTC), "temp_c": 4.5, "clock": "synced"}
    return TelemetryReading(seq=seq, **{**values, **changes})


async def rows(database: Database, query: str, **parameters: Any) -> list[Any]:
    """What a query finds now."""
    async with database.unit_of_work() as uow:
        return list((await uow.execute(text(query), parameters)).all())


async def eventually(check: Callable[[], Any], *, seconds: float = 15, what: str = "") -> Any:
    """Call an async or plain check until it is true, and give what it said."""
    ends = time.monotonic() + seconds
    while True:
        result = check()
        result = await result if asyncio.iscoroutine(result) else result
        if result:
            return result
        if time.monotonic() > ends:
            raise TimeoutError(f"waited {seconds} s in vain for {what or check}")
        await asyncio.sleep(0.05)


class Box:
    """An ordinary MQTT client in the place of a box."""

    def __init__(self, broker_url: str, name: str):
        self.name = BoxId(name)
        self.receipts: list[Receipt] = []
        self.others: list[tuple[str, bytes]] = []
        self._listens = Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=f"test-{name}")
        self._client.on_message = self._arrived
        ours = receipt_topic(self.name).rpartition("/")[0]
        topics = [(f"{ours}/receipt", 1), (f"{ours}/command", 1)]
        self._client.on_connect = lambda client, *_: client.subscribe(topics)
        self._client.on_subscribe = lambda *_: self._listens.set()
        address = parse_mqtt_url(broker_url)
        self._client.connect(address.host, address.port)
        self._client.loop_start()
        assert self._listens.wait(60)

    def publish(
        self, payload: bytes, topic: str | None = None, *, qos: int = 1, retain: bool = False
    ) -> None:
        """Publish, and wait for the broker to have it."""
        where = topic or telemetry_topic(self.name)
        sent = self._client.publish(where, payload, qos=qos, retain=retain)
        sent.wait_for_publish(60)
        assert sent.is_published()

    def hand_over(self, *readings: TelemetryReading, boot: str = BOOT) -> None:
        """Publish readings as one message, and wait for nothing."""
        self._client.publish(telemetry_topic(self.name), encode_telemetry(boot, readings), qos=1)

    def send(self, *readings: TelemetryReading, boot: str = BOOT, **how: Any) -> None:
        """Publish readings as one message."""
        self.publish(encode_telemetry(boot, readings), **how)

    def contiguous(self, boot: str = BOOT) -> int:
        """How far the last receipt goes; −1 when there is none."""
        known = [one for receipt in self.receipts[-1:] for one in receipt.boots]
        return next((one.contiguous for one in known if one.boot == boot), -1)

    def close(self) -> None:
        """Go."""
        self._client.disconnect()
        self._client.loop_stop()
        self._client.on_message = self._client.on_connect = self._client.on_subscribe = None
        del self._client

    def _arrived(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        payload = bytes(message.payload)
        if message.topic == receipt_topic(self.name):
            self.receipts.append(decode_receipt(payload))
        else:
            self.others.append((message.topic, payload))


@contextmanager
def a_box(broker_url: str, name: str) -> Iterator[Box]:
    """A box that is connected until the block ends."""
    made = Box(broker_url, name)
    try:
        yield made
    finally:
        made.close()


@asynccontextmanager
async def running_ingest(
    database: Database,
    broker_url: str = "",
    mapping: MappingRules | None = None,
    *,
    mqtt: MqttSettings | None = None,
    settings: IngestSettings | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Counters]:
    """Ingest in this process, connected to the broker."""
    counters = Counters()
    ingest = Ingest(
        database=database,
        clock=clock or SystemClock(),
        mqtt=mqtt or MqttSettings(mqtt_url=SecretStr(broker_url)),
        settings=settings or IngestSettings(),
        counters=counters,
        mapping=mapping or MappingRules(),
    )
    task = asyncio.create_task(ingest.run())
    try:
        await eventually(lambda: counters.subscriptions or task.done(), what="ingest to subscribe")
        yield counters
    finally:
        task.cancel()
        await asyncio.wait([task])


def through(database_url: str, port: int) -> str:
    """The same database, reached by another port of this machine."""
    return make_url(database_url).set(port=port).render_as_string(hide_password=False)


def start_ingest(
    database_url: str, broker_url: str, log: str, **settings: str
) -> "subprocess.Popen[bytes]":
    """Ingest as a process of its own, for tests that kill it; settings without their prefix."""
    environment = {
        **os.environ,
        "COLDLANE_DATABASE_URL": database_url,
        "COLDLANE_MQTT_URL": broker_url,
        **{f"COLDLANE_{name}": value for name, value in settings.items()},
    }
    with open(log, "ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "services.ingest"], env=environment, stderr=output
        )


def kill(process: "subprocess.Popen[bytes]", number: signal.Signals = signal.SIGKILL) -> int:
    """End it, and give what it ended with."""
    process.send_signal(number)
    return process.wait(60)


@contextmanager
def ended(*processes: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Kill what is left of them, whatever happened."""
    try:
        yield
    finally:
        for process in processes:
            if process.poll() is None:
                kill(process)


async def first_contact(box: Box) -> None:
    """Send again until there is a receipt, as boxes do: nobody may have subscribed yet."""
    reading = a_reading(0)

    async def is_received() -> bool:
        box.send(reading)
        await asyncio.sleep(0.3)
        return box.contiguous() == 0

    await eventually(is_received, seconds=30, what="the first receipt")


def batches(readings: Sequence[TelemetryReading], size: int) -> Iterator[list[TelemetryReading]]:
    """The readings in groups of so many."""
    for start in range(0, len(readings), size):
        yield list(readings[start : start + size])
