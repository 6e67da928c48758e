"""What a superuser's hand does to the audit trail shows, and where it began."""

from collections.abc import Sequence

import psycopg
import pytest

from services.core.domain.governance.audit import AuditKey
from services.core.domain.governance.audit_check import Fault
from services.core.runtime.audit_folder import AuditFolder
from services.core.storage.database import Database
from tests.integration.storage.auditing import COUNT, verify, write_entry

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


def _unlocked(superuser: psycopg.Connection, statements: Sequence[str]) -> None:
    """Past every trigger: first they are taken off, then put back as if nothing had been."""
    for table in ("audit_entry", "audit_seal"):
        superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    for statement in statements:
        superuser.execute(statement)
    for table in ("audit_entry", "audit_seal"):
        superuser.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


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
    assert (await verify(trail, folder)).findings == ()


async def test_s61_replica_mode_does_not_add_past_the_chain(
    trail: Database, superuser: psycopg.Connection, folder: AuditFolder
) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(_INSERT)
    (first,) = (await verify(trail, folder)).findings
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
    first = (await verify(trail, folder)).findings[0]
    assert (first.fault, first.position) == (fault, position)


async def test_s64_entry_that_a_superuser_adds_in_anothers_name_is_named(
    trail: Database, folder: AuditFolder, superuser: psycopg.Connection
) -> None:
    """With the right digest, and through the trigger: what it lacks is the key."""
    forger = Database(trail.url)
    await write_entry(forger, 9)
    await forger.close()
    (first,) = (await verify(trail, folder)).findings
    assert (first.fault, first.position) == (Fault.INSERTED, COUNT + 1)
    other = Database(trail.url)
    other.audit_key = AuditKey(b"x" * 32)
    await write_entry(other, 10)
    await other.close()
    assert (await verify(trail, folder)).findings[0].position == COUNT + 1


async def test_s64_anchors_that_were_edited_are_named(
    trail: Database, folder: AuditFolder, superuser: psycopg.Connection
) -> None:
    _unlocked(superuser, _TAMPERED["cut off"][0])
    lines = folder.anchors_file.read_text().splitlines()
    folder.anchors_file.write_text(lines[0] + "\n" + lines[1].replace(": 8,", ": 6,") + "\n")
    assert (await verify(trail, folder)).findings[0].fault is Fault.ANCHOR
