"""Fixtures that give a test a database of its own: cloned from one that was migrated once."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from services.core.storage.database import Database
from services.core.storage.migrations import upgrade
from tests.support import floors
from tests.support.columnstore_server import running_columnstore
from tests.support.embedded_postgres import running_postgres
from tests.support.machine import find_columnstore, find_timescale, root_prefix
from tests.support.servers import PostgresServer
from tests.support.timescale import running_timescale


def _migrated(server: PostgresServer, *, extension: str | None = None) -> str:
    """A template: everything a fresh installation has, and nothing more."""
    template = server.create_database()
    if extension:
        server.create_extension(template, extension)
    upgrade(server.url(template))
    return template


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """PostgreSQL from the wheel; for tests that make databases or roles themselves."""
    with running_postgres(tmp_path_factory.mktemp("postgres") / "server") as server:
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> str:
    """Name of the migrated database that the others are cloned from."""
    return _migrated(postgres_server)


@pytest.fixture
def empty_database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Address of a database without any table, for tests of the migrations."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
def database_url(postgres_server: PostgresServer, migrated_template: str) -> Iterator[str]:
    """Address of a migrated database that belongs to this test alone."""
    name = postgres_server.create_database(migrated_template)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The handle to a migrated database that belongs to this test alone."""
    handle = Database(database_url)
    yield handle
    await handle.close()


@pytest.fixture(scope="session")
def timescale_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A real TimescaleDB; its floor is named when this machine has none."""
    home = find_timescale()
    if home is None:
        floors.missing("timescale", "TimescaleDB is not installed (make test installs it)")
    if root_prefix() is None:
        floors.missing("timescale", "needs root or passwordless sudo to start the server")
    log: Path = tmp_path_factory.mktemp("timescale") / "server.log"
    with running_timescale(home, log) as server:
        yield server


@pytest.fixture(scope="session")
def timescale_template(timescale_server: PostgresServer) -> str:
    """Name of the migrated database with TimescaleDB that the others are cloned from."""
    return _migrated(timescale_server, extension="timescaledb")


@pytest.fixture
def empty_timescale_url(timescale_server: PostgresServer) -> Iterator[str]:
    """Address of a database with the extension and without any table."""
    name = timescale_server.create_database()
    timescale_server.create_extension(name, "timescaledb")
    yield timescale_server.url(name)
    timescale_server.drop_database(name)


@pytest.fixture
def timescale_url(timescale_server: PostgresServer, timescale_template: str) -> Iterator[str]:
    """Address of a migrated database on TimescaleDB that belongs to this test alone."""
    name = timescale_server.create_database(timescale_template)
    yield timescale_server.url(name)
    timescale_server.drop_database(name)


@pytest.fixture
async def timescale_database(timescale_url: str) -> AsyncIterator[Database]:
    """The handle to a migrated database on TimescaleDB that belongs to this test alone."""
    handle = Database(timescale_url)
    yield handle
    await handle.close()


@pytest.fixture(params=["database_url", "timescale_url"])
async def either_database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """The handle to a migrated database of this test's own; the test runs once on each store."""
    handle = Database(request.getfixturevalue(request.param))
    yield handle
    await handle.close()


_ADDED_ONLY = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'added_only'"


@pytest.fixture(scope="session")
def columnstore_url() -> Iterator[str]:
    """Address of a migrated database on TimescaleDB's community edition; it has only one."""
    home = find_columnstore()
    if home is None:
        floors.missing("columnstore", "Node or its TimescaleDB is missing (make test installs it)")
    with running_columnstore(home) as url:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION timescaledb")
        upgrade(url)
        yield url


@pytest.fixture
async def columnstore_database(columnstore_url: str) -> AsyncIterator[Database]:
    """The handle to it, with no box, reading or shipment; one session for all connections."""
    with psycopg.connect(columnstore_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("TRUNCATE reading")
        kept = connection.execute(_ADDED_ONLY).fetchall()
        for (table,) in kept:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER added_only")
        connection.execute("TRUNCATE box, shipment RESTART IDENTITY CASCADE")
        for (table,) in kept:
            connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER added_only")
    handle = Database(columnstore_url, pool_size=1)
    yield handle
    await handle.close()
