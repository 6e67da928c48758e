"""From a reading that is stored to the stored verdict that includes it, with a thousand boxes."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import psycopg

from benchmarks.benchmark import Benchmark
from benchmarks.fleet import Publisher, box_ids
from benchmarks.many import add_shipments
from benchmarks.system import System, running_system

BATCH = 10
ROUND = timedelta(seconds=BATCH)
"""A batch of readings a second apart."""

BOXES = 1_000
RATE = 1_000
MEASURED_S = 20
WATCHED = 100
MANY_BOXES = 5_000
OFFERED = 8_000
ROUNDS = 4
QUIET_BOXES = 200
QUIET_RATE = 200
BACKFILLED = 8_640
_LIMIT_S = 90.0


def verdict_p99() -> float:
    """Milliseconds from reading stored to verdict stored, for 99 of 100 batches.

    1,000 readings a second from 1,000 boxes, ten in a message, made before they are sent; broker,
    database, ingest and alerts share the machine. A tenth of the boxes is looked at each 10 ms.
    """
    with _loaded(BOXES) as system:
        return _p99(_waits(system, BOXES, RATE, MEASURED_S))


def sustained_rate() -> float:
    """Readings a second that are stored and judged, when 8,000 a second are offered.

    5,000 boxes, each sends ten readings four times; from the first message to the last verdict.
    """
    with _loaded(MANY_BOXES) as system:
        base = datetime.now(UTC) - ROUNDS * ROUND
        messages = _messages(MANY_BOXES, ROUNDS, base)
        publisher = Publisher(system.mqtt_port)
        began = time.monotonic()
        _send(publisher, messages, OFFERED / BATCH)
        with psycopg.connect(system.database_url, autocommit=True) as connection:
            last = base + (ROUNDS - 1) * ROUND + timedelta(seconds=BATCH - 1)
            _until(connection, _DONE, (ROUNDS * BATCH, last), MANY_BOXES)
        took = time.monotonic() - began
        publisher.close()
    return len(messages) * BATCH / took


def backfill_neighbours() -> float:
    """How much longer the others wait while one box backfills a day, a reading each ten seconds.

    Their first verdicts are not measured.
    """
    with _loaded(QUIET_BOXES) as system:
        _waits(system, QUIET_BOXES - 1, QUIET_RATE, MEASURED_S // 2, boot="f0f0f0f0")
        quiet = _p99(_waits(system, QUIET_BOXES - 1, QUIET_RATE, MEASURED_S))
        stop = threading.Event()
        backfill = threading.Thread(target=_backfill, args=(system, stop))
        backfill.start()
        try:
            busy = _p99(_waits(system, QUIET_BOXES - 1, QUIET_RATE, MEASURED_S, boot="c0c0c0c0"))
        finally:
            stop.set()
            backfill.join()
    return busy / quiet


@contextmanager
def _loaded(boxes: int) -> Iterator[System]:
    with running_system() as system:
        begin = datetime.now(UTC) - timedelta(hours=30)
        with psycopg.connect(system.database_url) as connection:
            add_shipments(connection, boxes, begin)
        for service in ("ingest", "alerts"):
            system.start(service)
        _warm_up(system)
        yield system


def _warm_up(system: System) -> None:
    """Until a first reading has its verdict: the start of the services is not measured.

    The broker keeps nothing for an ingest that has never been there, so it is sent again.
    """
    publisher, box_id = Publisher(system.mqtt_port), box_ids(1)[0]
    begin, end = datetime.now(UTC) - timedelta(hours=1), time.monotonic() + _LIMIT_S
    with psycopg.connect(system.database_url, autocommit=True) as connection:
        while connection.execute("SELECT 1 FROM assessment_state").fetchone() is None:
            if time.monotonic() > end:
                raise TimeoutError("no verdict was reached")
            publisher.send(box_id, _batch("a0a0a0a0", 0, begin))
            time.sleep(0.5)
    publisher.close()


def _messages(
    boxes: int, rounds: int, base: datetime, boot: str = "b0b0b0b0"
) -> list[tuple[str, bytes]]:
    """Every box in turn, `rounds` times, ten seconds of readings each time from `base` on."""
    names = box_ids(boxes)
    return [
        (box_id, _batch(boot, number * BATCH, base + number * ROUND))
        for number in range(rounds)
        for box_id in names
    ]


def _batch(boot: str, first: int, begin: datetime, step_s: float = 1.0) -> bytes:
    readings = [
        {"seq": first + n, "t": (begin + timedelta(seconds=step_s * n)).isoformat(),
         "temp_c": round(5.0 + (first + n) % 7 / 100, 2)}
        for n in range(BATCH)
    ]  # fmt: skip
    return json.dumps({"v": 1, "boot": boot, "readings": readings}).encode()


def _send(publisher: Publisher, messages: list[tuple[str, bytes]], per_s: float) -> None:
    began = time.monotonic()
    for number, (box_id, payload) in enumerate(messages):
        ahead = began + number / per_s - time.monotonic()
        if ahead > 0.002:
            time.sleep(ahead)
        publisher.send(box_id, payload)


_STORED_AND_JUDGED = """
SELECT box.box_no, upper(w.stored), s.evaluated_through
FROM box JOIN watermark AS w USING (box_no)
LEFT JOIN assessment_state AS s ON s.payload_id = md5('p' || box.box_id)::uuid
WHERE box.box_no = ANY(%s) AND w.boot = %s
"""

Found = tuple[int, int, datetime | None]


def _waits(
    system: System, boxes: int, rate: int, seconds: int, boot: str = "b0b0b0b0"
) -> list[float]:
    """Milliseconds that each batch of the watched boxes waited for its verdict."""
    rounds = max(1, rate * seconds // (boxes * BATCH))
    base = datetime.now(UTC) - rounds * ROUND
    messages = _messages(boxes, rounds, base, boot)
    publisher = Publisher(system.mqtt_port)
    sender = threading.Thread(target=_send, args=(publisher, messages, rate / BATCH))
    with psycopg.connect(system.database_url, autocommit=True) as connection:
        found = connection.execute("SELECT box_no FROM box ORDER BY box_no LIMIT %s", (boxes,))
        watched = [row[0] for row in found][:: max(1, boxes // WATCHED)]
        sender.start()
        waits = _watch(connection, (watched, boot), rounds, base)
    sender.join()
    publisher.close()
    return waits


def _watch(
    connection: "psycopg.Connection[Found]",
    asked: tuple[list[int], str],
    rounds: int,
    base: datetime,
) -> list[float]:
    """Note when each batch is seen stored, and when a verdict is seen that has taken it in."""
    stored: dict[tuple[int, int], float] = {}
    waits: dict[tuple[int, int], float] = {}
    end, wanted = time.monotonic() + _LIMIT_S, len(asked[0]) * rounds
    while len(waits) < wanted:
        now = time.monotonic()
        if now > end:
            raise TimeoutError(f"{len(waits)} of {wanted} batches were judged")
        for box_no, upper, through in connection.execute(_STORED_AND_JUDGED, asked).fetchall():
            for number in range(min(rounds, upper // BATCH)):
                key = (box_no, number)
                stored.setdefault(key, now)
                last = base + number * ROUND + timedelta(seconds=BATCH - 1)
                if key not in waits and through is not None and through >= last:
                    waits[key] = (now - stored[key]) * 1000
        time.sleep(0.01)
    return list(waits.values())


def _p99(waits_ms: list[float]) -> float:
    return sorted(waits_ms)[int(len(waits_ms) * 0.99)]


_DONE = """
SELECT count(*) FROM watermark AS w JOIN box USING (box_no)
JOIN assessment_state AS s ON s.payload_id = md5('p' || box.box_id)::uuid
WHERE w.boot = 'b0b0b0b0' AND upper(w.stored) = %s AND s.evaluated_through >= %s
"""


def _until(
    connection: "psycopg.Connection[tuple[int]]",
    statement: LiteralString,
    values: tuple[object, ...],
    wanted: int,
) -> None:
    end = time.monotonic() + _LIMIT_S
    while (row := connection.execute(statement, values).fetchone()) != (wanted,):
        if time.monotonic() > end:
            raise TimeoutError(f"{row} of {wanted} after {_LIMIT_S:.0f} s")
        time.sleep(0.2)


def _backfill(system: System, stop: threading.Event) -> None:
    """A day of the last box, in order of the log, as fast as the broker takes it."""
    publisher, box_id = Publisher(system.mqtt_port), box_ids(QUIET_BOXES)[-1]
    begin = datetime.now(UTC) - timedelta(days=1)
    publisher.send(box_id, _batch("e0e0e0e0", 0, datetime.now(UTC)))
    for first in range(0, BACKFILLED, BATCH):
        if stop.is_set():
            break
        at = begin + timedelta(seconds=10 * first)
        publisher.send(box_id, _batch("d0d0d0d0", first, at, step_s=10.0))
        time.sleep(0.015)
    publisher.close()


BENCHMARKS = [
    Benchmark(
        id="viability.verdict_p99", unit="ms", better="lower", bar=300, aim=60, measure=verdict_p99
    ),
    Benchmark(
        id="viability.sustained_rate",
        unit="readings/s",
        better="higher",
        bar=5_000,
        aim=8_000,
        measure=sustained_rate,
    ),
    Benchmark(
        id="viability.backfill_neighbours",
        unit="ratio",
        better="lower",
        bar=1.5,
        aim=1.1,
        measure=backfill_neighbours,
    ),
]
