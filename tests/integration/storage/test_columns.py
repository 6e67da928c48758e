"""Old chunks as columns, on TimescaleDB's community edition: never too early, and never a loss."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.core.runtime.clock import SystemClock
from services.core.storage.columns import ripe_chunks, turn_into_columns
from services.core.storage.database import Database
from services.core.storage.packing import loose_chunks
from services.core.storage.parcels import KnownBox
from services.core.storage.partitions import chunks, ensure_partitions
from services.core.storage.series import SeriesQuestion, SeriesRepository
from services.ingest.upkeep import Upkeep
from tests.integration.storage.test_intake import store
from tests.support.ingesting import rows
from tests.support.past_shipments import a_box_of_old, a_shipment, run
from tests.support.saying import content, parcel, said

NOW = datetime.now(UTC)
LATE_UNTIL = timedelta(days=30)
LONG_AGO = (NOW - timedelta(days=60)).replace(hour=6, minute=0)


async def _readings(database: Database, box: KnownBox, count: int = 200) -> None:
    taken = [
        said(seq, device_at=LONG_AGO + timedelta(minutes=seq), probe="SN-1") for seq in range(count)
    ]
    await store(database, parcel(box, *taken, received_at=LONG_AGO + timedelta(hours=12)))


async def _turn(database: Database) -> None:
    await Upkeep(database=database, clock=SystemClock(), late_until=LATE_UNTIL).settle_old_chunks()


async def _columnar(database: Database) -> list[bool]:
    async with database.unit_of_work() as uow:
        return [one.is_columnar for one in await uow.connection.run_sync(chunks)]


async def _series(database: Database, box: KnownBox) -> Any:
    question = SeriesQuestion(
        box_no=box.box_no,
        start=LONG_AGO - timedelta(days=1),
        end=NOW,
        report_interval_s=60,
        max_points=20,
    )
    async with database.unit_of_work() as uow:
        return await SeriesRepository(uow).read(question)


async def test_chunk_waits_for_its_shipments_and_for_late_data(
    columnstore_database: Database,
) -> None:
    database = columnstore_database
    box = await a_box_of_old(database, LONG_AGO - timedelta(days=1))
    await _readings(database, box)
    await a_shipment(database, box, LONG_AGO, "moving")
    await _turn(database)
    assert await _columnar(database) == [False]
    await rows(database, "UPDATE shipment SET state = 'closed' RETURNING 1")
    async with database.unit_of_work() as uow:
        assert await uow.connection.run_sync(ripe_chunks, LONG_AGO) == []
    before, drawn = await content(database), await _series(database, box)
    await _turn(database)
    assert await _columnar(database) == [True]
    assert await content(database) == before
    assert await _series(database, box) == drawn
    async with database.unit_of_work() as uow:
        assert await uow.connection.run_sync(ripe_chunks, NOW - LATE_UNTIL) == []


async def test_late_data_after_columns_is_stored_exactly_once(
    columnstore_database: Database,
) -> None:
    """F43."""
    database = columnstore_database
    box = await a_box_of_old(database, LONG_AGO - timedelta(days=1))
    await _readings(database, box)
    await _turn(database)
    late = [
        said(seq, device_at=LONG_AGO + timedelta(minutes=seq, seconds=30), probe="SN-1")
        for seq in range(200, 260)
    ]
    first = await store(database, parcel(box, *late))
    again = await store(database, parcel(box, *reversed(late)))
    assert (first.fresh, again.fresh, again.repeated, again.conflicts) == (60, 0, 60, 0)
    # The key itself still holds, also for whoever goes around the gate.
    await rows(database, "UPDATE watermark SET stored = '{[0,200)}' RETURNING 1")
    around = await store(database, parcel(box, *late), staged=True)
    assert around.conflicts == 0
    known = said(3, device_at=LONG_AGO + timedelta(minutes=3), probe="SN-1", temp_c=99.0)
    assert (await store(database, parcel(box, known))).conflicts == 1
    before = await content(database)
    assert len(before[0]) == 260
    async with database.unit_of_work() as uow:
        (chunk,) = await uow.connection.run_sync(ripe_chunks, NOW - LATE_UNTIL)
    async with database.unit_of_work() as uow:
        turned = await uow.connection.run_sync(turn_into_columns, chunk)
    assert turned is not None
    assert turned.rows == 260
    assert await content(database) == before
    async with database.unit_of_work() as uow:
        assert await uow.connection.run_sync(ripe_chunks, NOW - LATE_UNTIL) == []


async def _index_size(database: Database) -> int:
    async with database.unit_of_work() as uow:
        names = [one.name for one in await uow.connection.run_sync(chunks)]
    sizes = await rows(
        database,
        "SELECT sum(pg_indexes_size(CAST(name AS regclass)))"
        " FROM unnest(CAST(:names AS text[])) AS name",
        names=names,
    )
    return int(sizes[0][0])


async def test_without_the_licence_the_index_of_old_chunks_is_packed(
    either_database: Database,
) -> None:
    database = either_database
    box = await a_box_of_old(database, LONG_AGO - timedelta(days=1))
    await _readings(database, box, 5)
    async with database.unit_of_work() as uow:
        await uow.connection.run_sync(ensure_partitions, NOW)
    await a_shipment(database, box, LONG_AGO, "moving")
    # As boxes write: in turn, each a little further.
    await run(
        database,
        "INSERT INTO reading (box_no, boot_no, seq, bucket_at, received_at, temp_c)"
        " SELECT turn * 7919 % 1000 + 9, 1, turn, CAST(:at AS timestamptz) + turn * interval '1 s',"
        " :at, 4.5 FROM generate_series(1, 30000) AS turn",
        at=LONG_AGO,
    )
    await run(database, "ANALYZE reading")
    before, loose = await content(database), await _index_size(database)
    await _turn(database)
    assert await _index_size(database) == loose
    await run(database, "UPDATE shipment SET state = 'closed'")
    await _turn(database)
    packed = await _index_size(database)
    assert packed < 0.8 * loose
    assert await content(database) == before
    assert not any(await _columnar(database))
    async with database.unit_of_work() as uow:
        assert await uow.connection.run_sync(loose_chunks, NOW - LATE_UNTIL) == []
