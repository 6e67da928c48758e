"""How much longer the others wait for their verdicts while one box backfills a day."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
_PAUSE_S = 0.015


def backfill_neighbours() -> float:
    """Verdict p99 of the others while one box backfills a day, against the same in quiet.

    Four pairs of a quiet and a busy phase of 20 s, one after the other; in each another box
    backfills, a reading each ten seconds of the day, and the others are the rest. Their waits are
    pooled: the p99 of one phase rests on the four slowest of 398 batches, and swung between 1.1
    and 2.5 from run to run. Four is the least number of pairs that gives 1,200 waits of a kind.
    In pairs, because a machine's load drifts. The backfill is judged to its end before the next
    phase, or that would be less quiet than it claims. First verdicts are not measured.
    """
    names, quiet, busy = box_ids(BOXES), list[float](), list[float]()
    with loaded(BOXES) as system:
        waits_of(system, names, RATE, boot="f0f0f0f0")
        for pair, box_id in enumerate(names[:: BOXES // PAIRS]):
            others = [name for name in names if name != box_id]
            quiet += waits_of(system, others, RATE, boot=f"b0b0b00{pair}")
            with _backfilling(system, box_id):
                busy += waits_of(system, others, RATE, boot=f"c0c0c00{pair}")
    return p99(busy) / p99(quiet)


@contextmanager
def _backfilling(system: System, box_id: str) -> Iterator[None]:
    """Beside the block a whole day of the box, which is judged when this returns."""
    backfill = threading.Thread(target=_backfill, args=(system, box_id))
    backfill.start()
    try:
        yield
    finally:
        backfill.join()
    _until_judged(system, box_id)


def _backfill(system: System, box_id: str) -> None:
    """In order of the log, about as fast as one box's radio brings it."""
    publisher, begin = Publisher(system.mqtt_port), datetime.now(UTC) - timedelta(days=1)
    publisher.send(box_id, batch("e0e0e0e0", 0, datetime.now(UTC)))
    for first in range(0, BACKFILLED, BATCH):
        at = begin + timedelta(seconds=10 * first)
        publisher.send(box_id, batch("d0d0d0d0", first, at, step_s=10.0))
        time.sleep(_PAUSE_S)
    publisher.wait(LIMIT_S)
    publisher.close()


_IS_JUDGED = """
SELECT upper(w.stored) = %s AND NOT EXISTS (SELECT FROM worklist WHERE box_no = box.box_no)
FROM box JOIN watermark AS w USING (box_no) WHERE box.box_id = %s AND w.boot = 'd0d0d0d0'
"""


def _until_judged(system: System, box_id: str) -> None:
    end = time.monotonic() + LIMIT_S
    with psycopg.connect(system.database_url, autocommit=True) as connection:
        asked = (BACKFILLED, box_id)
        while connection.execute(_IS_JUDGED, asked).fetchone() != (True,):
            if time.monotonic() > end:
                raise TimeoutError(f"the backfill of {box_id} was not judged")
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
]
