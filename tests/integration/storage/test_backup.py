"""A dump and its restoring, by the words of the runbook: whole, and guarded as before."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from services.core.domain.governance.audit_check import Fault
from services.core.runtime.audit_folder import AuditFolder
from services.core.storage.database import Database
from services.local.engine import find_programs
from tests.integration.storage.auditing import COUNT, anchor, verify, write_entry
from tests.integration.storage.test_stores_keep_apart import (
    Connection,
    as_api,
    check_store,
    enter_two_firms,
)
from tests.support.servers import PostgresServer

TABLES_IN_ORDER = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND relkind IN ('r', 'p') ORDER BY relname"
)
GUARDS = (
    "SELECT relname, relrowsecurity, relforcerowsecurity, relowner::regrole::text,"
    " coalesce(relacl, acldefault('r', relowner))::text,"
    " (SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid),"
    " (SELECT count(*) FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgenabled <> 'D'),"
    " (SELECT count(*) FROM pg_constraint WHERE conrelid = pg_class.oid)"
    " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')"
    " ORDER BY relname"
)
EVENTS = "SELECT evtname, evtenabled, evtowner::regrole::text FROM pg_event_trigger ORDER BY 1"


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(find_programs(for_other_user=False) / program), *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def superuser(server: PostgresServer, database: Database) -> Iterator[Connection]:
    """Whom no right binds; nobody else may be there while a dump is restored."""
    address = server.admin_url(database.url.rpartition("/")[2])
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def _dump(server: PostgresServer, database: Database, file: Path) -> None:
    address = server.admin_url(database.url.rpartition("/")[2])
    _run("pg_dump", "--dbname", address, "--format", "custom", "--file", str(file))


async def _restore(server: PostgresServer, database: Database, file: Path) -> None:
    """The database is made anew: over one that is there, a dump leaves errors behind."""
    await database.close()
    words = ("--clean", "--if-exists", "--create", "--exit-on-error")
    _run("pg_restore", "--dbname", server.admin_url(), *words, str(file))


def _seen(connection: Connection) -> list[object]:
    """How many rows each table has, a sum over what is in them, and what guards them."""
    tables = connection.execute(TABLES_IN_ORDER.encode()).fetchall()
    count = "SELECT '{0}', count(*), sum(hashtextextended(t::text, 0)) FROM {0} AS t"
    rows = [connection.execute(count.format(name).encode()).fetchone() for (name,) in tables]
    return [rows, *(connection.execute(one.encode()).fetchall() for one in (GUARDS, EVENTS))]


@pytest.mark.timeout(300)
async def test_s84_what_a_dump_brought_back_is_whole_guarded_and_verified(
    trail: Database, folder: AuditFolder, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """What came after the dump is gone, all else as it was; and the trail goes on from there."""
    await enter_two_firms(trail)
    with superuser(postgres_server, trail) as connection:
        before = _seen(connection)
    _dump(postgres_server, trail, tmp_path / "coldlane.dump")
    await write_entry(trail, COUNT + 1)
    await _restore(postgres_server, trail, tmp_path / "coldlane.dump")
    with superuser(postgres_server, trail) as connection:
        assert _seen(connection) == before
        with pytest.raises(psycopg.Error, match="only added"):
            connection.execute("UPDATE audit_entry SET reason = 'x'")
    restored = await verify(trail, folder)
    assert (restored.entries, restored.unproven, restored.findings) == (COUNT, 0, ())
    with as_api(trail.url) as connection:
        check_store(connection)
    await write_entry(trail, COUNT + 1)
    assert (await verify(trail, folder)).findings == ()


async def test_s84_backup_that_is_older_than_an_anchor_is_told(
    trail: Database, folder: AuditFolder, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    _dump(postgres_server, trail, tmp_path / "coldlane.dump")
    await write_entry(trail, COUNT + 1)
    await anchor(trail, folder)
    await _restore(postgres_server, trail, tmp_path / "coldlane.dump")
    (first,) = (await verify(trail, folder)).findings
    assert (first.fault, first.position) == (Fault.CUT_OFF, COUNT + 1)


@pytest.mark.timeout(300)
async def test_s84_dump_of_a_timescale_database_comes_back_by_its_own_steps(
    timescale_database: Database,
    folder: AuditFolder,
    timescale_server: PostgresServer,
    tmp_path: Path,
) -> None:
    """Into a database with the extension, between the two calls that the runbook names."""
    timescale_database.audit_key = folder.keys().current
    await enter_two_firms(timescale_database)
    await write_entry(timescale_database, 1)
    with superuser(timescale_server, timescale_database) as connection:
        before = _seen(connection)
    _dump(timescale_server, timescale_database, tmp_path / "coldlane.dump")
    name = timescale_server.create_database()
    timescale_server.create_extension(name, "timescaledb")
    restored = Database(timescale_server.url(name))
    try:
        with superuser(timescale_server, restored) as connection:
            connection.execute("SELECT timescaledb_pre_restore()")
        dump = str(tmp_path / "coldlane.dump")
        _run("pg_restore", "--dbname", timescale_server.admin_url(name), "--exit-on-error", dump)
        with superuser(timescale_server, restored) as connection:
            connection.execute("SELECT timescaledb_post_restore()")
            assert _seen(connection) == before
        assert (await verify(restored, folder)).findings == ()
        with as_api(restored.url) as api:
            check_store(api)
    finally:
        await restored.close()
        timescale_server.drop_database(name)


def test_s84_runbook_says_what_is_tried_here(pytestconfig: pytest.Config) -> None:
    runbook = (pytestconfig.rootpath / "deploy/runbook.md").read_text()
    steps = (
        "pg_dump --username postgres --format custom coldlane",
        "timescaledb_pre_restore()",
        "pg_restore --username postgres --dbname coldlane --exit-on-error",
        "timescaledb_post_restore()",
        "pg_restore --dbname postgres --clean --if-exists --create --exit-on-error",
    )
    places = [runbook.index(step) for step in steps]
    assert places == sorted(places)
