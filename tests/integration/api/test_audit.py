"""The audit trail over HTTP: read by auditors, itself recorded, checked, and complete."""

import logging
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from services.api.anchoring import Anchoring
from services.api.app import create_app
from services.core.runtime.audit_folder import AuditFolder
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import at, box, local_client, made, rows


@pytest.fixture
def api_database(database: Database) -> Database:
    return database


@pytest.fixture
def folder(tmp_path: Path) -> AuditFolder:
    return AuditFolder(tmp_path / "audit")


@pytest.fixture
def app(api_database: Database, clock: FixedClock, folder: AuditFolder) -> FastAPI:
    """An API that has a key, as `coldlane up` gives it one."""
    api_database.audit_key = folder.ensure_keys().current
    return create_app(clock, api_database, audit_folder=folder)


async def test_s66_entries_are_listed_filtered_and_gone_through_part_by_part(
    client: httpx.AsyncClient,
) -> None:
    for number in range(5):
        await made(client, "/boxes", box(f"CB-000{number}"))
    asked: dict[str, str] = {
        "entity": "box",
        "action": "create",
        "principal": "local-operator",
        "limit": "2",
    }
    first = (await client.get("/audit", params=asked)).json()
    assert [one["entity_id"] for one in first["items"]] == ["CB-0004", "CB-0003"]
    rest = (await client.get("/audit", params={**asked, "cursor": first["next_cursor"]})).json()
    assert [one["entity_id"] for one in rest["items"]] == ["CB-0002", "CB-0001"]
    one = (await client.get("/audit", params={"entity_id": "CB-0000"})).json()["items"][0]
    assert one["source"] == "loopback"
    assert one["position"] == 1
    assert len(bytes.fromhex(one["hash"])) == 32
    for bounds, found in (({"since": at(0)}, 5), ({"since": at(1)}, 0), ({"until": at(0)}, 0)):
        answer = await client.get("/audit", params={"entity": "box", **bounds})
        assert len(answer.json()["items"]) == found


async def test_s66_reading_and_taking_out_are_entries_too(client: httpx.AsyncClient) -> None:
    await client.get("/audit", params={"entity": "box"})
    await client.get("/audit", params={"purpose": "export", "since": at(0)})
    found = (await client.get("/audit", params={"entity": "audit"})).json()["items"]
    assert [(one["action"], one["after"]["n"]) for one in found] == [("export", 1), ("read", 0)]
    assert found[1]["after"]["entity"] == "box"
    assert found[0]["after"]["since"] == "2026-11-22T12:00:00.000000Z"


async def test_s63_check_says_what_holds_and_names_what_does_not(
    client: httpx.AsyncClient,
    api_database: Database,
    database: Database,
    folder: AuditFolder,
    clock: FixedClock,
) -> None:
    await made(client, "/boxes", box())
    await Anchoring(api_database, folder, clock).once()
    found = (await client.get("/audit/verification")).json()
    assert (found["ok"], found["entries"], found["anchored_entries"]) == (True, 1, 1)
    assert (found["keyed"], found["unproven"], found["findings"]) == (True, 0, [])
    forger = Database(database.url)
    async with local_client(create_app(clock, forger)) as without_key:
        await made(without_key, "/boxes", box("CB-0002"))
    await forger.close()
    found = (await client.get("/audit/verification")).json()
    assert found["ok"] is False
    assert found["findings"][0]["fault"] == "inserted"
    (entry,) = await rows(database, "SELECT id FROM audit_entry WHERE entity_id = 'CB-0002'")
    assert found["findings"][0]["entry_id"] == entry.id


async def test_s63_anchor_is_written_while_there_is_something_new(
    client: httpx.AsyncClient, api_database: Database, folder: AuditFolder, clock: FixedClock
) -> None:
    anchoring = Anchoring(api_database, folder, clock)
    await anchoring.once()
    assert folder.anchors() == ()
    await made(client, "/boxes", box())
    await anchoring.once()
    await anchoring.once()
    await made(client, "/boxes", box("CB-0002"))
    await anchoring.once()
    assert [one.entries for one in folder.anchors()] == [1, 2]
    assert all(one.holds(folder.keys()) for one in folder.anchors())


async def test_s65_clock_of_the_database_that_was_set_is_logged(
    client: httpx.AsyncClient,
    api_database: Database,
    folder: AuditFolder,
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Set against the time that passes here; the other way round it looks the same."""
    await made(client, "/boxes", box())
    anchoring = Anchoring(api_database, folder, clock)
    await anchoring.once()
    clock.advance(timedelta(hours=1))
    await anchoring.once()
    events = {getattr(one, "event", ""): one for one in caplog.records}
    told = events["database_clock_stepped"]
    assert told.levelno == logging.WARNING
    assert -3600 <= told.step_s < -3000  # type: ignore[attr-defined]
