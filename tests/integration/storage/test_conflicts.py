"""A log sent again with other content: its cost is bounded by what was sent, not by the box."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from services.core.storage.cases import CONFLICTS_COUNTED, Cases
from services.core.storage.copying import NewReading
from services.core.storage.database import Database, UnitOfWork
from services.core.storage.intake import Intake
from tests.integration.alerts.builders import a_box, a_trip, at
from tests.support.ingesting import rows
from tests.support.saying import NOW, a_known_box, parcel, said

SENT_AGAIN = 500
BLOCKS_FOR_EACH = 8
"""Down the tree of one partition and to the row: a box with years of readings needs no more."""

_BLOCKS = text("""
SELECT sum(pg_stat_get_xact_blocks_fetched(oid)) FROM (
  SELECT relid AS oid FROM pg_partition_tree('reading')
  UNION ALL SELECT indexrelid FROM pg_partition_tree('reading') JOIN pg_index ON indrelid = relid
) AS kept
""")
_READ = text("""
SELECT sum(pg_stat_get_xact_tuples_returned(oid)) FROM (
  SELECT CAST('key_conflict' AS regclass) AS oid
  UNION ALL SELECT indexrelid FROM pg_index WHERE indrelid = CAST('key_conflict' AS regclass)
) AS looked_at
""")


def taken(seq: int, **changes: object) -> NewReading:
    return said(seq, device_at=NOW - timedelta(days=9) + timedelta(minutes=seq), **changes)


async def asked(uow: UnitOfWork, statistics: object) -> int:
    found: int = (await uow.execute(statistics)).scalar_one()  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("moved_s", [0, 1], ids=["another value", "another time"])
async def test_comparing_what_is_sent_again_does_not_read_the_box_for_each_reading(
    database: Database, moved_s: int
) -> None:
    box, intake = await a_known_box(database), Intake()
    for first in range(0, 6_000, SENT_AGAIN):
        async with database.unit_of_work() as uow:
            some = [taken(first + number, temp_c=5.0) for number in range(SENT_AGAIN)]
            await intake.store(uow, [parcel(box, *some)], NOW)
    other = [
        one._replace(temp_c=9.0, device_at=one.device_at + timedelta(seconds=moved_s))
        for one in map(taken, range(3_000, 3_000 + SENT_AGAIN))
    ]
    async with database.unit_of_work() as uow:
        before = await asked(uow, _BLOCKS)
        done = await intake.store(uow, [parcel(box, *other)], NOW)
        blocks = await asked(uow, _BLOCKS) - before
    assert done.conflicts == SENT_AGAIN
    assert blocks <= BLOCKS_FOR_EACH * SENT_AGAIN
    work = await rows(database, "SELECT earliest FROM worklist WHERE reason = 'key_conflict'")
    assert work == [(NOW,)]  # one row for all, and no hour before it is opened again


async def test_a_verdict_reads_a_bounded_number_of_conflicts_and_none_of_others(
    database: Database,
) -> None:
    async with database.unit_of_work() as uow:
        trip = await a_trip(uow, await a_box(uow, "CB-0001"))
        other = await a_trip(uow, await a_box(uow, "CB-0002"))
        await uow.execute(
            text(
                "INSERT INTO key_conflict (box_no, boot_no, seq, received_at, offered, sha256)"
                " SELECT :box, :boot, n, :at + n * INTERVAL '1 second', '{}', '' FROM"
                " generate_series(1, 3000) AS n"
            ),
            {"box": trip.box_no, "boot": trip.boot_no, "at": at(10)},
        )
    async with database.unit_of_work() as uow:
        await uow.execute(text("ANALYZE key_conflict"))
    for one, most in ((trip, CONFLICTS_COUNTED), (other, 0)):
        async with database.unit_of_work() as uow:
            before = await asked(uow, _READ)
            files = await Cases(timedelta(minutes=15)).load(uow, [one.payload_id], at(100))
            assert await asked(uow, _READ) - before <= most
        found = files[one.payload_id].conflicts
        assert found == ((CONFLICTS_COUNTED, at(60)) if most else None)
