"""Batches made ready before their turn: the same rows, and never by a gate that has moved."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.core.domain.identifiers import SHARDS
from services.core.storage.database import Database
from services.core.storage.failures import GateMoved
from services.core.storage.intake import Intake, Prepared, Stored
from services.core.storage.ownership import OwningConnection
from services.core.storage.parcels import KnownBox, Parcel
from tests.support.ingesting import rows
from tests.support.saying import NOW, a_known_box, a_name, content, parcel, said


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[OwningConnection]:
    """The one session that writes."""
    owning = OwningConnection(database, range(SHARDS))
    yield owning
    await owning.close()


async def put(
    intake: Intake, owner: OwningConnection, parcels: Sequence[Parcel], ahead: Prepared | None
) -> Stored:
    """Store as the writer does: by what was prepared, or by the rows where that is void."""
    try:
        async with owner.unit_of_work() as uow:
            if intake.trusts(uow, ahead) and ahead is not None:
                stored = await intake.store_prepared(uow, ahead, NOW)
            else:
                stored = await intake.store(uow, parcels, NOW)
    except GateMoved:
        intake.forget()
        return await put(intake, owner, parcels, None)
    intake.committed(stored)
    return stored


async def put_as_prepared(intake: Intake, owner: OwningConnection, ahead: Prepared) -> None:
    """One transaction, and what it raises."""
    async with owner.unit_of_work() as uow:
        await intake.store_prepared(uow, ahead, NOW)


async def prepared(intake: Intake, *parcels: Parcel) -> Prepared:
    """What must be able to be made ready."""
    ahead = await intake.prepare(parcels)
    assert ahead is not None
    return ahead


async def test_batches_made_ready_ahead_are_stored_like_any_other(
    database: Database, owner: OwningConnection
) -> None:
    box, intake = await a_known_box(database), Intake()
    await put(intake, owner, [parcel(box, said(0))], None)
    one = await prepared(intake, parcel(box, said(1), said(2)))
    other = await prepared(intake, parcel(box, said(3)))
    await put(intake, owner, [], one)
    stored = await put(intake, owner, [], other)
    readings, gates = await content(database)
    assert [row.seq for row in readings] == [0, 1, 2, 3]
    assert gates == [("9f3c21aa", 0, "{[0,4)}")]
    assert (stored.fresh, stored.boxes) == (1, frozenset({box.box_no}))
    work = await rows(database, "SELECT earliest FROM worklist ORDER BY id")
    assert [row.earliest for row in work] == [said(n).device_at for n in (0, 1, 3)]


async def test_what_comes_again_is_left_to_the_rows(
    database: Database, owner: OwningConnection
) -> None:
    box, intake = await a_known_box(database), Intake()
    assert await intake.prepare([parcel(box, said(0))]) is None
    await put(intake, owner, [parcel(box, said(0))], None)
    again = [parcel(box, said(1), said(0))]
    assert await intake.prepare(again) is None
    assert (await put(intake, owner, again, None)).repeated == 1
    assert await intake.prepare([parcel(box, said(2))]) is not None


async def test_gate_that_somebody_else_moved_stores_nothing(
    database: Database, owner: OwningConnection
) -> None:
    box, intake = await a_known_box(database), Intake()
    await put(intake, owner, [parcel(box, said(0))], None)
    ahead = await prepared(intake, parcel(box, said(2)))
    async with owner.unit_of_work() as uow:
        # Elsewhere in its time, so that the key of the readings is no help.
        await Intake().store(uow, [parcel(box, said(2, device_at=said(7).device_at))], NOW)
    async with owner.unit_of_work() as uow:
        assert intake.trusts(uow, ahead)
    with pytest.raises(GateMoved):
        await put_as_prepared(intake, owner, ahead)
    readings, gates = await content(database)
    assert [row.device_at for row in readings] == [said(0).device_at, said(7).device_at]
    assert gates == [("9f3c21aa", 0, "{[0,1),[2,3)}")]


async def test_key_that_is_taken_meanwhile_is_a_gate_that_moved(
    database: Database, owner: OwningConnection
) -> None:
    box, intake = await a_known_box(database), Intake()
    await put(intake, owner, [parcel(box, said(0))], None)
    ahead = await prepared(intake, parcel(box, said(1), said(2)))
    async with owner.unit_of_work() as uow:
        await Intake().store(uow, [parcel(box, said(2))], NOW)
    with pytest.raises(GateMoved):
        await put_as_prepared(intake, owner, ahead)


async def test_batch_that_was_made_ready_and_never_stored_voids_the_next(
    database: Database, owner: OwningConnection
) -> None:
    box, intake = await a_known_box(database), Intake()
    await put(intake, owner, [parcel(box, said(0))], None)
    await prepared(intake, parcel(box, said(1)))
    async with owner.unit_of_work() as uow:
        # The row is now of the revision that the first batch would have given it.
        await Intake().store(uow, [parcel(box, said(5))], NOW)
    after = [parcel(box, said(2))]
    await put(intake, owner, after, await prepared(intake, *after))
    readings, gates = await content(database)
    assert [row.seq for row in readings] == [0, 2, 5]
    assert gates == [("9f3c21aa", 0, "{[0,1),[2,3),[5,6)}")]


async def test_batch_that_overtakes_what_was_made_ready_voids_it(
    database: Database, owner: OwningConnection
) -> None:
    box, intake = await a_known_box(database), Intake()
    await put(intake, owner, [parcel(box, said(0))], None)
    ahead = await prepared(intake, parcel(box, said(1)))
    await put(intake, owner, [parcel(box, said(0), boot="other")], None)
    assert await intake.prepare([parcel(box, said(2))]) is None
    await put(intake, owner, [parcel(box, said(1))], ahead)
    _, gates = await content(database)
    assert gates == [("9f3c21aa", 0, "{[0,2)}"), ("other", 0, "{[0,1)}")]


async def test_new_session_believes_nothing_of_the_one_before(
    database: Database, owner: OwningConnection
) -> None:
    box, intake = await a_known_box(database), Intake()
    await put(intake, owner, [parcel(box, said(0))], None)
    ahead = await prepared(intake, parcel(box, said(1)))
    await owner.close()
    async with owner.unit_of_work() as uow:
        assert not intake.trusts(uow, ahead)
    assert await intake.prepare([parcel(box, said(1))]) is None


async def test_clock_that_is_ahead_is_corrected_in_what_was_made_ready(
    database: Database, owner: OwningConnection
) -> None:
    box, intake = await a_known_box(database), Intake()
    await put(intake, owner, [parcel(box, said(0))], None)
    await put(intake, owner, [], await prepared(intake, parcel(box, said(90))))
    assert [row.method for row in await rows(database, "SELECT method FROM boot_clock")] == [
        "device"
    ]


def _batches(rng: random.Random, box: KnownBox, count: int) -> list[list[Parcel]]:
    """The numbers 0 … count of three boots, mostly in order, some again, in batches of any size."""
    said_once = [(boot, seq) for seq in range(count) for boot in ("aa", "bb", "cc")]
    said_once += rng.choices(said_once, k=count // 4)
    for _ in range(rng.choice([0, 0, count])):
        a, b = rng.randrange(len(said_once)), rng.randrange(len(said_once))
        said_once[a], said_once[b] = said_once[b], said_once[a]
    batches: list[list[Parcel]] = [[]]
    for boot, seq in said_once:
        if rng.random() < 0.2:
            batches.append([])
        batches[-1].append(parcel(box, said(seq), boot=boot))
    return [batch for batch in batches if batch]


async def _disturb(
    rng: random.Random, intake: Intake, owner: OwningConnection, batches: list[list[Parcel]]
) -> None:
    """Somebody else stores a batch; a transaction fails; the session ends; something is lost."""
    kind = rng.choice(["none"] * 6 + ["stored", "failed", "session", "unused"])
    if kind == "stored":
        async with owner.unit_of_work() as uow:
            await Intake().store(uow, rng.choice(batches), NOW)
    if kind == "failed":
        intake.forget()
    if kind == "session":
        await owner.close()
    if kind == "unused":
        await intake.prepare(rng.choice(batches))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 25))
async def test_two_in_hand_store_each_reading_once_whatever_happens_between(
    database: Database, owner: OwningConnection, seed: int, count: int
) -> None:
    rng = random.Random(seed)
    box, intake = await a_known_box(database, a_name()), Intake()
    batches = _batches(rng, box, count)
    storing: asyncio.Task[Any] | None = None
    for batch in batches:
        ahead = await intake.prepare(batch)
        if storing is not None:
            await storing
        await _disturb(rng, intake, owner, batches)
        ahead = ahead or await intake.prepare(batch)
        storing = asyncio.create_task(put(intake, owner, batch, ahead))
    if storing is not None:
        await storing
    found = await rows(
        database,
        f"SELECT boot, seq, CAST(stored AS text) FROM reading JOIN watermark USING (boot_no)"
        f" WHERE watermark.box_no = {box.box_no} ORDER BY boot, seq",
    )
    assert [tuple(row) for row in found] == [
        (boot, seq, f"{{[0,{count})}}") for boot in ("aa", "bb", "cc") for seq in range(count)
    ]
