"""A message that spoils its batch is kept beside it, whatever else goes wrong meanwhile."""

import asyncio

import psycopg
from sqlalchemy import text

from services.core.domain.identifiers import SHARDS, BoxId
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database
from services.core.storage.ownership import OwningConnection
from services.core.wire.payload import encode_telemetry
from services.core.wire.topics import telemetry_topic
from services.ingest.counters import Counters
from services.ingest.inbox import Arrived
from services.ingest.sorting import Pair
from services.ingest.writer import TelemetryWriter
from tests.support.ingesting import BOOT, a_reading, eventually, register, rows

NAME = "CB-0007"
CLOCK = SystemClock()


def read(writer: TelemetryWriter, *seqs: int) -> list[Pair]:
    topic = telemetry_topic(BoxId(NAME))
    sent = [encode_telemetry(BOOT, [a_reading(seq)]) for seq in seqs]
    return writer.read([Arrived(1, n, 1, topic, one, CLOCK.now()) for n, one in enumerate(sent)])


def unstorable(pair: Pair) -> Pair:
    """As if a decoder had let through what no text in the database can hold."""
    arrived, decoded = pair
    readings = [one._replace(extra='{"a":"\\u0000"}') for one in decoded.readings]
    return arrived, decoded._replace(readings=readings)


async def test_message_that_cannot_be_stored_waits_for_the_database_like_any_other(
    database: Database, database_url: str
) -> None:
    await register(database, NAME)
    counters = Counters()
    # A lock that is not had within a sixth of the patience is as a database that is away.
    owner = OwningConnection(database, range(SHARDS), patience_s=1.2)
    writer = TelemetryWriter(owner, CLOCK, counters)
    first, second, third = read(writer, 0, 1, 2)
    with psycopg.connect(database_url.replace("+psycopg", "")) as other:
        other.execute("LOCK TABLE rejected_message IN ACCESS EXCLUSIVE MODE")
        storing = asyncio.create_task(writer.store([first, unstorable(second), third]))
        await eventually(lambda: counters.retries or storing.done(), what="the wait for the lock")
        assert not storing.done(), storing.exception()
    assert len(await storing) == 1
    await owner.close()
    assert await rows(database, "SELECT seq FROM reading ORDER BY seq") == [(0,), (2,)]
    assert await rows(database, "SELECT reason FROM rejected_message") == [("unstorable",)]
    assert (counters.readings, counters.rejected) == (2, 1)


async def test_batch_made_ready_is_sorted_anew_when_its_gate_moved_or_its_box_was_retired(
    database: Database,
) -> None:
    await register(database, NAME)
    counters = Counters()
    owner = OwningConnection(database, range(SHARDS))
    writer = TelemetryWriter(owner, CLOCK, counters)
    await writer.store(read(writer, 0))
    pairs, late = read(writer, 1, 2), read(writer, 3)
    ahead, after = await writer.prepare(pairs), await writer.prepare(late)
    assert ahead.prepared
    assert after.prepared
    # As a message that is read again does it, between two batches.
    await TelemetryWriter(owner, CLOCK, Counters()).store(pairs[1:])
    await writer.store(pairs, ahead)
    async with database.unit_of_work() as uow:
        await uow.execute(text("UPDATE box SET retired_at = now()"))
    fresh = TelemetryWriter(owner, CLOCK, counters)
    await fresh.store(late, after)
    await owner.close()
    assert await rows(database, "SELECT seq FROM reading ORDER BY seq") == [(0,), (1,), (2,)]
    assert await rows(database, "SELECT reason FROM rejected_message") == [("retired_box",)]
    assert (counters.readings, counters.repeated, counters.key_conflicts) == (2, 1, 0)
