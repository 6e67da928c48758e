"""Raw readings are kept for ever, but for a sponsor's dated rule: never early, never silently."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.core.domain.governance.reach import installation
from services.core.runtime.clock import SystemClock
from services.core.storage.copying import NewReading
from services.core.storage.database import Database
from services.core.storage.judging import claim
from services.core.storage.parcels import KnownBox
from services.core.storage.retention import Retention
from services.ingest.upkeep import Upkeep
from tests.integration.storage.test_intake import store
from tests.support.ingesting import rows
from tests.support.past_shipments import SPONSOR, STAY, a_box_of_old, a_shipment, run
from tests.support.saying import content, parcel, said

NOW = datetime.now(UTC)
BEGAN = NOW - timedelta(days=400)
KEPT_DAYS = 365


def _taken(seqs: Sequence[int], **changes: Any) -> list[NewReading]:
    return [said(seq, device_at=BEGAN + timedelta(hours=seq), **changes) for seq in seqs]


async def _a_box(database: Database, count: int = 200) -> KnownBox:
    """A box with a reading an hour from the beginning of the shipment on, beyond its end."""
    box = await a_box_of_old(database, BEGAN - timedelta(days=1))
    received = BEGAN + timedelta(hours=count)
    await store(database, parcel(box, *_taken(range(count)), received_at=received))
    return box


async def _a_rule(database: Database, keep_days: int = KEPT_DAYS, days_ago: int = 1) -> None:
    await run(
        database,
        "INSERT INTO retention_rule (rule_id, sponsor, keep_days, effective_from, reference,"
        " reason, entered_at, entered_by)"
        " VALUES (:id, :sponsor, :keep, :from, 'QAA 7.3', 'duty ends', :from, 'local-operator')",
        **{"id": uuid4(), "sponsor": SPONSOR, "keep": keep_days},
        **{"from": NOW - timedelta(days=days_ago)},
    )


async def _upkeep(database: Database) -> None:
    upkeep = Upkeep(database=database, clock=SystemClock(), late_until=timedelta(days=30))
    await upkeep.remove_what_is_due()


IN_STAY = STAY // timedelta(hours=1)


async def test_without_a_rule_nothing_is_ever_removed(database: Database) -> None:
    box = await _a_box(database)
    await a_shipment(database, box, BEGAN)
    before = await content(database)
    await _upkeep(database)
    assert await content(database) == before


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("not closed", "UPDATE shipment SET state = 'received'"),
        ("closed without a record of it", "DELETE FROM milestone"),
        ("closed lately", "UPDATE milestone SET recorded_at = now() - interval '364 days'"),
        ("another sponsor", "UPDATE shipment SET shipper = 'Clinic'"),
        ("rule not yet in force", "UPDATE retention_rule SET effective_from = now() + '1 min'"),
        ("rule withdrawn", "UPDATE retention_rule SET withdrawn_at = now()"),
        (
            "quality hold",
            "INSERT INTO assessment_state (payload_id, shipment_id, qa_hold)"
            " SELECT payload_id, shipment_id, true FROM payload",
        ),
        (
            "open deviation",
            "INSERT INTO deviation (deviation_id, payload_id, shipment_id, state, description,"
            " detected_at, opened_at, opened_by) SELECT payload_id, payload_id, shipment_id,"
            " 'ACKNOWLEDGED', 'warm', now(), now(), 'local-operator' FROM payload",
        ),
    ],
)
async def test_what_is_not_due_stays(database: Database, why: str, change: str) -> None:
    box = await _a_box(database, 5)
    await a_shipment(database, box, BEGAN)
    await _a_rule(database)
    await run(database, change)
    await _upkeep(database)
    assert len(await rows(database, "SELECT 1 FROM reading")) == 5, why


async def test_due_readings_go_and_it_is_written_down_which(either_database: Database) -> None:
    database = either_database
    box = await _a_box(database)
    shipment_id = await a_shipment(database, box, BEGAN)
    await _a_rule(database)
    gate = (await content(database))[1]
    async with database.unit_of_work(installation(NOW)) as uow:
        (due,) = await Retention(uow).due(NOW)
        assert await Retention(uow).count(due) == IN_STAY
    assert len(await rows(database, "SELECT 1 FROM reading")) == 200
    await _upkeep(database)
    left = await rows(database, "SELECT seq FROM reading ORDER BY seq")
    assert [seq for (seq,) in left] == list(range(IN_STAY, 200))
    written = await rows(
        database,
        "SELECT shipment_id, first_seq, last_seq, readings, hash_sum <> 0 FROM reading_removal",
    )
    assert [tuple(row) for row in written] == [(shipment_id, 0, IN_STAY - 1, IN_STAY, True)]
    assert (await content(database))[1] == gate
    async with database.unit_of_work() as uow:
        assert await Retention(uow).due(NOW) == []


async def test_removed_reading_that_comes_again_is_neither_stored_nor_a_conflict(
    database: Database,
) -> None:
    box = await _a_box(database)
    await a_shipment(database, box, BEGAN)
    await _a_rule(database)
    await _upkeep(database)
    again = await store(database, parcel(box, *_taken(range(200))))
    assert (again.fresh, again.repeated, again.conflicts) == (0, 200, 0)
    other = await store(database, parcel(box, *_taken([190], temp_c=-5.0)))
    assert other.conflicts == 1
    assert len(await rows(database, "SELECT 1 FROM reading")) == 200 - IN_STAY


async def test_readings_of_a_corrected_clock_go_by_their_true_time(database: Database) -> None:
    box = await _a_box(database, 20)
    await a_shipment(database, box, BEGAN)
    await _a_rule(database)
    await run(
        database,
        "INSERT INTO boot_clock (boot_no, box_no, offset_s, method)"
        " SELECT boot_no, box_no, -36000, 'device' FROM watermark",
    )
    await _upkeep(database)
    left = await rows(database, "SELECT seq FROM reading ORDER BY seq")
    assert [seq for (seq,) in left] == list(range(10))


async def test_verdict_stays_when_its_readings_are_gone(database: Database) -> None:
    box = await _a_box(database)
    await a_shipment(database, box, BEGAN)
    async with database.unit_of_work() as uow:
        assert len((await claim(uow, 64, NOW)).subjects) == 1
        await uow.connection.rollback()
    await _a_rule(database)
    await _upkeep(database)
    async with database.unit_of_work() as uow:
        claimed = await claim(uow, 64, NOW)
    assert claimed.subjects == ()
    assert len(claimed.work_ids) == 1


async def test_late_data_that_races_with_the_removal_goes_exactly_once(
    either_database: Database,
) -> None:
    """F43."""
    database = either_database
    box = await _a_box(database, 10)
    await a_shipment(database, box, BEGAN)
    await _a_rule(database)

    async def late() -> int:
        fresh = 0
        for first in range(10, 150, 10):
            seqs = [*range(first, first + 10), *range(0, first, 7)]
            fresh += (await store(database, parcel(box, *_taken(seqs)))).fresh
        return fresh

    writing = asyncio.create_task(late())
    while not writing.done():
        await _upkeep(database)
    assert await writing == 140
    await _upkeep(database)
    assert await rows(database, "SELECT seq FROM reading") == []
    assert await rows(database, "SELECT sum(readings) FROM reading_removal") == [(150,)]
    assert await rows(database, "SELECT 1 FROM key_conflict") == []


async def test_readings_in_columns_go_too(columnstore_database: Database) -> None:
    database = columnstore_database
    box = await _a_box(database)
    await a_shipment(database, box, BEGAN)
    upkeep = Upkeep(database=database, clock=SystemClock(), late_until=timedelta(days=30))
    await upkeep.settle_old_chunks()
    await _a_rule(database)
    await _upkeep(database)
    left = await rows(database, "SELECT seq FROM reading ORDER BY seq")
    assert [seq for (seq,) in left] == list(range(IN_STAY, 200))
