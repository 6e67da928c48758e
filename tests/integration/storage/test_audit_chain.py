"""The audit trail in a real database: only added to, never forked, and a superuser's hand shows."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from services.core.domain.governance.audit import AuditKey
from services.core.domain.governance.audit_anchor import make_anchor
from services.core.domain.governance.audit_check import Fault
from services.core.runtime.audit_folder import AuditFolder
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.audit_chain import AuditChain
from services.core.storage.audit_verification import Verification, verify_audit
from services.core.storage.database import Database
from tests.support.servers import PostgresServer
from tests.support.waiting import wait_until

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
COUNT = 8
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
_REHASH = """
DO $$ DECLARE one record; head bytea := decode(repeat('00', 32), 'hex'); place bigint := 0;
BEGIN
  FOR one IN SELECT seal.entry_id, seal.sealed_at, entry.digest FROM audit_seal AS seal
    JOIN audit_entry AS entry ON entry.id = seal.entry_id ORDER BY seal.position LOOP
    place := place + 1;
    UPDATE audit_seal SET position = place, previous = head, hash = sha256(head || int8send(place)
      || int8send(one.entry_id) || int8send(CAST(extract(epoch FROM one.sealed_at) * 1000000
      AS bigint)) || one.digest) WHERE entry_id = one.entry_id RETURNING hash INTO head;
  END LOOP;
END $$
"""
_INSERT = (
    "INSERT INTO audit_entry (at, principal_id, action, entity, entity_id, source, digest)"
    " VALUES (now(), 'chen.yu', 'approve', 'deviation', '1', 'key', sha256('forged'))"
)


def _entry(number: int) -> AuditEntry:
    return AuditEntry(
        at=AT + timedelta(minutes=number),
        principal_id="chen.yu",
        source="key abcdefgh",
        action="approve",
        entity="deviation",
        entity_id=str(number),
        after={"n": number, "temp_c": 9.4, "whole": 1e22, "text": "超温"},
        reason="SR-12",
    )


async def _write(database: Database, number: int) -> None:
    async with database.unit_of_work() as unit:
        await AuditRepository(unit).add(_entry(number))


async def _anchor(database: Database, folder: AuditFolder) -> None:
    async with database.unit_of_work() as unit:
        head = await AuditChain(unit).head()
    assert head is not None
    folder.add_anchor(make_anchor(head.now, head.position, head.hash, database.audit_key))


async def _verify(database: Database, folder: AuditFolder) -> Verification:
    async with database.unit_of_work() as unit:
        return await verify_audit(unit, folder.keys(), folder.anchors())


@pytest.fixture
def folder(tmp_path: Path) -> AuditFolder:
    folder = AuditFolder(tmp_path / "audit")
    folder.ensure_keys()
    return folder


@pytest.fixture
async def trail(database: Database, folder: AuditFolder) -> Database:
    """Eight entries under a key, anchored after the sixth and the last."""
    database.audit_key = folder.keys().current
    for number in range(1, COUNT + 1):
        await _write(database, number)
        if number in {6, COUNT}:
            await _anchor(database, folder)
    return database


@pytest.fixture
def superuser(database_url: str, postgres_server: PostgresServer) -> Iterator[psycopg.Connection]:
    """Whom no right and no row rule binds."""
    name = make_url(database_url).database
    assert name is not None
    with psycopg.connect(postgres_server.admin_url(name), autocommit=True) as connection:
        yield connection


def _unlocked(superuser: psycopg.Connection, statements: Sequence[str]) -> None:
    """Past every trigger: first they are taken off, then put back as if nothing had been."""
    for table in ("audit_entry", "audit_seal"):
        superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    for statement in statements:
        superuser.execute(statement)
    for table in ("audit_entry", "audit_seal"):
        superuser.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


async def test_s62_untouched_trail_holds_and_says_how_far_it_goes(
    trail: Database, folder: AuditFolder
) -> None:
    found = await _verify(trail, folder)
    assert (found.findings, found.entries, found.anchored_entries) == ((), COUNT, COUNT)
    assert found.unproven == 0


async def test_s62_without_the_keys_order_is_checked_and_authors_are_counted(
    trail: Database, tmp_path: Path
) -> None:
    found = await _verify(trail, AuditFolder(tmp_path / "elsewhere"))
    assert (found.findings, found.unproven) == ((), COUNT)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'other'",
        "UPDATE audit_entry SET reason = 'other' WHERE false",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry CASCADE",
        "UPDATE audit_seal SET position = position + 1",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
        "DELETE FROM signature",
        "UPDATE evidence_pack SET pack = ''",
        "TRUNCATE inspection_record",
    ],
)
async def test_s61_owner_and_superuser_only_add(
    trail: Database, folder: AuditFolder, superuser: psycopg.Connection, statement: str
) -> None:
    owner = psycopg.connect(trail.url.replace("postgresql+psycopg", "postgresql"), autocommit=True)
    with owner, pytest.raises(psycopg.errors.InsufficientPrivilege, match="only added"):
        owner.execute(statement)
    # What replication leaves out is not left out here.
    superuser.execute("SET session_replication_role = replica")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only added"):
        superuser.execute(statement)
    assert (await _verify(trail, folder)).findings == ()


async def test_s61_replica_mode_does_not_add_past_the_chain(
    trail: Database, superuser: psycopg.Connection, folder: AuditFolder
) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(_INSERT)
    (first,) = (await _verify(trail, folder)).findings
    assert (first.fault, first.position) == (Fault.CHANGED, COUNT + 1)


_TAMPERED = {
    "changed": (["UPDATE audit_entry SET reason = 'x' WHERE id = 4"], Fault.CHANGED, 4),
    "another person": (
        ["UPDATE audit_entry SET principal_id = 'li.na' WHERE id = 4"],
        Fault.CHANGED,
        4,
    ),
    "another time": (
        ["UPDATE audit_entry SET at = at + interval '1 us' WHERE id = 4"],
        Fault.CHANGED,
        4,
    ),
    "another value within": (
        ["UPDATE audit_entry SET after = jsonb_set(after, '{temp_c}', '7.4') WHERE id = 4"],
        Fault.CHANGED,
        4,
    ),
    "changed, and all that follows from it": (
        ["UPDATE audit_entry SET key_id = NULL, digest = sha256('x') WHERE id = 4", _REHASH],
        Fault.CHANGED,
        4,
    ),
    "removed": (
        ["DELETE FROM audit_seal WHERE entry_id = 4", "DELETE FROM audit_entry WHERE id = 4"],
        Fault.REMOVED,
        4,
    ),
    "removed, and its place left": (["DELETE FROM audit_entry WHERE id = 4"], Fault.REMOVED, 4),
    "removed, and the chain closed again": (
        [
            "DELETE FROM audit_seal WHERE entry_id = 4",
            "DELETE FROM audit_entry WHERE id = 4",
            "UPDATE audit_seal SET position = position + 1000",
            _REHASH,
        ],
        Fault.REWRITTEN,
        6,
    ),
    "put in past the triggers": ([_INSERT], Fault.INSERTED, None),
    "swapped": (
        [
            "UPDATE audit_seal SET entry_id = -4 WHERE entry_id = 4",
            "UPDATE audit_seal SET entry_id = 4 WHERE entry_id = 5",
            "UPDATE audit_seal SET entry_id = 5 WHERE entry_id = -4",
        ],
        Fault.MOVED,
        4,
    ),
    "swapped, and the chain closed again": (
        [
            "UPDATE audit_seal SET entry_id = -4 WHERE entry_id = 4",
            "UPDATE audit_seal SET entry_id = 4 WHERE entry_id = 5",
            "UPDATE audit_seal SET entry_id = 5 WHERE entry_id = -4",
            _REHASH,
        ],
        Fault.REWRITTEN,
        6,
    ),
    "cut off": (
        ["DELETE FROM audit_seal WHERE entry_id > 6", "DELETE FROM audit_entry WHERE id > 6"],
        Fault.CUT_OFF,
        7,
    ),
    "emptied": (["TRUNCATE audit_entry CASCADE"], Fault.CUT_OFF, 1),
    "a place that says another time": (
        ["UPDATE audit_seal SET sealed_at = sealed_at - interval '1 day' WHERE position = 4"],
        Fault.MOVED,
        4,
    ),
}


@pytest.mark.parametrize("name", list(_TAMPERED))
async def test_s63_s64_first_entry_that_a_superuser_touched_is_named(
    name: str, trail: Database, folder: AuditFolder, superuser: psycopg.Connection
) -> None:
    statements, fault, position = _TAMPERED[name]
    _unlocked(superuser, statements)
    first = (await _verify(trail, folder)).findings[0]
    assert (first.fault, first.position) == (fault, position)


async def test_s64_entry_that_a_superuser_adds_in_anothers_name_is_named(
    trail: Database, folder: AuditFolder, superuser: psycopg.Connection
) -> None:
    """With the right digest, and through the trigger: what it lacks is the key."""
    forger = Database(trail.url)
    await _write(forger, 9)
    await forger.close()
    (first,) = (await _verify(trail, folder)).findings
    assert (first.fault, first.position) == (Fault.INSERTED, COUNT + 1)
    other = Database(trail.url)
    other.audit_key = AuditKey(b"x" * 32)
    await _write(other, 10)
    await other.close()
    assert (await _verify(trail, folder)).findings[0].position == COUNT + 1


async def test_s64_anchors_that_were_edited_are_named(
    trail: Database, folder: AuditFolder, superuser: psycopg.Connection
) -> None:
    _unlocked(superuser, _TAMPERED["cut off"][0])
    lines = folder.anchors_file.read_text().splitlines()
    folder.anchors_file.write_text(lines[0] + "\n" + lines[1].replace(": 8,", ": 6,") + "\n")
    assert (await _verify(trail, folder)).findings[0].fault is Fault.ANCHOR


async def test_s62_many_writers_at_once_never_fork_the_chain(
    trail: Database, folder: AuditFolder
) -> None:
    """Two APIs, each with connections of its own."""
    apis = [Database(trail.url, pool_size=5) for _ in range(2)]
    for one in apis:
        one.audit_key = trail.audit_key
    await asyncio.gather(*(_write(apis[n % 2], n) for n in range(9, 109)))
    for one in apis:
        await one.close()
    found = await _verify(trail, folder)
    assert (found.findings, found.entries) == ((), COUNT + 100)


async def test_an_act_under_way_holds_nobody_up_and_takes_its_place_at_its_end(
    trail: Database, folder: AuditFolder
) -> None:
    async with trail.unit_of_work() as slow:
        await AuditRepository(slow).add(_entry(100))
        await _write(trail, 101)
    async with trail.unit_of_work() as unit:
        found = await unit.execute(
            text(
                "SELECT entity_id FROM audit_seal JOIN audit_entry ON id = entry_id"
                " WHERE position > :count ORDER BY position"
            ),
            {"count": COUNT},
        )
        assert [row[0] for row in found] == ["101", "100"]
    assert (await _verify(trail, folder)).findings == ()


async def test_an_act_that_fails_leaves_no_entry_and_no_gap(
    trail: Database, folder: AuditFolder
) -> None:
    with contextlib.suppress(LookupError):
        async with trail.unit_of_work() as unit:
            await AuditRepository(unit).add(_entry(100))
            raise LookupError
    await _write(trail, 101)
    assert (await _verify(trail, folder)).entries == COUNT + 1


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
    found = await _verify(database, folder)
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
