"""What a verdict costs: one fold of five days, and ten thousand shipments that only wait."""

import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.benchmark import Benchmark
from benchmarks.many import add_shipments, add_single_readings
from services.alerts.evaluator import Evaluator
from services.core.domain.units import to_us
from services.core.domain.viability.assessment import assess
from services.core.domain.viability.case import Case, Clocks, Contact
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.shipped import LEUKAPHERESIS_FRESH_2_8
from services.core.storage.database import Database
from services.core.storage.migrations import upgrade
from services.local.postgres import EmbeddedPostgres

START = datetime(2026, 11, 22, tzinfo=UTC)
DAYS_5 = 5 * 24 * 60
SHIPMENTS = 10_000
TICKED = timedelta(minutes=5)
STEP = timedelta(seconds=1)


def reassess_5d() -> float:
    """Milliseconds to judge five days anew, one reading a minute, a gap of an hour each day.

    Both bounds of every gap are followed. The median of nine, of the process's own time.
    """
    case = Case(
        profile=LEUKAPHERESIS_FRESH_2_8,
        clocks=Clocks(collection_end=START, pack_closed_at=START),
        contact=Contact(last_heard_at=START + timedelta(minutes=DAYS_5)),
    )
    samples = [_sample(minute) for minute in range(DAYS_5) if minute % 1440 < 1380]
    now = START + timedelta(minutes=DAYS_5)
    return _median_ms(lambda: assess(case, None, samples, now))


def _sample(minute: int) -> Sample:
    at_us = to_us(START + timedelta(minutes=minute))
    temp_c = round(5.0 + 0.1 * ((minute * 7919) % 31 - 15) / 15, 2)
    return Sample(at_us, "b0b0b0b0", minute, "BENCH-0000", temp_c, None, at_us)


def _median_ms(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(9):
        began = time.process_time()
        work()
        spent.append((time.process_time() - began) * 1000)
    return statistics.median(spent)


def tick_10k() -> float:
    """Share of a core that 10,000 silent shipments take, database and evaluator together.

    Each was last heard at some second of the quarter of an hour before; in the five minutes
    measured a third of them becomes stale, overdue and is judged, and nothing else is.
    """
    with TemporaryDirectory(prefix="coldlane-bench-") as home:
        postgres = EmbeddedPostgres(Path(home) / "postgres")
        try:
            url = postgres.start()
            upgrade(url.replace("postgresql://", "postgresql+psycopg://", 1))
            return asyncio.run(_tick(url))
        finally:
            postgres.stop()


async def _tick(url: str) -> float:
    with psycopg.connect(url) as connection:
        add_shipments(connection, SHIPMENTS, START - timedelta(hours=2))
        add_single_readings(connection, START, timedelta(minutes=15))
    database = Database(url.replace("postgresql://", "postgresql+psycopg://", 1))
    evaluator = Evaluator(
        database, claim_max=500, no_data_after=timedelta(minutes=15), long_every=timedelta(0)
    )
    while (await evaluator.run_once(START)).judged:
        pass
    began, judged = _cpu_s(url), 0
    now = START
    while now < START + TICKED:
        now += STEP
        judged += (await evaluator.run_once(now)).judged
    spent_s = _cpu_s(url) - began
    await database.close()
    if judged < SHIPMENTS * 0.3:
        raise RuntimeError(f"only {judged} were due")
    return spent_s / TICKED.total_seconds()


def _cpu_s(url: str) -> float:
    """Processor time of this process and of the database's sessions, in seconds."""
    with psycopg.connect(url) as connection:
        pids = [row[0] for row in connection.execute("SELECT pid FROM pg_stat_activity")]
    return time.process_time() + sum(_spent_by(pid) for pid in pids)


def _spent_by(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


_TICKS_A_SECOND = 100

BENCHMARKS = [
    Benchmark(
        id="viability.reassess_5d", unit="ms", better="lower", bar=60, aim=20, measure=reassess_5d
    ),
    Benchmark(
        id="viability.tick_10k", unit="core", better="lower", bar=0.2, aim=0.05, measure=tick_10k
    ),
]
