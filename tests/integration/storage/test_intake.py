"""Storing what boxes said, on a real PostgreSQL: any order, any repetition, the same rows."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.core.domain.telemetry import (
    ClockState,
    Correction,
    Method,
    TimeClaim,
    placed_at,
)
from services.core.storage.copying import NewReading
from services.core.storage.database import Database
from services.core.storage.failures import KeyTaken, Unstorable, translated
from services.core.storage.intake import Intake, Stored
from services.core.storage.parcels import Parcel
from services.core.storage.placing import PLACED_AT
from services.core.storage.watermarks import Watermarks
from tests.support.ingesting import rows
from tests.support.saying import BOOT, NOW, SYNCED, a_known_box, a_name, content, parcel, said

UNSET = int(ClockState.UNSET)

# One database for all examples of a test: each example takes a box of its own.
real_database = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


async def store(database: Database, *parcels: Parcel, staged: bool = False) -> Stored:
    """One transaction."""
    with translated():
        async with database.unit_of_work() as uow:
            return await Intake().store(uow, parcels, NOW, staged=staged)


async def test_every_column_is_stored_as_it_was_said(database: Database) -> None:
    box = await a_known_box(database)
    full = NewReading(
        seq=7,
        device_at=NOW - timedelta(seconds=1, microseconds=1),
        clock=SYNCED,
        mono_ms=2**53 - 1,
        temp_c=-196.25,
        ambient_c=21.5,
        pressure_hpa=1011.25,
        lat=31.1443,
        lon=-121.8083,
        acc_m=12.5,
        battery_pct=87.0,
        lid_open=False,
        tilt_deg=-3.25,
        shock_g=0.25,
        rh_pct=41.0,
        event="tilt",
        probe="SN-4411",
        channels='[{"probe":"SN-4412","temp_c":6.1}]',
        extra='{"温度":[1,2]}',
    )
    await store(database, parcel(box, full))
    found = (await rows(database, "SELECT * FROM reading"))[0]._asdict()
    expected = full._asdict()
    assert {name: found[name] for name in expected if name not in ("channels", "extra")} == {
        name: value for name, value in expected.items() if name not in ("channels", "extra")
    }
    assert found["channels"] == [{"probe": "SN-4412", "temp_c": 6.1}]
    assert found["extra"] == {"温度": [1, 2]}
    assert found["bucket_at"] == full.device_at


async def test_repeat_of_equal_content_is_counted_and_changes_nothing(database: Database) -> None:
    box = await a_known_box(database)
    await store(database, parcel(box, said(0), said(1)))
    before = await content(database)
    again = await store(database, parcel(box, said(0), said(1), said(1)))
    assert (again.fresh, again.repeated, again.conflicts) == (0, 3, 0)
    assert again.boxes == {box.box_no}
    assert await content(database) == before


async def test_repeat_of_different_content_is_kept_as_a_conflict_once(database: Database) -> None:
    box = await a_known_box(database)
    await store(database, parcel(box, said(0)))
    other = said(0, temp_c=9.5)
    assert (await store(database, parcel(box, other))).conflicts == 1
    assert (await store(database, parcel(box, other))).conflicts == 0
    assert await rows(database, "SELECT temp_c FROM reading") == [(4.0,)]
    kept = await rows(database, "SELECT seq, offered ->> 'temp_c' FROM key_conflict")
    assert kept == [(0, "9.5")]
    work = await rows(database, "SELECT box_no, reason FROM worklist ORDER BY id")
    assert work == [(box.box_no, "readings"), (box.box_no, "key_conflict")]


async def test_same_number_twice_in_one_message_is_stored_once(database: Database) -> None:
    box = await a_known_box(database)
    done = await store(database, parcel(box, said(0), said(0, temp_c=8.0)))
    assert (done.fresh, done.repeated, done.conflicts) == (1, 1, 1)


async def test_repeat_with_another_time_is_a_conflict(database: Database) -> None:
    box = await a_known_box(database)
    await store(database, parcel(box, said(0)))
    moved = said(0, device_at=NOW - timedelta(days=1))
    assert (await store(database, parcel(box, moved))).conflicts == 1


async def test_repeat_of_an_implausible_time_is_found_where_it_was_put(database: Database) -> None:
    box = await a_known_box(database)
    future = said(0, device_at=NOW + timedelta(days=3))
    await store(database, parcel(box, future))
    later = parcel(box, future, received_at=NOW + timedelta(days=4))
    assert (await store(database, later)).conflicts == 0
    assert await rows(database, "SELECT bucket_at FROM reading") == [(NOW,)]


async def test_conflict_longer_than_an_index_entry_is_kept(database: Database) -> None:
    box = await a_known_box(database)
    await store(database, parcel(box, said(0)))
    noise = random.Random(7).randbytes(6000).hex()
    long = said(0, extra=f'{{"noise":"{noise}"}}')
    assert (await store(database, parcel(box, long))).conflicts == 1


async def test_gate_that_forgot_a_row_is_gone_around(database: Database) -> None:
    box = await a_known_box(database)
    await store(database, parcel(box, said(0), said(1)))
    await rows(database, "UPDATE watermark SET stored = '{[0,1)}' RETURNING 1")
    batch = parcel(box, said(1), said(2))
    with pytest.raises(KeyTaken):
        await store(database, batch)
    await store(database, batch, staged=True)
    assert await rows(database, "SELECT seq FROM reading ORDER BY seq") == [(0,), (1,), (2,)]
    assert (await content(database))[1] == [(BOOT, 0, "{[0,3)}")]


async def test_value_the_database_cannot_hold_is_told_apart(database: Database) -> None:
    box = await a_known_box(database)
    with pytest.raises(Unstorable):
        await store(database, parcel(box, said(0, extra='{"a":"\\u0000"}')))


async def test_log_that_begins_later_has_no_hole_below(database: Database) -> None:
    box = await a_known_box(database)
    await store(database, parcel(box, said(5), start_seq=5))
    async with database.unit_of_work() as uow:
        (progress,) = await Watermarks(uow).progress([box.box_no])
    assert progress.stored.contiguous(progress.start_seq) == 5
    assert progress.stored.missing(progress.start_seq, 9) == []


async def test_work_is_put_from_the_earliest_fresh_reading(database: Database) -> None:
    box = await a_known_box(database)
    await store(database, parcel(box, said(3), said(1)), parcel(box, said(2)))
    assert await rows(database, "SELECT box_no, earliest FROM worklist") == [
        (box.box_no, said(1).device_at)
    ]


async def test_repeats_alone_make_no_work(database: Database) -> None:
    box = await a_known_box(database)
    await store(database, parcel(box, said(0)))
    await store(database, parcel(box, said(0)))
    assert len(await rows(database, "SELECT 1 FROM worklist")) == 1


placings = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 2, 3]),
        st.sampled_from([timedelta(0), timedelta(days=-20_000), timedelta(days=2)]),
        st.sampled_from([None, 0, 3_600_000]),
    ),
    min_size=1,
    max_size=6,
)


@real_database
@given(claims=placings)
async def test_sql_places_readings_as_the_domain_does(
    database: Database, claims: list[Any]
) -> None:
    box = await a_known_box(database, a_name())
    readings = [
        said(n, clock=clock, device_at=NOW + shift + timedelta(minutes=n), mono_ms=mono)
        for n, (clock, shift, mono) in enumerate(claims)
    ]
    for reading in readings:
        await store(database, parcel(box, reading))
    found = await rows(
        database,
        f"SELECT {PLACED_AT} AS placed_at, reading.*, method, offset_s FROM reading"
        " LEFT JOIN boot_clock USING (boot_no) WHERE reading.box_no = :box",
        box=box.box_no,
    )
    for row in found:
        known = row.method and Correction(method=Method(row.method), offset_s=row.offset_s)
        names = ("device_at", "bucket_at", "received_at", "mono_ms")
        claim = TimeClaim(
            clock=ClockState(row.clock), **{name: getattr(row, name) for name in names}
        )
        assert row.placed_at == placed_at(claim, known)


async def test_clock_never_set_is_fixed_by_a_reading_stored_before(database: Database) -> None:
    box = await a_known_box(database)
    await store(database, parcel(box, said(9, mono_ms=540_000)))
    unset = said(0, clock=UNSET, device_at=datetime(1970, 1, 1, tzinfo=UTC), mono_ms=0)
    await store(database, parcel(box, unset))
    placed = await rows(
        database,
        f"SELECT seq, {PLACED_AT} AS placed_at, method FROM reading"
        " LEFT JOIN boot_clock USING (boot_no) ORDER BY seq",
    )
    start = said(9).device_at - timedelta(minutes=9)
    assert [tuple(row) for row in placed] == [
        (0, start, "mono_synced"),
        (9, said(9).device_at, "mono_synced"),
    ]


def _split(rng: random.Random, readings: Sequence[NewReading]) -> list[list[NewReading]]:
    """The readings shuffled, some of them repeated, in messages of any size."""
    found = [*readings, *rng.choices(readings, k=len(readings) // 2)]
    rng.shuffle(found)
    messages: list[list[NewReading]] = [[]]
    for reading in found:
        if rng.random() < 0.3:
            messages.append([])
        messages[-1].append(reading)
    return [message for message in messages if message]


@real_database
@given(seed=st.integers(0, 2**32), count=st.integers(1, 30))
async def test_any_order_repetition_and_split_gives_the_same_rows(
    database: Database, seed: int, count: int
) -> None:
    rng = random.Random(seed)
    box = await a_known_box(database, a_name())
    readings = [said(seq) for seq in rng.sample(range(60), count)]
    await store(database, parcel(box, *readings, boot="aaaaaaaa"))
    messages = _split(rng, readings)
    while messages:
        together = messages[: rng.randint(1, 4)]
        messages = messages[len(together) :]
        await store(database, *(parcel(box, *one, boot="bbbbbbbb") for one in together))
    query = text(
        "SELECT seq, bucket_at, device_at, temp_c, start_seq, CAST(stored AS text) FROM reading"
        " JOIN watermark USING (box_no, boot_no) WHERE box_no = :box AND boot = :boot ORDER BY seq"
    )
    async with database.unit_of_work() as uow:
        found = [
            (await uow.execute(query, {"box": box.box_no, "boot": boot})).all()
            for boot in ("aaaaaaaa", "bbbbbbbb")
        ]
    assert found[0] == found[1]
    assert len(found[0]) == count
    assert await rows(database, "SELECT 1 FROM key_conflict") == []
