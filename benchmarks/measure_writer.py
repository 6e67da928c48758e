"""What checking costs: the writer against COPY of ready-made bytes."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import psycopg

from benchmarks.benchmark import Benchmark
from benchmarks.fleet import box_ids
from benchmarks.system import System, running_system
from services.core.domain.identifiers import SHARDS, BoxId, shard_of
from services.core.runtime.memory import collect_seldom
from services.core.storage.copying import COLUMNS, NewReading, Row, copy_bytes
from services.core.storage.database import Database
from services.core.storage.intake import Intake, Prepared
from services.core.storage.ownership import OwningConnection
from services.core.storage.parcels import KnownBox, Parcel
from services.core.storage.partitions import ensure_partitions

BOXES = 40
ROWS_AT_ONCE = 1_000
TRANSACTIONS = 40
ROUNDS = 9


def copy_share() -> float:
    """Rows a second through the intake, as a share of COPY of ready-made bytes, same table.

    The two take turns, round by round; each transaction is committed with the shipped durability.
    """
    collect_seldom()  # as ingest does
    with running_system() as system:
        return asyncio.run(_copy_share(system))


async def _copy_share(system: System) -> float:
    database = Database(system.database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    now = datetime.now(UTC)
    async with database.unit_of_work() as uow:
        await uow.connection.run_sync(ensure_partitions, now)
    boxes = _register(system.database_url, now)
    shares = []
    for number in range(ROUNDS):
        raw = await asyncio.to_thread(_raw_rate, system.database_url, _rows(boxes, number, now))
        ours = await _intake_rate(database, boxes, number, now)
        shares.append(ours / raw)
    await database.close()
    return median(shares)


def _register(url: str, now: datetime) -> list[KnownBox]:
    made = now - timedelta(days=1)
    with psycopg.connect(url) as connection:
        return [
            KnownBox(
                box_no=_register_one(connection, name, made),
                box_id=name,
                shard=shard_of(BoxId(name)),
                registered_at=made,
                retired_at=None,
            )
            for name in box_ids(BOXES)
        ]


def _register_one(connection: "psycopg.Connection[Any]", name: str, made: datetime) -> int:
    row = connection.execute(
        "INSERT INTO box (box_id, shard, registered_at) VALUES (%s, %s, %s) RETURNING box_no",
        (name, shard_of(BoxId(name)), made),
    ).fetchone()
    return int(row[0]) if row else 0


def _reading(seq: int, now: datetime) -> NewReading:
    taken = now - timedelta(hours=6) + timedelta(seconds=seq)
    return NewReading(
        seq, taken, 1, 1000 * seq, 4.8, lat=31.14, lon=121.8, battery_pct=87.0, probe="SN-1"
    )


def _rows(boxes: Sequence[KnownBox], round_: int, now: datetime) -> list[bytes]:
    """Ready-made COPY streams under boot numbers that no watermark will ever have."""
    each = ROWS_AT_ONCE // BOXES
    return [
        copy_bytes(
            Row(box.box_no, -1 - round_, reading.device_at, now, reading)
            for box in boxes
            for reading in (_reading(each * n + k, now) for k in range(each))
        )
        for n in range(TRANSACTIONS)
    ]


def _raw_rate(url: str, streams: Sequence[bytes]) -> float:
    with psycopg.connect(url) as connection:
        began = time.monotonic()
        for stream in streams:
            with connection.cursor() as cursor:
                statement = f"COPY reading ({COLUMNS}) FROM STDIN (FORMAT binary)"
                with cursor.copy(statement) as copy:
                    copy.write(stream)
            connection.commit()
        return TRANSACTIONS * ROWS_AT_ONCE / (time.monotonic() - began)


async def _intake_rate(
    database: Database, boxes: Sequence[KnownBox], round_: int, now: datetime
) -> float:
    """The same readings as parcels: gate, COPY, watermark, work list, bell, commit."""
    each = ROWS_AT_ONCE // BOXES
    batches = [
        [
            Parcel(
                box=box,
                boot=f"{round_:08x}",
                received_at=now,
                readings=[_reading(each * n + k, now) for k in range(each)],
            )
            for box in boxes
        ]
        for n in range(TRANSACTIONS)
    ]
    intake, owner = Intake(), OwningConnection(database, range(SHARDS))
    await owner.acquire()
    began = time.monotonic()
    await _store_all(intake, owner, batches, now)
    seconds = time.monotonic() - began
    await owner.close()
    return TRANSACTIONS * ROWS_AT_ONCE / seconds


async def _store_all(
    intake: Intake, owner: OwningConnection, batches: Sequence[Sequence[Parcel]], now: datetime
) -> None:
    """As ingest does it: one batch is made ready while the one before it is stored."""

    async def store(batch: Sequence[Parcel], ahead: Prepared | None) -> None:
        async with owner.unit_of_work() as uow:
            if intake.trusts(uow, ahead) and ahead is not None:
                stored = await intake.store_prepared(uow, ahead, now)
            else:
                stored = await intake.store(uow, batch, now)
        intake.committed(stored)

    storing: asyncio.Task[None] | None = None
    for batch in batches:
        ahead = await intake.prepare(batch)
        if storing is not None:
            await storing
        ahead = ahead or await intake.prepare(batch)
        storing = asyncio.create_task(store(batch, ahead))
    if storing is not None:
        await storing


BENCHMARKS = [
    Benchmark(
        id="ingest.copy_share",
        unit="share",
        better="higher",
        bar=0.6,
        aim=0.85,
        measure=copy_share,
    ),
]
