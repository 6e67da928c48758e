"""The end of a batch on a real PostgreSQL: gate, work list and bell stand or fall together."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from services.core.domain.telemetry import ClockState
from services.core.storage.closing import MOST_NAMED, close_batch, closing_of
from services.core.storage.copying import NewReading
from services.core.storage.database import Channel, Database
from services.core.storage.intake import Intake
from services.core.storage.notifications import Bell, listen
from services.core.storage.parcels import KnownBox, Parcel, known_boxes
from services.core.storage.worklist import Worklist
from tests.support.ingesting import register, rows

NOW = datetime.now(UTC)


async def a_parcel(database: Database, count: int) -> Parcel:
    await register(database, "CB-0007")
    async with database.unit_of_work() as uow:
        box: KnownBox = (await known_boxes(uow, ["CB-0007"]))[0]
    readings = [
        NewReading(n, NOW - timedelta(minutes=9 - n), int(ClockState.SYNCED), temp_c=4.0)
        for n in range(count)
    ]
    return Parcel(box=box, boot="9f3c21aa", received_at=NOW, readings=readings)


async def store_and_fail(database: Database, sent: Parcel) -> None:
    async with database.unit_of_work() as uow:
        await Intake().store(uow, [sent], NOW)
        raise ZeroDivisionError


async def heard(listener: "psycopg.AsyncConnection[object]") -> list[str]:
    """The bells that rang; the database delivers them in the order of the commits."""
    await listener.execute("SELECT 1")
    return [each.channel async for each in listener.notifies(timeout=0)]


async def test_new_readings_ring_once_and_repeats_do_not(database: Database) -> None:
    sent = await a_parcel(database, 3)
    url = database.url.replace("postgresql+psycopg://", "postgresql://", 1)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as listener:
        await listener.execute(f"LISTEN {Channel.WORK}")
        for expected in ([Channel.WORK.value], []):
            async with database.unit_of_work() as uow:
                await Intake().store(uow, [sent, sent], NOW)
            assert await heard(listener) == expected
    work = await rows(database, "SELECT reason, earliest, put_at FROM worklist")
    assert work == [("readings", NOW - timedelta(minutes=9), NOW)]


async def test_the_bell_of_few_boxes_names_them_and_any_other_means_everything(
    database: Database,
) -> None:
    sent = await a_parcel(database, 1)
    bells = listen(database.url, [Channel.WORK])
    assert await anext(bells) == Bell(Channel.WORK)  # for what rang before
    async with database.unit_of_work() as uow:
        await Intake().store(uow, [sent], NOW)
    assert await anext(bells) == Bell(Channel.WORK, frozenset({sent.box.box_no}))
    for count, named in ((2, frozenset({1, 2})), (MOST_NAMED + 1, frozenset[int]())):
        async with database.unit_of_work() as uow:
            work = dict.fromkeys(range(1, count + 1), NOW)
            await close_batch(uow, closing_of([], work), NOW)
        assert await anext(bells) == Bell(Channel.WORK, named)
    async with database.unit_of_work() as uow:
        await Worklist(uow).put_boxes({sent.box.box_no: NOW}, "assignment_changed", NOW)
    assert await anext(bells) == Bell(Channel.WORK)
    await bells.aclose()


async def test_nothing_of_a_batch_stands_when_its_transaction_fails(database: Database) -> None:
    sent = await a_parcel(database, 3)
    with pytest.raises(ZeroDivisionError):
        await store_and_fail(database, sent)
    for table in ("reading", "watermark", "worklist"):
        assert await rows(database, f"SELECT 1 FROM {table}") == []
