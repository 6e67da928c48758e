"""Boxes that send and payloads that are judged: what the measurements of verdicts share."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg

from benchmarks.fleet import Publisher, box_ids
from benchmarks.many import add_shipments
from benchmarks.system import System, running_system

BATCH = 10
ROUND = timedelta(seconds=BATCH)
"""A batch of readings a second apart."""

MEASURED_S = 20
LIMIT_S = 90.0
BOOT = "b0b0b0b0"
_WATCHED = 100


@contextmanager
def loaded(boxes: int) -> Iterator[System]:
    """So many boxes with a fresh payload each, in a system that has judged one."""
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
    begin, end = datetime.now(UTC) - timedelta(hours=1), time.monotonic() + LIMIT_S
    with psycopg.connect(system.database_url, autocommit=True) as connection:
        while connection.execute("SELECT 1 FROM assessment_state").fetchone() is None:
            if time.monotonic() > end:
                raise TimeoutError("no verdict was reached")
            publisher.send(box_id, batch("a0a0a0a0", 0, begin))
            time.sleep(0.5)
    publisher.close()


def rounds_of(
    names: Sequence[str], rounds: int, base: datetime, boot: str = BOOT
) -> list[tuple[str, bytes]]:
    """Every box in turn, `rounds` times, ten seconds of readings each time from `base` on."""
    return [
        (box_id, batch(boot, number * BATCH, base + number * ROUND))
        for number in range(rounds)
        for box_id in names
    ]


def batch(boot: str, first: int, begin: datetime, step_s: float = 1.0) -> bytes:
    """Ten readings as a box sends them."""
    readings = [
        {"seq": first + n, "t": (begin + timedelta(seconds=step_s * n)).isoformat(),
         "temp_c": round(5.0 + (first + n) % 7 / 100, 2)}
        for n in range(BATCH)
    ]  # fmt: skip
    return json.dumps({"v": 1, "boot": boot, "readings": readings}).encode()


def send(publisher: Publisher, messages: list[tuple[str, bytes]], per_s: float) -> None:
    """Publish them evenly, so many a second."""
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


def waits_of(system: System, names: Sequence[str], rate: int, boot: str = BOOT) -> list[float]:
    """Milliseconds that each batch of the watched boxes waited for its verdict."""
    rounds = max(1, rate * MEASURED_S // (len(names) * BATCH))
    base = datetime.now(UTC) - rounds * ROUND
    messages = rounds_of(names, rounds, base, boot)
    publisher = Publisher(system.mqtt_port)
    sender = threading.Thread(target=send, args=(publisher, messages, rate / BATCH))
    watched = list(names)[:: max(1, len(names) // _WATCHED)]
    with psycopg.connect(system.database_url, autocommit=True) as connection:
        rows = connection.execute("SELECT box_no FROM box WHERE box_id = ANY(%s)", (watched,))
        numbers = [row[0] for row in rows]
        sender.start()
        waits = _watch(connection, (numbers, boot), rounds, base)
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
    end, wanted = time.monotonic() + LIMIT_S, len(asked[0]) * rounds
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


def p99(waits_ms: Sequence[float]) -> float:
    """What 99 of 100 do not exceed."""
    return sorted(waits_ms)[int(len(waits_ms) * 0.99)]
