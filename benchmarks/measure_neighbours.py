"""How much longer the others wait for their verdicts while one box is a burden."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import psycopg

from benchmarks.benchmark import Benchmark
from benchmarks.fleet import Publisher, box_ids
from benchmarks.system import System
from benchmarks.verdicts import BATCH, LIMIT_S, batch, loaded, p99, waits_of

BOXES = 200
RATE = 200
PAIRS = 4
BACKFILLED = 8_640
REPEATED = 1_440
_PAUSE_S = 0.015

Burden = Callable[[System, str], AbstractContextManager[None]]


def backfill_neighbours() -> float:
    """Verdict p99 of the others while one box backfills a day, against the same in quiet.

    Four pairs of a quiet and a busy phase of 20 s, one after the other; in each another box
    backfills, a reading each ten seconds of the day, and the others are the rest. Their waits are
    pooled: the p99 of one phase rests on the four slowest of 398 batches, and swung between 1.1
    and 2.5 from run to run. Four is the least number of pairs that gives 1,200 waits of a kind.
    In pairs, because a machine's load drifts. The backfill is judged to its end before the next
    phase, or that would be less quiet than it claims. First verdicts are not measured.
    """
    return _beside(_backfilling)


def conflict_neighbours() -> float:
    """The same while one box sends the day that is stored of it again, with other content.

    Over and over, each time another: 667 conflicts a second are kept, of 1,440 readings.
    """
    return _beside(_contradicting, first=_log_of_a_day)


def _beside(burden: Burden, first: Callable[[System, str], None] | None = None) -> float:
    names, quiet, busy = box_ids(BOXES), list[float](), list[float]()
    with loaded(BOXES) as system:
        waits_of(system, names, RATE, boot="f0f0f0f0")
        for pair, box_id in enumerate(names[:: BOXES // PAIRS]):
            others = [name for name in names if name != box_id]
            if first is not None:
                first(system, box_id)
            quiet += waits_of(system, others, RATE, boot=f"b0b0b00{pair}")
            with burden(system, box_id):
                busy += waits_of(system, others, RATE, boot=f"c0c0c00{pair}")
    return p99(busy) / p99(quiet)


@contextmanager
def _backfilling(system: System, box_id: str) -> Iterator[None]:
    """Beside the block a whole day of the box, which is judged when this returns."""
    backfill = threading.Thread(target=_backfill, args=(system, box_id, BACKFILLED, _PAUSE_S))
    backfill.start()
    try:
        yield
    finally:
        backfill.join()
    _until(system, _IS_JUDGED, (BACKFILLED, box_id))


def _log_of_a_day(system: System, box_id: str) -> None:
    """It is stored and judged when this returns."""
    _backfill(system, box_id, REPEATED, 0.0)
    _until(system, _IS_JUDGED, (REPEATED, box_id))


def _backfill(system: System, box_id: str, readings: int, pause_s: float) -> None:
    """In order of the log, about as fast as one box's radio brings it."""
    publisher, begin = Publisher(system.mqtt_port), datetime.now(UTC) - timedelta(days=1)
    publisher.send(box_id, batch("e0e0e0e0", 0, datetime.now(UTC)))
    for first in range(0, readings, BATCH):
        at = begin + timedelta(days=first / readings)
        publisher.send(box_id, batch("d0d0d0d0", first, at, step_s=86_400 / readings))
        time.sleep(pause_s)
    publisher.wait(LIMIT_S)
    publisher.close()


@contextmanager
def _contradicting(system: System, box_id: str) -> Iterator[None]:
    """Beside the block the box's log again, never the same; all is settled when this returns."""
    over, sent = threading.Event(), list[int]()
    flood = threading.Thread(target=_contradict, args=(system, box_id, over, sent))
    flood.start()
    try:
        yield
    finally:
        over.set()
        flood.join()
    _until(system, _IS_SETTLED, (sum(sent), box_id))


def _contradict(system: System, box_id: str, over: threading.Event, sent: list[int]) -> None:
    publisher, begin = Publisher(system.mqtt_port), datetime.now(UTC) - timedelta(days=1)
    while not over.is_set():
        first = len(sent) * BATCH
        at = begin + timedelta(days=first % REPEATED / REPEATED)
        said = json.loads(batch("d0d0d0d0", first % REPEATED, at, step_s=86_400 / REPEATED))
        for reading in said["readings"]:
            reading["temp_c"] = round(5.5 + first // REPEATED / 100, 2)
        publisher.send(box_id, json.dumps(said).encode())
        sent.append(BATCH)
        over.wait(_PAUSE_S)
    publisher.wait(LIMIT_S)
    publisher.close()


_IS_JUDGED = """
SELECT upper(w.stored) = %s AND NOT EXISTS (SELECT FROM worklist WHERE box_no = box.box_no)
FROM box JOIN watermark AS w USING (box_no) WHERE box.box_id = %s AND w.boot = 'd0d0d0d0'
"""
_IS_SETTLED = """
SELECT (SELECT count(*) FROM key_conflict AS k WHERE k.box_no = box.box_no) = %s
       AND NOT EXISTS (SELECT FROM worklist WHERE box_no = box.box_no)
FROM box WHERE box.box_id = %s
"""


def _until(system: System, question: str, asked: tuple[int, str]) -> None:
    end = time.monotonic() + LIMIT_S
    with psycopg.connect(system.database_url, autocommit=True) as connection:
        while connection.execute(question, asked).fetchone() != (True,):
            if time.monotonic() > end:
                raise TimeoutError(f"what {asked[1]} sent was not judged")
            time.sleep(0.2)


BENCHMARKS = [
    Benchmark(
        id="viability.backfill_neighbours",
        unit="ratio",
        better="lower",
        bar=1.5,
        aim=1.1,
        measure=backfill_neighbours,
    ),
    Benchmark(
        id="viability.conflict_neighbours",
        unit="ratio",
        better="lower",
        bar=None,
        aim=1.1,
        measure=conflict_neighbours,
    ),
]
