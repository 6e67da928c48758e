"""What the database may do while readings flow: refuse, wait, deadlock, go back in time."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from services.core.runtime.settings import IngestSettings
from services.core.storage.database import Database
from services.ingest.counters import Counters
from tests.support.brokers import MosquittoBroker
from tests.support.ingesting import (
    Box,
    a_box,
    a_reading,
    eventually,
    register,
    rows,
    running_ingest,
)
from tests.support.servers import PostgresServer

NAME, OTHER = "CB-0007", "CB-0001"
NUMBERS = "SELECT seq FROM reading ORDER BY seq"
IMPATIENT = IngestSettings(database_patience_s=1, owner_lapses_s=4)
END_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
)


@pytest.fixture
def admin(
    database_url: str, postgres_server: PostgresServer
) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """The superuser in this test's database, each statement by itself."""
    name = database_url.rpartition("/")[2]
    with psycopg.connect(postgres_server.admin_url(name), autocommit=True) as connection:
        yield connection


Admin = psycopg.Connection[tuple[object, ...]]


def alter(server: PostgresServer, admin: Admin, change: str) -> None:
    """Change the database and end every session but ours, so that all feel it."""
    name = admin.info.dbname
    statement = sql.SQL("ALTER DATABASE {} ").format(sql.Identifier(name)) + sql.SQL(change)
    with psycopg.connect(server.admin_url(), autocommit=True) as connection:
        connection.execute(statement)
        connection.execute(END_SESSIONS, (name, admin.info.backend_pid))


@contextmanager
def locked(admin: Admin, table: str) -> Iterator[None]:
    """The table is held as by a long change of the schema."""
    with admin.transaction():
        admin.execute(
            sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.Identifier(table))
        )
        yield


async def tries_again(counters: Counters, box: Box, seq: int) -> None:
    """The reading is handed over, tried, not stored and not acknowledged."""
    acks, retries = counters.acks, counters.retries
    box.send(a_reading(seq))
    await eventually(lambda: counters.retries > retries + 1, seconds=30, what="two attempts")
    assert counters.acks == acks, "acknowledged without a commit"


@pytest.mark.timeout(180)
async def test_f12_f32_f34_f35_database_that_refuses_or_waits_is_waited_for(
    database: Database,
    postgres_server: PostgresServer,
    admin: Admin,
    mosquitto: MosquittoBroker,
) -> None:
    """Read-only, closed, no connection left, the table locked: one after the other, one ingest."""
    await register(database, NAME)
    refusals = [
        ("SET default_transaction_read_only = on", "RESET default_transaction_read_only"),
        ("ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"),
        ("CONNECTION LIMIT 0", "CONNECTION LIMIT -1"),
    ]
    async with running_ingest(database, mosquitto.url, settings=IMPATIENT) as counters:
        with a_box(mosquitto.url, NAME) as box:
            box.send(a_reading(0))
            await _receipted(box, 0)
            for seq, (refuse, allow) in enumerate(refusals, start=1):
                alter(postgres_server, admin, refuse)
                await tries_again(counters, box, seq)
                alter(postgres_server, admin, allow)
                await _receipted(box, seq)
            with locked(admin, "reading"):
                await tries_again(counters, box, 4)
                await eventually(lambda: counters.lag_s > 0, what="the delay to be told")
            await _receipted(box, 4)
            # A limit reached by others does not touch the connection that writes.
            limit = sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 0")
            admin.execute(limit.format(sql.Identifier(admin.info.dbname)))
            retries = counters.retries
            box.send(a_reading(5))
            await _receipted(box, 5)
            assert counters.retries == retries
            alter(postgres_server, admin, "CONNECTION LIMIT -1")
    assert await rows(database, NUMBERS) == [(seq,) for seq in range(6)]


async def _receipted(box: Box, seq: int) -> None:
    await eventually(lambda: box.contiguous() == seq, seconds=40, what=f"the receipt of {seq}")


async def test_f36_deadlock_ends_with_every_reading_stored(
    database: Database, admin: Admin, mosquitto: MosquittoBroker
) -> None:
    """Somebody holds the row of the second boot, and then asks for the first."""
    numbers = await register(database, NAME, OTHER)
    first, second = sorted(numbers.values())
    names = {number: name for name, number in numbers.items()}
    hold = "SELECT 1 FROM watermark WHERE box_no = %s FOR UPDATE"
    patient = IngestSettings(linger_s=0.5)
    async with running_ingest(database, mosquitto.url, settings=patient) as counters:
        with a_box(mosquitto.url, names[first]) as one, a_box(mosquitto.url, names[second]) as two:
            one.send(a_reading(0))
            two.send(a_reading(0))
            await _receipted(one, 0)
            await _receipted(two, 0)
            with admin.transaction():
                # Ours looks for the deadlock first, and is its victim.
                admin.execute("SET LOCAL deadlock_timeout = '20s'")
                admin.execute(hold, (second,))
                one.send(a_reading(1))
                two.send(a_reading(1))
                await eventually(lambda: _is_waiting(admin), what="ingest to wait for the second")
                await asyncio.to_thread(admin.execute, hold, (first,))
                await eventually(lambda: counters.retries, what="the victim to try again")
            await _receipted(one, 1)
            await _receipted(two, 1)
    assert await rows(database, NUMBERS) == [(0,), (0,), (1,), (1,)]


def _is_waiting(admin: Admin) -> object:
    query = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
    return admin.execute(query, (admin.info.dbname,)).fetchone()


async def test_f38_slow_disk_makes_batches_grow(
    database: Database, admin: Admin, mosquitto: MosquittoBroker
) -> None:
    await register(database, NAME)
    async with running_ingest(database, mosquitto.url) as counters:
        with a_box(mosquitto.url, NAME) as box:
            box.send(a_reading(0))
            await _receipted(box, 0)
            admin.execute(
                "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN PERFORM pg_sleep(0.25); RETURN NULL; END $$"
            )
            admin.execute("CREATE TRIGGER slow AFTER UPDATE ON watermark EXECUTE FUNCTION slow()")
            before = counters.batches
            for seq in range(1, 301):
                box.hand_over(a_reading(seq))
            await _receipted(box, 300)
            assert counters.batches - before < 30, "each message waited for a commit of its own"


async def test_f42_restored_backup_is_filled_up_again_from_the_boxes_logs(
    database: Database,
    database_url: str,
    postgres_server: PostgresServer,
    mosquitto: MosquittoBroker,
) -> None:
    """Receipts had gone further than the backup; the next one names what is missing now."""
    await register(database, NAME)
    log = [a_reading(seq) for seq in range(11)]
    with a_box(mosquitto.url, NAME) as box:
        async with running_ingest(database, mosquitto.url):
            box.send(*log[:5])
            await _receipted(box, 4)
        await database.close()
        backup = postgres_server.create_database(database_url.rpartition("/")[2])
        restored = Database(postgres_server.url(backup))
        try:
            async with running_ingest(database, mosquitto.url):
                box.send(*log[5:10])
                await _receipted(box, 9)
            async with running_ingest(restored, mosquitto.url):
                box.send(log[10])
                await eventually(
                    lambda: box.receipts[-1].boots[0].missing == ((5, 9),), what="the hole"
                )
                assert box.contiguous() == 4
                box.send(*log[5:10])
                await _receipted(box, 10)
            assert await rows(restored, NUMBERS) == [(seq,) for seq in range(11)]
        finally:
            await restored.close()
            postgres_server.drop_database(backup)
