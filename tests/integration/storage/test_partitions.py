"""Partitions of plain PostgreSQL, and the same schema and write path on a real TimescaleDB."""

import itertools
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from services.core.storage.database import Database
from services.core.storage.grid import WIDTHS, Cell, cell_at
from services.core.storage.migrations import is_current, upgrade
from services.core.storage.partitions import (
    AHEAD,
    BEHIND,
    CHUNK,
    Scheme,
    chunks,
    ensure_partitions,
    store_of,
    width_by_load,
)
from tests.integration.storage.test_intake import store
from tests.support.ingesting import rows
from tests.support.saying import a_known_box, content, parcel, said

NOW = datetime.now(UTC)


async def _ensure(database: Database, now: datetime) -> list[Cell]:
    async with database.unit_of_work() as uow:
        return await uow.connection.run_sync(ensure_partitions, now)


async def _cells(database: Database) -> list[Cell]:
    async with database.unit_of_work() as uow:
        return [chunk.cell for chunk in await uow.connection.run_sync(chunks)]


async def _width(database: Database, now: datetime) -> timedelta:
    async with database.unit_of_work() as uow:
        return await uow.connection.run_sync(width_by_load, now)


async def test_time_around_now_has_partitions(database: Database) -> None:
    await _ensure(database, NOW)
    cells = await _cells(database)
    assert cell_at(NOW - BEHIND, CHUNK).start >= min(cells).start
    assert max(cells).end > NOW + AHEAD
    around = [cell for cell in cells if cell.overlaps(Cell(NOW - BEHIND, NOW + AHEAD))]
    assert all(a.end == b.start for a, b in itertools.pairwise(around))
    assert await _ensure(database, NOW) == []


async def test_quiet_store_gets_wide_partitions_beside_its_narrow_ones(database: Database) -> None:
    box = await a_known_box(database)
    await _ensure(database, NOW)
    before = await _cells(database)
    # Nothing is known of the load yet: a day is never wrong.
    assert await _width(database, NOW + timedelta(days=10)) == CHUNK
    await store(database, parcel(box, said(0)))
    assert await _width(database, NOW + timedelta(days=10)) == WIDTHS[-1]
    await _ensure(database, NOW + timedelta(days=10))
    added = set(await _cells(database)) - set(before)
    assert max(cell.end - cell.start for cell in added) > CHUNK
    assert not any(cell.overlaps(other) for cell in added for other in before)


async def test_reading_of_a_day_without_partition_is_taken_and_moved_later(
    database: Database,
) -> None:
    box = await a_known_box(database)
    old = NOW - timedelta(days=25)
    await store(database, parcel(box, said(0, device_at=old), said(1)))
    before = await content(database)
    assert await rows(database, "SELECT seq FROM reading_default WHERE seq = 0") == [(0,)]
    assert cell_at(old, CHUNK) in await _ensure(database, NOW)
    assert await rows(database, "SELECT seq FROM reading_default") == []
    assert await content(database) == before
    again = await store(database, parcel(box, said(0, device_at=old)))
    assert (again.repeated, again.conflicts) == (1, 0)


def _scheme(connection: Connection) -> Scheme:
    return store_of(connection).scheme


async def test_plain_server_keeps_declarative_partitions(database: Database) -> None:
    async with database.unit_of_work() as uow:
        assert await uow.connection.run_sync(_scheme) is Scheme.DECLARATIVE


def test_timescale_gets_a_hypertable_of_days(timescale_url: str) -> None:
    engine = create_engine(timescale_url, poolclass=NullPool)
    with engine.connect() as connection:
        assert _scheme(connection) is Scheme.HYPERTABLE
        found = connection.execute(
            text(
                "SELECT hypertable_name, column_name, time_interval"
                " FROM timescaledb_information.dimensions"
            )
        ).one()
        licence = connection.scalar(text("SHOW timescaledb.license"))
        assert store_of(connection).community is (licence == "timescale")
    engine.dispose()
    assert tuple(found) == ("reading", "bucket_at", timedelta(days=1))


async def test_hypertable_is_told_the_width_that_fits_the_load(
    timescale_database: Database,
) -> None:
    database = timescale_database
    box = await a_known_box(database)
    await store(database, parcel(box, said(0, device_at=NOW - timedelta(days=2))))
    await _ensure(database, NOW)
    width = "SELECT time_interval FROM timescaledb_information.dimensions"
    assert await rows(database, width) == [(WIDTHS[-1],)]
    await store(database, parcel(box, said(1)))
    old, new = await _cells(database)
    assert (old.end - old.start, new.start) == (CHUNK, max(old.end, new.start))


def test_upgrade_on_timescale_is_repeatable(timescale_url: str) -> None:
    upgrade(timescale_url)
    assert is_current(timescale_url)


async def test_write_path_on_timescale(timescale_database: Database) -> None:
    database = timescale_database
    box = await a_known_box(database)
    readings = [said(seq, device_at=NOW - timedelta(hours=seq)) for seq in range(100)]
    await store(database, parcel(box, *readings))
    before = await content(database)
    again = await store(database, parcel(box, *reversed(readings)))
    assert (again.fresh, again.repeated, again.conflicts) == (0, 100, 0)
    other = await store(database, parcel(box, readings[0]._replace(temp_c=-1.0)))
    assert other.conflicts == 1
    assert await content(database) == before
    chunks = await rows(database, "SELECT count(*) FROM timescaledb_information.chunks")
    assert chunks[0][0] in (5, 6)
    assert await _ensure(database, NOW) == []


async def test_gate_that_forgot_a_row_is_gone_around_on_timescale(
    timescale_database: Database,
) -> None:
    database = timescale_database
    box = await a_known_box(database)
    await store(database, parcel(box, said(0), said(1)))
    await rows(database, "UPDATE watermark SET stored = '{[0,1)}' RETURNING 1")
    await store(database, parcel(box, said(1), said(2)), staged=True)
    assert await rows(database, "SELECT seq FROM reading ORDER BY seq") == [(0,), (1,), (2,)]
