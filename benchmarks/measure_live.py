"""How long a reading takes to become a row: alone, beside a box that floods, behind a backlog."""

import time
from functools import cache
from statistics import median, quantiles

from benchmarks.backlog import batch, make_session, progress, publish, register
from benchmarks.benchmark import Benchmark
from benchmarks.fleet import box_ids
from benchmarks.live import Stream, run
from benchmarks.measure_ingest import rounds
from benchmarks.system import PEAKS_MIB, System, running_system

BOXES = 50
ROUNDS = 6
SECONDS = 4.0
STEADY = 1000.0
QUIET, FLOOD = 100.0, 1000.0
MANY = 10_000
IN_BATCH = 60


@cache
def delays() -> tuple[float, float]:
    """The 99th percentile at 1,000 a second, and beside a flood as a share of without it."""
    with running_system() as system:
        others, (noisy,) = box_ids(BOXES), ["FLOOD-01"]
        register(system, [*others, noisy])
        make_session(system, others[0])
        system.start("ingest")
        time.sleep(2)
        steady, ratios = [], []
        for number in range(ROUNDS):
            kind = f"{number:02x}"
            alone = Stream(boxes=others, boot=f"aa{kind}", rate=QUIET)
            quiet = run(system, [alone], SECONDS).delays_ms(alone.boot)
            same = Stream(boxes=others, boot=f"bb{kind}", rate=QUIET)
            flood = Stream(boxes=[noisy], boot=f"ff{kind}", rate=FLOOD)
            beside = run(system, [same, flood], SECONDS).delays_ms(same.boot)
            ratios.append(_p99(beside) / _p99(quiet))
            all_of_them = Stream(boxes=others, boot=f"cc{kind}", rate=STEADY)
            steady.append(_p99(run(system, [all_of_them], SECONDS).delays_ms(all_of_them.boot)))
        system.stop("ingest")
    return median(steady), median(ratios)


@cache
def backlog_s() -> float:
    """Seconds from the start of ingest until 600,000 waiting readings are committed."""
    with running_system() as system:
        boxes = box_ids(MANY)
        register(system, boxes)
        make_session(system, boxes[0])
        publish(system, [(box, batch("ba7cba7c", 0, IN_BATCH)) for box in boxes])
        return _accept(system, MANY * IN_BATCH)


def _accept(system: System, readings: int) -> float:
    with progress(system) as seen:
        target = seen.stored() + readings
        began = time.monotonic()
        system.start("ingest")
        seen.until(target, pause_s=0.2)
        seconds = time.monotonic() - began
    time.sleep(3)  # the receipts of ten thousand boxes are a part of its memory, too
    system.stop("ingest")
    return seconds


def peak_mib() -> float:
    """The most memory ingest had during all of this."""
    rounds()
    delays()
    backlog_s()
    return PEAKS_MIB["ingest"]


def _p99(delays_ms: list[float]) -> float:
    return quantiles(delays_ms, n=100)[98]


BENCHMARKS = [
    Benchmark(
        id="ingest.row_p99",
        unit="ms",
        better="lower",
        bar=150,
        aim=50,
        measure=lambda: delays()[0],
    ),
    Benchmark(
        id="ingest.flood_ratio",
        unit="x",
        better="lower",
        bar=1.5,
        aim=1.1,
        measure=lambda: delays()[1],
    ),
    Benchmark(
        id="ingest.backlog_600k", unit="s", better="lower", bar=60, aim=20, measure=backlog_s
    ),
    Benchmark(id="ingest.rss", unit="MiB", better="lower", bar=250, aim=120, measure=peak_mib),
]
