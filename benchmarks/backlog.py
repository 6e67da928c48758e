"""A backlog that waits at the broker for ingest, and how fast ingest takes it in."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import psycopg
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.fleet import Publisher
from benchmarks.system import System
from services.core.domain.identifiers import BoxId, shard_of
from services.core.wire.topics import uplink_filters

ACKS_AT_ONCE = 500
IN_FIRST_BATCH = 1000
LIMIT_S = 300.0
_BEGAN = datetime.now(UTC) - timedelta(hours=6)

Message = tuple[str, bytes]
"""Box and payload."""


def single(boot: str, seq: int) -> bytes:
    """One reading as a box sends it."""
    return f'{{"v":1,"boot":"{boot}",{_fields(seq)}}}'.encode()


def batch(boot: str, first: int, size: int) -> bytes:
    """So many readings in one message."""
    readings = ",".join(f"{{{_fields(seq)}}}" for seq in range(first, first + size))
    return f'{{"v":1,"boot":"{boot}","readings":[{readings}]}}'.encode()


def _fields(seq: int) -> str:
    at = (_BEGAN + timedelta(seconds=seq)).isoformat(timespec="milliseconds")
    return (
        f'"seq":{seq},"t":"{at}","mono_ms":{1000 * seq},"temp_c":4.8,"probe":"SN-1","lat":31.14,'
        '"lon":121.8,"acc_m":12,"battery_pct":87,"lid_open":false'
    )


def register(system: System, boxes: Iterable[str]) -> None:
    """Make the boxes known, without the API: there may be ten thousand of them."""
    made = datetime.now(UTC) - timedelta(days=1)
    with psycopg.connect(system.database_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO box (box_id, shard, registered_at) VALUES (%s, %s, %s)",
            [(name, shard_of(BoxId(name)), made) for name in boxes],
        )


def publish(system: System, messages: Iterable[Message]) -> int:
    """Hand messages to the broker; returns how many."""
    publisher = Publisher(system.mqtt_port)
    count = 0
    for count, (box, payload) in enumerate(messages, 1):
        publisher.send(box, payload)
        if count % 5000 == 0:
            publisher.wait(LIMIT_S)
    publisher.wait(LIMIT_S)
    publisher.close()
    return count


@dataclass(slots=True, kw_only=True)
class Progress:
    """What ingest has committed, read from the watermarks: a few rows, whatever is stored."""

    connection: "psycopg.Connection[tuple[int]]"

    def stored(self) -> int:
        """How many readings are stored."""
        row = self.connection.execute(
            "SELECT coalesce(sum(upper(part) - lower(part)), 0)::bigint"
            " FROM watermark, unnest(stored) AS part"
        ).fetchone()
        return row[0] if row else 0

    def until(self, target: int, pause_s: float = 0.01) -> int:
        """Wait until so many are stored."""
        ends = time.monotonic() + LIMIT_S
        while (now := self.stored()) < target:
            if time.monotonic() > ends:
                raise TimeoutError(f"{now} of {target} stored after {LIMIT_S:.0f} s")
            time.sleep(pause_s)
        return now


@contextmanager
def progress(system: System) -> Iterator[Progress]:
    """A connection beside the services."""
    with psycopg.connect(system.database_url, autocommit=True) as connection:
        yield Progress(connection=connection)


def make_session(system: System, box: str) -> None:
    """Let ingest subscribe once, so that the broker keeps what comes while it is away."""
    system.start("ingest")
    with progress(system) as seen:
        for seq in range(200):
            publish(system, [(box, single("f00df00d", seq))])
            if seen.stored():
                break
            time.sleep(0.2)
    system.stop("ingest")


def between(messages: list[Message], box: str, boot: str) -> list[Message]:
    """The messages between two that are new, so that the time of both ends can be seen."""
    return [(box, single(boot, 0)), *messages, (box, single(boot, 1))]


def drain(system: System, readings: int, in_message: int = 1, *, fresh: bool = True) -> float:
    """Readings a second while ingest takes in what was published by `between`.

    From the first transaction to the last; what may have been in the first is not counted.
    """
    with progress(system) as seen:
        before = seen.stored()
        system.start("ingest")
        seen.until(before + 1, pause_s=0.003)
        began = time.monotonic()
        seen.until(before + 2 + readings * fresh, pause_s=0.005)
        seconds = time.monotonic() - began
    system.stop("ingest")
    return (readings - IN_FIRST_BATCH * in_message) / seconds


class Bare:
    """A consumer that only acknowledges, in runs from its callback: the client library's limit."""

    def __init__(self, system: System):
        self._system = system
        self._mids: list[int] = []
        self._count = self._wanted = 0
        self._began = self._ended = 0.0
        self._done = Event()

    def subscribe(self) -> None:
        """Make the session, so that messages wait in it."""
        self._run(wanted=0)

    def drain(self, messages: int) -> float:
        """Messages a second, from the first to the last."""
        self._run(wanted=messages)
        return (messages - 1) / (self._ended - self._began)

    def _run(self, wanted: int) -> None:
        self._count, self._wanted, self._began = 0, wanted, 0.0
        self._done.clear()
        subscribed = Event()
        client = Client(
            CallbackAPIVersion.VERSION2, client_id="bare", clean_session=False, manual_ack=True
        )
        client.on_message = self._arrived
        client.on_subscribe = lambda *_: subscribed.set()
        client.connect("127.0.0.1", self._system.mqtt_port)
        client.subscribe([(one, 1) for one in uplink_filters(None)])
        client.loop_start()
        if not subscribed.wait(10) or (wanted and not self._done.wait(LIMIT_S)):
            raise TimeoutError(f"{self._count} of {wanted}")
        client.disconnect()
        client.loop_stop()

    def _arrived(self, client: Client, _userdata: Any, message: MQTTMessage) -> None:
        self._began = self._began or time.monotonic()
        self._count += 1
        self._mids.append(message.mid)
        if len(self._mids) == ACKS_AT_ONCE or self._count == self._wanted:
            for mid in self._mids:
                client.ack(mid, 1)
            self._mids.clear()
        if self._count == self._wanted:
            self._ended = time.monotonic()
            self._done.set()
