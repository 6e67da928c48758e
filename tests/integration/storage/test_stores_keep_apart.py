"""Readings of two firms in each store: by COPY, as columns, and to a query that tells on rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database
from services.core.storage.isolation.tables import TABLES, VIEWS
from services.core.storage.partitions import chunks
from services.ingest.upkeep import Upkeep
from tests.integration.storage.test_intake import store
from tests.support.past_shipments import run
from tests.support.saying import a_known_box, parcel, said

NOW = datetime.now(UTC)
LONG_AGO = (NOW - timedelta(days=60)).replace(hour=6, minute=0)
TEMPERATURES = {"firm-a": 1.5, "firm-b": 99.5}
TELLS = (
    "CREATE OR REPLACE FUNCTION pg_temp.tells(double precision) RETURNS boolean LANGUAGE plpgsql"
    " COST 0.0000001 AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$"
)
"""Cheaper than any condition: a planner that may, asks it of each row first."""

Connection = psycopg.Connection[tuple[object, ...]]


async def enter_two_firms(database: Database) -> None:
    for firm, temp_c in TEMPERATURES.items():
        box = await a_known_box(database, f"CB-{firm[-1].upper() * 6}")
        taken = [
            said(seq, device_at=LONG_AGO + timedelta(minutes=seq), temp_c=temp_c)
            for seq in range(100)
        ]
        await store(database, parcel(box, *taken, received_at=LONG_AGO + timedelta(hours=3)))
        await run(
            database,
            "INSERT INTO organisation (organisation_id, name, country, kind, created_at)"
            " VALUES (:firm, :firm, 'CN', 'operator', now())",
            firm=firm,
        )
        owns = "UPDATE box SET organisation_id = :firm, registered_at = :at WHERE box_no = :box"
        await run(database, owns, firm=firm, at=LONG_AGO, box=box.box_no)


async def _columns(database: Database) -> list[bool]:
    upkeep = Upkeep(database=database, clock=SystemClock(), late_until=timedelta(days=30))
    await upkeep.settle_old_chunks()
    async with database.unit_of_work() as unit:
        return [one.is_columnar for one in await unit.connection.run_sync(chunks)]


@contextmanager
def as_api(url: str) -> Iterator[Connection]:
    """A session with the rights of the API, to type statements into."""
    address = url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT set_config('role', pg_get_userbyid(datdba) || '_api', false)"
            " FROM pg_database WHERE datname = current_database()"
        )
        yield connection
        connection.execute("RESET ROLE")


@contextmanager
def reach(connection: Connection, firm: str) -> Iterator[None]:
    """A transaction of this firm; of nobody when it has no name."""
    with connection.transaction():
        connection.execute(
            "SELECT set_config('coldlane.organisation', %s, true),"
            " set_config('coldlane.at', %s, true)",
            (firm, NOW.isoformat()),
        )
        yield


def copied(connection: Connection, query: str) -> set[str]:
    """What COPY brings out, line by line."""
    with connection.cursor().copy(f"COPY ({query}) TO STDOUT".encode()) as out:
        return {bytes(line).decode().strip() for line in out}


async def test_s45_each_store_keeps_the_readings_of_firms_apart(either_database: Database) -> None:
    await enter_two_firms(either_database)
    with as_api(either_database.url) as connection:
        check_store(connection)


async def test_s45_readings_as_columns_are_kept_apart_as_well(
    columnstore_database: Database,
) -> None:
    await enter_two_firms(columnstore_database)
    assert await _columns(columnstore_database) == [True]
    with as_api(columnstore_database.url) as connection:
        check_store(connection)


def check_store(connection: Connection) -> None:
    """All that holds for whoever types statements with the rights of the API."""
    _check_view(connection)
    _check_beside(connection)
    _check_dump(connection)


def _check_view(connection: Connection) -> None:
    """One's own and no other's: as rows, by COPY, as sums, and to a function that tells."""
    told: list[str] = []
    connection.add_notice_handler(lambda notice: told.append(str(notice.message_primary)))
    connection.execute(TELLS)
    for firm, temp_c in TEMPERATURES.items():
        with reach(connection, firm):
            query = "SELECT DISTINCT temp_c FROM shown_reading"
            assert connection.execute(query.encode()).fetchall() == [(temp_c,)]
            assert copied(connection, query) == {str(temp_c)}
            sums = "SELECT count(*), min(temp_c), max(temp_c) FROM shown_reading"
            assert connection.execute(sums.encode()).fetchall() == [(100, temp_c, temp_c)]
            told.clear()
            connection.execute("SELECT FROM shown_reading WHERE pg_temp.tells(temp_c)")
            assert set(told) == {f"saw {temp_c}"}
    for nobody in ("", "firm-c"):
        with reach(connection, nobody):
            assert copied(connection, "SELECT temp_c FROM shown_reading") == set()
    assert copied(connection, "SELECT temp_c FROM shown_reading") == set()


def _check_beside(connection: Connection) -> None:
    """No table behind it, no chunk, no column of a packed one, and no sum that is kept."""
    refused = (
        "SELECT FROM reading",
        "CREATE MATERIALIZED VIEW pg_temp.mine AS SELECT * FROM reading",
        "ALTER VIEW shown_reading SET (security_barrier = false)",
    )
    for statement in refused:
        with pytest.raises(psycopg.Error, match=r"permission denied|must be owner|not supported"):
            connection.execute(statement.encode())
    for copy in ("reading TO STDOUT", "reading FROM STDIN", "shipment FROM STDIN"):
        with (
            pytest.raises(psycopg.Error, match=r"permission denied|not supported"),
            connection.cursor().copy(f"COPY {copy}".encode()),
        ):
            pass
    readable = connection.execute(
        "SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
        " WHERE relkind IN ('r', 'p', 'm', 'f') AND has_any_column_privilege(pg_class.oid,"
        " 'SELECT') AND nspname !~ '^(pg_|information_schema$|_timescaledb_c)'"
        " AND relname !~ '^bgw_'"
    ).fetchall()
    hidden = connection.execute(
        "SELECT count(*) FROM pg_class WHERE relname ~ '^(_hyper|compress_hyper|reading_)'"
    ).fetchone()
    kept = connection.execute("SELECT matviewname FROM pg_matviews").fetchall()
    assert {str(name) for (name,) in readable} <= {*TABLES, *VIEWS} - {"reading"}
    assert hidden is not None
    assert int(str(hidden[0])) > 0
    assert kept == []


def _check_dump(connection: Connection) -> None:
    """What a dump asks for is refused, not answered with fewer rows or with all of them."""
    connection.execute("SET row_security = off")
    try:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            copied(connection, "SELECT * FROM shipment")
    finally:
        connection.execute("RESET row_security")
