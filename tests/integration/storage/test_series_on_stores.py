"""Charts and folds from both stores: extremes and gaps are kept, and a grown table is not felt."""

import itertools
import math
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.core.domain.governance.reach import installation
from services.core.storage.database import Database
from services.core.storage.grid import WIDTHS, Cell
from services.core.storage.partitions import add_partition, chunks
from services.core.storage.readings import Readings, Stretch
from services.core.storage.series import SeriesQuestion, SeriesRepository
from tests.integration.storage.test_intake import store
from tests.support.saying import a_known_box, parcel, said

NOW = datetime.now(UTC).replace(microsecond=0)
EVERY_S = 60
HOLE_S = 3 * EVERY_S
DAYS = 25

# One database for all examples of a test: each example takes a box of its own.
real_database = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
steps = st.lists(
    st.tuples(
        st.sampled_from([1, 59, 60, 61, 180, 181, 600, 7200]),
        st.floats(-200, 60, allow_nan=False).map(lambda value: round(value, 3)),
    ),
    min_size=1,
    max_size=120,
)


def _question(box_no: int, start: datetime, end: datetime, most: int = 500) -> SeriesQuestion:
    return SeriesQuestion(
        box_no=box_no, start=start, end=end, report_interval_s=EVERY_S, max_points=most
    )


@real_database
@given(steps=steps, most=st.integers(2, 40))
async def test_thinned_series_keeps_extremes_numbers_and_gaps(
    either_database: Database, steps: list[tuple[int, float]], most: int
) -> None:
    box = await a_known_box(either_database, f"CB-{uuid4().hex[:16].upper()}")
    at, taken = NOW - timedelta(days=2), []
    for seq, (after_s, temp_c) in enumerate(steps):
        at += timedelta(seconds=after_s)
        taken.append(said(seq, device_at=at, temp_c=temp_c))
    await store(either_database, parcel(box, *taken))
    async with either_database.unit_of_work(installation(NOW)) as uow:
        question = _question(box.box_no, NOW - timedelta(days=3), NOW, most)
        found = await SeriesRepository(uow).read(question)
    items = found.items
    assert len(items) <= max(most, 2)
    assert sum(one["n"] for one in items) == len(taken)
    start = taken[0].device_at
    groups: dict[int, list[float]] = {}
    for number, reading in enumerate(taken):
        width = found.resolution_s
        since = (reading.device_at - start).total_seconds()
        key = math.floor(since / width) if width else number
        groups.setdefault(key, []).append(reading.temp_c or 0.0)
    expected = [(min(values), max(values), len(values)) for _, values in sorted(groups.items())]
    assert [(one["min_c"], one["max_c"], one["n"]) for one in items] == expected
    holes = [
        (before.device_at, after.device_at)
        for before, after in itertools.pairwise(taken)
        if (after.device_at - before.device_at).total_seconds() > HOLE_S
    ]
    assert [tuple(map(_instant, (gap["from"], gap["to"]))) for gap in found.gaps] == holes


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value)


async def _grown(database: Database) -> int:
    """A box among others, its readings spread over partitions of many days; its number."""
    box = await a_known_box(database)
    last = NOW.replace(hour=0, minute=0, second=0)
    async with database.unit_of_work(installation(NOW)) as uow:
        await uow.connection.run_sync(_add_partitions, last)
        await uow.execute(
            text("""
                INSERT INTO reading (box_no, boot_no, seq, bucket_at, device_at, received_at,
                                     temp_c)
                SELECT box_no, 1, number, at, at, at, 4.5
                FROM generate_series(1, 60) AS box_no, generate_series(1, :days * 48) AS number,
                LATERAL (SELECT CAST(:last AS timestamptz) - number * interval '30 min' AS at) spot
            """),
            {"days": DAYS, "last": last},
        )
        await uow.execute(text("ANALYZE reading"))
    # Another session: what this one has counted is not of the query that is watched.
    await database.engine.dispose()
    return box.box_no


def _add_partitions(connection: Any, last: datetime) -> None:
    if connection.scalar(text("SELECT to_regclass('reading_default')")) is None:
        return
    known = [chunk.cell for chunk in chunks(connection)]
    for days in range(DAYS):
        start = last - timedelta(days=days + 1)
        cell = Cell(start, start + WIDTHS[1])
        if not any(cell.overlaps(one) for one in known):
            add_partition(connection, cell)


async def _touched(uow: Any) -> tuple[list[Cell], list[str]]:
    """Partitions that this transaction has planned for or read, and those read from end to end."""
    names = await uow.execute(
        text("""
            SELECT format('%I.%I', nspname, relname), pg_stat_get_xact_numscans(pg_class.oid)
            FROM pg_locks JOIN pg_class ON pg_class.oid = relation
            JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relkind = 'r'
        """)
    )
    scans = {name: count for name, count in names}
    found = [one for one in await uow.connection.run_sync(chunks) if one.name in scans]
    return [one.cell for one in found], [one.name for one in found if scans[one.name]]


async def test_series_touches_only_the_partitions_of_its_time(either_database: Database) -> None:
    box_no = await _grown(either_database)
    end = NOW - timedelta(days=20)
    asked = Cell(end - timedelta(hours=30), end)
    async with either_database.unit_of_work(installation(NOW)) as uow:
        found = await SeriesRepository(uow).read(_question(box_no, *asked))
        cells, walked = await _touched(uow)
    assert len(found.items) == 60
    assert cells
    assert all(cell.overlaps(asked) for cell in cells)
    assert walked == []


async def test_fold_touches_only_the_partitions_since_it_began(either_database: Database) -> None:
    box_no = await _grown(either_database)
    begin = NOW - timedelta(days=3)
    async with either_database.unit_of_work(installation(NOW)) as uow:
        stretch = Stretch(subject=0, box_no=box_no, box_id="CB-0007", begin=begin, end=None)
        await uow.execute(
            text(
                "INSERT INTO watermark (box_no, boot, first_received_at, last_received_at)"
                " VALUES (:box, 'aabbccdd', :now, :now)"
            ),
            {"box": box_no, "now": NOW},
        )
        samples, _work = await Readings(uow).samples([stretch])
        cells, walked = await _touched(uow)
    assert len(samples[0]) in range(2 * 48, 3 * 48 + 1)
    assert all(cell.end > begin for cell in cells)
    assert walked == []
