"""`coldlane audit verify` on a real database: what scripts can tell from it."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from services.core.runtime.audit_folder import AuditFolder
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.database import Database
from tests.integration.cli.test_command_line import coldlane


async def _write(url: str, folder: AuditFolder, count: int) -> None:
    database = Database(url, pool_size=1)
    database.audit_key = folder.ensure_keys().current
    for number in range(count):
        async with database.unit_of_work() as unit:
            await AuditRepository(unit).add(
                AuditEntry(
                    at=datetime(2026, 11, 22, tzinfo=UTC),
                    principal_id="chen.yu",
                    source="key",
                    action="approve",
                    entity="deviation",
                    entity_id=str(number),
                )
            )
    await database.close()


def test_s63_verify_ends_with_four_and_names_the_first_entry(
    database_url: str, tmp_path: Path
) -> None:
    folder = AuditFolder(tmp_path / "audit")
    asyncio.run(_write(database_url, folder, 3))
    arguments = ["audit", "verify", "--audit-dir", str(folder.path)]
    said = coldlane([*arguments, "--json"], tmp_path, COLDLANE_DATABASE_URL=database_url)
    found = json.loads(said.stdout)
    assert (said.returncode, found["ok"], found["entries"]) == (0, True, 3)
    kept = f"3:{found['head']}"
    forged = f"9:{found['head']}"
    said = coldlane([*arguments, "--head", kept, "--head", forged], tmp_path,
                    COLDLANE_DATABASE_URL=database_url)  # fmt: skip
    assert said.returncode == 4
    assert "CUT_OFF at place 4: an anchor knows of 9 entries" in said.stdout
    with psycopg.connect(database_url.replace("postgresql+psycopg", "postgresql")) as owner:
        owner.execute("ALTER TABLE audit_entry DISABLE TRIGGER added_only")
        owner.execute("UPDATE audit_entry SET principal_id = 'li.na' WHERE entity_id = '1'")
    said = coldlane(arguments, tmp_path, COLDLANE_DATABASE_URL=database_url)
    assert said.returncode == 4
    assert "1 entries hold" in said.stdout
    assert "CHANGED at place 2, entry 2" in said.stdout
