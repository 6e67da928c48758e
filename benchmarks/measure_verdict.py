"""From a reading that is stored to the stored verdict that includes it, with a thousand boxes."""

import time
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import psycopg

from benchmarks.benchmark import Benchmark
from benchmarks.fleet import Publisher, box_ids
from benchmarks.verdicts import (
    BATCH,
    LIMIT_S,
    ROUND,
    loaded,
    p99,
    rounds_of,
    send,
    waits_of,
)

BOXES = 1_000
RATE = 1_000
MANY_BOXES = 5_000
OFFERED = 8_000
ROUNDS = 4


def verdict_p99() -> float:
    """Milliseconds from reading stored to verdict stored, for 99 of 100 batches.

    1,000 readings a second from 1,000 boxes, ten in a message, made before they are sent; broker,
    database, ingest and alerts share the machine. A tenth of the boxes is looked at each 10 ms.
    """
    with loaded(BOXES) as system:
        return p99(waits_of(system, box_ids(BOXES), RATE))


def sustained_rate() -> float:
    """Readings a second that are stored and judged, when 8,000 a second are offered.

    5,000 boxes, each sends ten readings four times; from the first message to the last verdict.
    """
    with loaded(MANY_BOXES) as system:
        base = datetime.now(UTC) - ROUNDS * ROUND
        messages = rounds_of(box_ids(MANY_BOXES), ROUNDS, base)
        publisher = Publisher(system.mqtt_port)
        began = time.monotonic()
        send(publisher, messages, OFFERED / BATCH)
        with psycopg.connect(system.database_url, autocommit=True) as connection:
            last = base + (ROUNDS - 1) * ROUND + timedelta(seconds=BATCH - 1)
            _until(connection, _DONE, (ROUNDS * BATCH, last), MANY_BOXES)
        took = time.monotonic() - began
        publisher.close()
    return len(messages) * BATCH / took


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
    end = time.monotonic() + LIMIT_S
    while (row := connection.execute(statement, values).fetchone()) != (wanted,):
        if time.monotonic() > end:
            raise TimeoutError(f"{row} of {wanted} after {LIMIT_S:.0f} s")
        time.sleep(0.2)


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
]
