"""Refused messages read again: by people's wish, by ingest, once, and harmlessly."""

from typing import Any

from services.core.domain.identifiers import SHARDS, BoxId
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database
from services.core.storage.ownership import OwningConnection
from services.core.storage.reprocessing import Reprocessing, Selection
from services.core.wire.payload import encode_telemetry
from services.core.wire.topics import telemetry_topic
from services.ingest.counters import Counters
from services.ingest.inbox import Arrived
from services.ingest.reprocess import Reprocessor
from services.ingest.writer import TelemetryWriter
from tests.support.bad_inputs.case import BOOT, batch, reading, written
from tests.support.ingesting import a_box, a_reading, eventually, register, rows, running_ingest

NAME = "CB-0007"
CLOCK = SystemClock()
OUTCOMES = "SELECT outcome, outcome_detail, is_part FROM rejected_message ORDER BY id"


async def write(database: Database, *payloads: bytes, name: str = NAME) -> None:
    """What ingest does with these messages of a box, without a broker between."""
    owner = OwningConnection(database, range(SHARDS))
    topic = telemetry_topic(BoxId(name))
    writer = TelemetryWriter(owner, CLOCK, Counters())
    await writer.write(
        [Arrived(1, n, 1, topic, one, CLOCK.now()) for n, one in enumerate(payloads)]
    )
    await owner.close()


async def read_again(database: Database, **selection: Any) -> int:
    """Ask for the messages and have them read; how many were read."""
    async with database.unit_of_work() as uow:
        await Reprocessing(uow).ask(Selection(**selection), CLOCK.now(), "tester")
    owner = OwningConnection(database, range(SHARDS))
    reprocessor = Reprocessor(owner, range(SHARDS), CLOCK, Counters())
    count = 0
    while await reprocessor.run_once() is not None:
        count += 1
    await owner.close()
    return count


async def stored(database: Database) -> list[tuple[Any, ...]]:
    found = await rows(
        database,
        "SELECT boot, seq, temp_c, battery_pct FROM reading JOIN watermark USING (boot_no)"
        " ORDER BY boot, seq",
    )
    return [tuple(row) for row in found]


async def test_what_an_unknown_box_sent_is_stored_once_it_is_registered(
    database: Database, broker_url: str
) -> None:
    async with running_ingest(database, broker_url) as counters:
        with a_box(broker_url, NAME) as box:
            box.send(a_reading(0), a_reading(1))
            await eventually(lambda: counters.rejected, what="the rejection")
            await register(database, NAME)
            async with database.unit_of_work() as uow:
                asked = await Reprocessing(uow).ask(
                    Selection(reason="unknown_box"), CLOCK.now(), "tester"
                )
            assert asked == 1
            await eventually(lambda: box.contiguous() == 1, what="the receipt")
    assert [row[1] for row in await stored(database)] == [0, 1]
    assert await rows(database, OUTCOMES) == [("stored", None, False)]
    assert await rows(database, "SELECT reason FROM worklist") == [("readings",)]


async def test_reading_again_twice_adds_nothing(database: Database) -> None:
    await write(database, written())
    await register(database, NAME)
    assert await read_again(database, box_id=NAME) == 1
    before = await stored(database)
    assert len(before) == 1
    assert await read_again(database, box_id=NAME) == 0
    (number,) = (await rows(database, "SELECT id FROM rejected_message"))[0]
    assert await read_again(database, ids=[number]) == 1
    assert await stored(database) == before
    assert await rows(database, OUTCOMES) == [("repeated", None, False)]
    assert await rows(database, "SELECT 1 FROM key_conflict") == []


async def test_what_is_still_bad_stays_refused_with_the_reason_of_today(database: Database) -> None:
    await write(database, reading(temp_c="warm"))
    await register(database, NAME)
    assert await read_again(database, reason="wrong_type") == 1
    assert await rows(database, OUTCOMES) == [
        ("refused", "wrong_type: temp_c: expected `float`, got `str`", False)
    ]
    assert await read_again(database, reason="wrong_type") == 1  # it may be asked for again


async def test_good_part_is_stored_and_the_rest_told(database: Database) -> None:
    await write(database, batch({}, {"t": "yesterday"}, {"battery_pct": 300}))
    await register(database, NAME)
    await read_again(database, box_id=NAME)
    assert await stored(database) == [(BOOT, 0, 4.81, None), (BOOT, 2, 4.81, None)]
    assert [row[0] for row in await rows(database, OUTCOMES)] == ["part"]


async def test_part_that_a_later_decoder_understands_makes_no_conflict(database: Database) -> None:
    await register(database, NAME)
    await write(database, reading(battery_pct=300))
    # As if today's decoder knew such batteries: the kept bytes now say something that is good.
    await rows(
        database,
        "UPDATE rejected_message SET payload = :payload RETURNING 1",
        payload=reading(battery_pct=30),
    )
    await read_again(database, box_id=NAME)
    assert await stored(database) == [(BOOT, 1, 4.81, None)]
    assert await rows(database, OUTCOMES) == [("repeated", None, True)]
    assert await rows(database, "SELECT 1 FROM key_conflict") == []


async def test_other_content_under_a_number_that_is_taken_is_a_conflict(database: Database) -> None:
    await write(database, reading(temp_c=9.0))
    await register(database, NAME)
    await write(database, reading(temp_c=4.0))
    await read_again(database, box_id=NAME)
    assert [row[2] for row in await stored(database)] == [4.0]
    assert await rows(database, OUTCOMES) == [
        ("repeated", "1 differ from what is stored", False)
    ]  # fmt: skip
    assert len(await rows(database, "SELECT 1 FROM key_conflict")) == 1


async def test_request_for_a_box_of_another_shard_is_left_to_its_owner(database: Database) -> None:
    await write(database, written())
    await register(database, NAME)
    async with database.unit_of_work() as uow:
        await Reprocessing(uow).ask(Selection(box_id=NAME), CLOCK.now(), "tester")
    ((shard,),) = await rows(database, "SELECT shard FROM box")
    others = [one for one in range(SHARDS) if one != shard]
    owner = OwningConnection(database, others)
    assert await Reprocessor(owner, others, CLOCK, Counters()).run_once() is None
    await owner.close()
    assert await rows(database, "SELECT count(*) FROM reprocess_request") == [(1,)]


async def test_same_bytes_refused_again_are_counted_on_the_row_that_stands(
    database: Database,
) -> None:
    await write(database, b"{", b"{", b"[]")
    await write(database, b"{", encode_telemetry(BOOT, [a_reading(0)]))
    kept = await rows(database, "SELECT payload, repeats FROM rejected_message ORDER BY id LIMIT 2")
    assert sorted(map(tuple, kept)) == [(b"[]", 0), (b"{", 2)]
