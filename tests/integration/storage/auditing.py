"""An audit trail of eight entries, and whom no right keeps from it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from services.core.domain.governance.audit_anchor import make_anchor
from services.core.runtime.audit_folder import AuditFolder
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.audit_chain import AuditChain
from services.core.storage.audit_verification import Verification, verify_audit
from services.core.storage.database import Database
from tests.support.servers import PostgresServer

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)

COUNT = 8


def entry_of(number: int) -> AuditEntry:
    """An approval by Chen Yu, so many minutes after twelve."""
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


async def write_entry(database: Database, number: int) -> None:
    """Add it in a unit of work of its own."""
    async with database.unit_of_work() as unit:
        await AuditRepository(unit).add(entry_of(number))


async def anchor(database: Database, folder: AuditFolder) -> None:
    """Write down outside of the database how far the trail goes."""
    async with database.unit_of_work() as unit:
        head = await AuditChain(unit).head()
    assert head is not None
    folder.add_anchor(make_anchor(head.now, head.position, head.hash, database.audit_key))


async def verify(database: Database, folder: AuditFolder) -> Verification:
    """What a reader finds who has the keys and the anchors."""
    async with database.unit_of_work() as unit:
        return await verify_audit(unit, folder.keys(), folder.anchors())


@pytest.fixture
def folder(tmp_path: Path) -> AuditFolder:
    """Keys and anchors, outside of the database."""
    folder = AuditFolder(tmp_path / "audit")
    folder.ensure_keys()
    return folder


@pytest.fixture
async def trail(database: Database, folder: AuditFolder) -> Database:
    """Eight entries under a key, anchored after the sixth and the last."""
    database.audit_key = folder.keys().current
    for number in range(1, COUNT + 1):
        await write_entry(database, number)
        if number in {6, COUNT}:
            await anchor(database, folder)
    return database


@pytest.fixture
def superuser(database_url: str, postgres_server: PostgresServer) -> Iterator[psycopg.Connection]:
    """Whom no right and no row rule binds."""
    name = make_url(database_url).database
    assert name is not None
    with psycopg.connect(postgres_server.admin_url(name), autocommit=True) as connection:
        yield connection
