"""What a reading costs on disk, and what it costs to store one when millions are stored already."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection, create_engine, text

from benchmarks.benchmark import Benchmark
from benchmarks.filling import BOOT, add_boxes, fill
from services.core.storage.columns import ripe_chunks, turn_into_columns
from services.core.storage.copying import NewReading
from services.core.storage.database import Database
from services.core.storage.grid import WIDTHS, cell_at
from services.core.storage.intake import Intake
from services.core.storage.migrations import upgrade
from services.core.storage.parcels import KnownBox, Parcel
from services.core.storage.partitions import add_partition, chunks
from services.local.postgres import EmbeddedPostgres
from tests.support.columnstore_server import running_columnstore
from tests.support.machine import find_columnstore

BOXES = 1_000
ROWS = 20_000_000
ROUNDS = 7
TRANSACTIONS = 20
COLUMN_BOXES = 40
DAY = WIDTHS[1]


class Grown(NamedTuple):
    """What was found in one run: cost against an empty table, and bytes a reading."""

    ratio: float
    bytes_each: float


@cache
def grown(rows: int = ROWS) -> Grown:
    """Fill one of two servers, then store into both in turn."""
    minutes = rows // BOXES
    now = datetime.now(UTC).replace(microsecond=0)
    start = now - timedelta(minutes=minutes)
    with _server(now, start) as empty, _server(now, start) as full:
        for url, held in ((empty, 0), (full, minutes)):
            with psycopg.connect(url) as connection:
                add_boxes(connection, BOXES, held, start)
                for done in fill(connection, held, start):
                    _say(f"\rfilled {done * BOXES:,} of {rows:,}")
        for url in (empty, full):
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE) reading")
        _say("\n")
        with create_engine(_dialect(full)).connect() as connection:
            bytes_each = _bytes(connection) / rows
        return Grown(asyncio.run(_ratio(empty, full, minutes, now)), bytes_each)


def growth_ratio() -> float:
    """Cost of storing a reading at 20 million stored ones, as a multiple of the empty table's."""
    return grown().ratio


def bytes_plain() -> float:
    """Bytes a reading on plain PostgreSQL, its share of the index included."""
    return grown().bytes_each


def bytes_columnstore() -> float | None:
    """Bytes a reading as a column of TimescaleDB's community edition: a day of forty boxes."""
    home = find_columnstore()
    if home is None:
        return None
    now = datetime.now(UTC)
    start = cell_at(now - timedelta(days=60), DAY).start
    with running_columnstore(home) as url:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION timescaledb")
        upgrade(url)
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            add_boxes(connection, COLUMN_BOXES, 1440, start)
            list(fill(connection, 1440, start))
        engine = create_engine(url)
        with engine.begin() as connection:
            (chunk, *_) = ripe_chunks(connection, now)
            turned = turn_into_columns(connection, chunk)
        engine.dispose()
    return turned.bytes_after / turned.rows if turned else None


@contextmanager
def _server(now: datetime, start: datetime) -> Iterator[str]:
    """The product's PostgreSQL, migrated, with a partition for each day; as libpq reads it."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coldlane-store-")))
        postgres = EmbeddedPostgres(home / "postgres")
        stack.callback(postgres.stop)
        url = postgres.start()
        upgrade(_dialect(url), now)
        with create_engine(_dialect(url)).begin() as connection:
            known = [chunk.cell for chunk in chunks(connection)]
            for days in range((now - start).days + 2):
                cell = cell_at(start + days * DAY, DAY)
                if not any(map(cell.overlaps, known)):
                    add_partition(connection, cell)
        yield url


def _dialect(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _bytes(connection: Connection) -> int:
    names = [chunk.name for chunk in chunks(connection)]
    size = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
    return sum(int(connection.scalar(size, {"name": name}) or 0) for name in names)


async def _ratio(empty: str, full: str, minutes: int, now: datetime) -> float:
    """The two take turns; the median of the rounds, the first of which only warms up."""
    sides = [(Database(_dialect(empty)), 0), (Database(_dialect(full)), minutes)]
    boxes = [await _known(database) for database, _ in sides]
    ratios = []
    for round_ in range(ROUNDS + 1):
        costs = [
            await _cost(database, known, held + round_ * TRANSACTIONS, now)
            for (database, held), known in zip(sides, boxes, strict=True)
        ]
        ratios.append(costs[1] / costs[0])
    for database, _ in sides:
        await database.close()
    _say(f"cost of a reading, full to empty, round by round: {[round(one, 2) for one in ratios]}\n")
    return median(ratios[1:])


async def _known(database: Database) -> list[KnownBox]:
    async with database.unit_of_work() as uow:
        found = await uow.execute(
            text("SELECT box_no, box_id, shard, registered_at, retired_at FROM box ORDER BY 1")
        )
        return [KnownBox(**row._mapping) for row in found]


async def _cost(database: Database, boxes: list[KnownBox], first: int, now: datetime) -> float:
    """Seconds for some transactions of a reading of every box, each committed."""
    intake = Intake()
    began = time.monotonic()
    for number in range(first, first + TRANSACTIONS):
        taken = now + timedelta(milliseconds=number)
        reading = NewReading(
            number, taken, 1, 60_000 * number, 4.8, lat=31.14, lon=121.8, probe="SN-1"
        )
        parcels = [
            Parcel(box=box, boot=BOOT, received_at=taken, readings=[reading]) for box in boxes
        ]
        async with database.unit_of_work() as uow:
            await intake.store(uow, parcels, now)
    return time.monotonic() - began


def _say(words: str) -> None:
    sys.stderr.write(words)
    sys.stderr.flush()


def _benchmark(name: str, unit: str, bar: float | None, aim: float, measure: Any) -> Benchmark:
    return Benchmark(
        id=f"store.{name}", unit=unit, better="lower", bar=bar, aim=aim, measure=measure
    )


BENCHMARKS = [
    _benchmark("growth_ratio", "×", 1.3, 1.0, growth_ratio),
    _benchmark("bytes_plain", "bytes", None, 120, bytes_plain),
    _benchmark("bytes_columnstore", "bytes", None, 12, bytes_columnstore),
]

if __name__ == "__main__":
    _say(f"{grown(int(sys.argv[1]))}\n")
