"""The audit trail in a real database: only added to, never forked, whoever writes."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
from sqlalchemy import text

from services.core.runtime.audit_folder import AuditFolder
from services.core.storage.audit import AuditRepository
from services.core.storage.database import Database
from tests.integration.storage.auditing import COUNT, entry_of, verify, write_entry
from tests.support.waiting import wait_until

_WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.database import Database

async def main():
    database = Database(sys.argv[1], pool_size=4)
    async def write(number):
        while True:
            async with database.unit_of_work() as unit:
                await AuditRepository(unit).add(AuditEntry(at=datetime.now(UTC),
                    principal_id="writer", source="test", action="x", entity="y",
                    entity_id=str(number)))
    await asyncio.gather(*map(write, range(4)))

asyncio.run(main())
"""


async def test_s62_untouched_trail_holds_and_says_how_far_it_goes(
    trail: Database, folder: AuditFolder
) -> None:
    found = await verify(trail, folder)
    assert (found.findings, found.entries, found.anchored_entries) == ((), COUNT, COUNT)
    assert found.unproven == 0


async def test_s62_without_the_keys_order_is_checked_and_authors_are_counted(
    trail: Database, tmp_path: Path
) -> None:
    found = await verify(trail, AuditFolder(tmp_path / "elsewhere"))
    assert (found.findings, found.unproven) == ((), COUNT)


async def test_s62_many_writers_at_once_never_fork_the_chain(
    trail: Database, folder: AuditFolder
) -> None:
    """Two APIs, each with connections of its own."""
    apis = [Database(trail.url, pool_size=5) for _ in range(2)]
    for one in apis:
        one.audit_key = trail.audit_key
    await asyncio.gather(*(write_entry(apis[n % 2], n) for n in range(9, 109)))
    for one in apis:
        await one.close()
    found = await verify(trail, folder)
    assert (found.findings, found.entries) == ((), COUNT + 100)


async def test_an_act_under_way_holds_nobody_up_and_takes_its_place_at_its_end(
    trail: Database, folder: AuditFolder
) -> None:
    async with trail.unit_of_work() as slow:
        await AuditRepository(slow).add(entry_of(100))
        await write_entry(trail, 101)
    async with trail.unit_of_work() as unit:
        found = await unit.execute(
            text(
                "SELECT entity_id FROM audit_seal JOIN audit_entry ON id = entry_id"
                " WHERE position > :count ORDER BY position"
            ),
            {"count": COUNT},
        )
        assert [row[0] for row in found] == ["101", "100"]
    assert (await verify(trail, folder)).findings == ()


async def test_an_act_that_fails_leaves_no_entry_and_no_gap(
    trail: Database, folder: AuditFolder
) -> None:
    with contextlib.suppress(LookupError):
        async with trail.unit_of_work() as unit:
            await AuditRepository(unit).add(entry_of(100))
            raise LookupError
    await write_entry(trail, 101)
    assert (await verify(trail, folder)).entries == COUNT + 1


async def test_s62_writer_that_is_killed_leaves_a_chain_that_holds(
    database: Database, folder: AuditFolder, superuser: psycopg.Connection
) -> None:
    writer = subprocess.Popen(  # noqa: ASYNC220 - it is killed below
        [sys.executable, "-c", _WRITER, database.url],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )

    def many() -> bool:
        return superuser.execute("SELECT count(*) > 20 FROM audit_seal").fetchone() == (True,)

    try:
        wait_until(many, seconds=60, what="twenty entries")
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    found = await verify(database, folder)
    assert found.findings == ()
    assert found.entries > 20


async def test_s65_place_has_the_time_of_the_database(trail: Database) -> None:
    """The service's clock is the tests' own; the database's is that of its machine."""
    async with trail.unit_of_work() as unit:
        statement = "SELECT sealed_at > now() - interval '1 hour' FROM audit_seal"
        assert {row[0] for row in await unit.execute(text(statement))} == {True}


def test_the_first_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = AuditFolder(tmp_path / "audit")
    first = folder.ensure_keys()
    assert folder.ensure_keys() == first
    assert folder.keys_file.stat().st_mode & 0o077 == 0
    assert folder.path.stat().st_mode & 0o077 == 0
