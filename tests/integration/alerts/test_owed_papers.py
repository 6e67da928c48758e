"""Data that left in an emergency owes its papers: who is late with them is told until they come."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from services.alerts.owed_papers import OwedPapersWatch
from services.api.app import create_app
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.isolation.rights import Service
from services.core.storage.schema import alarm, notification_outbox
from tests.integration.alerts.builders import rows_of
from tests.support.api import NOW, at, local_client, made
from tests.support.firms import firm, key_of


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def client(database_url: str, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """Over the API's own role, which is held to what may be seen."""
    handle = Database(database_url, service=Service.API)
    async with local_client(create_app(clock, handle)) as client:
        yield client
    await handle.close()


@pytest.fixture
async def watch(database_url: str, clock: FixedClock) -> AsyncIterator[OwedPapersWatch]:
    """In the role of alerts."""
    handle = Database(database_url, service=Service.ALERTS)
    yield OwedPapersWatch(handle, clock)
    await handle.close()


@pytest.mark.parametrize("withdrawn", [False, True])
async def test_s74_emergency_whose_papers_do_not_come_sounds_until_they_have_come(
    database: Database,
    clock: FixedClock,
    client: httpx.AsyncClient,
    watch: OwedPapersWatch,
    withdrawn: bool,
) -> None:
    """Due on 2 December: at its midnight in Shanghai. Who ends it early owes the papers too."""
    lab = {"organisation_id": "lab", "name": "Lab", "country": "DE", "kind": "sponsor"}
    await made(client, "/organisations", lab)
    emergency = {
        "organisation": "lab",
        "classes": ["sensitive"],
        "ends_at": at(4),
        "reason": "the treating hospital must compare the bag",
    }
    entry = await made(client, "/data-policy/emergencies", emergency)
    assert entry["due_on"] == "2026-12-02"
    path = f"/data-policy/entries/{entry['entry_id']}"
    if withdrawn:
        ended = await client.post(f"{path}/withdrawal", json={"reason": "the bag was compared"})
        assert ended.status_code == 200
    clock.advance(timedelta(days=10, hours=3, minutes=59))
    assert await watch.run_once() == 0
    clock.advance(timedelta(minutes=1))
    assert (await watch.run_once(), await watch.run_once()) == (1, 0)
    (found,) = await rows_of(database, alarm)
    assert (found["kind"], found["priority"]) == ("data_emergency_overdue", 2)
    assert (found["began_at"], found["facts"]["name"]) == (clock.now(), "lab")
    (notice,) = await rows_of(database, notification_outbox)
    assert notice["body"]["whom_to_call"] == "data_contact"

    (shown,) = (await client.get("/alarms")).json()["items"]
    assert (shown["kind"], shown["state"]) == ("data_emergency_overdue", "UNACKNOWLEDGED")
    await firm(client, "firm-a", "operator")
    for name in ("firm-a", "lab"):
        headers = await key_of(client, name, "operator")
        seen = await client.get("/alarms", headers=headers)
        assert seen.json()["items"] == [], "it is of no firm, and not of the recipient"

    papers = f"/data-policy/emergencies/{entry['entry_id']}/papers"
    settled = await client.post(papers, json={"reference": "file 7"})
    assert settled.status_code == 200, settled.text
    assert await watch.run_once() == 1
    (over,) = await rows_of(database, alarm)
    assert over["returned_at"] == clock.now()
    assert await watch.run_once() == 0
