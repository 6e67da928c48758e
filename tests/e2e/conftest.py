"""The whole system as `coldlane up` starts it, and browser pages that are watched."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly, post
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem, up
from tests.support import floors
from tests.support.canaries import NAMED
from tests.support.machine import find_axe

DUTY_PHONE = "+86 21 6834 0000"


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """One system for all tests of the pages; each brings shipments of its own."""
    folder = tmp_path_factory.mktemp("pages") / "data"
    system = up(folder, settings={"COLDLANE_DUTY_PHONE": DUTY_PHONE})
    yield system.await_ready()
    system.end()
    lines = system.words.read_text().splitlines()
    assert [line for line in lines if NAMED.search(line)] == [], "S46: no log names a bag"


@pytest.fixture
def url(system: RunningSystem) -> str:
    """Where a person opens the pages."""
    return str(system.run["page_url"])


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    """Opens pages; the test fails when one threw, asked another host or broke the policy."""
    watch = Watch()
    yield watch
    for context in watch.contexts:
        await context.close()
    assert watch.foreign == []
    assert watch.errors == []


@pytest.fixture(scope="session")
def axe() -> Path:
    """The script of axe-core; the floor is named where npm has not brought it."""
    folder = find_axe()
    if folder is None:
        floors.missing("axe", "Node or axe-core is missing (make test installs it)")
    return folder / "node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="session")
def shipment_id(system: RunningSystem) -> str:
    """A shipment in trouble, with an alarm, beside one on plan; and a note to the next shift."""
    url = str(system.run["page_url"])
    for reference, box, end in (("CT-00800", "CB-0800", -140.0), ("CT-00801", "CB-0801", -185.0)):
        registered = enter_quickly(url, reference, box)
        publishing = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
        publishing.publish([-185.0] * 60 + [end] * 10, every=timedelta(minutes=2))
        publishing.close()
    post(url, "/handover/notes", {"words": "LN2 top-up", "due_at": "2026-11-22T12:00:00Z"})
    found = httpx.get(f"{url}/api/v1/shipments?q=CT-00800", trust_env=False, timeout=60).json()[
        "items"
    ]
    return str(found[0]["id"])


@pytest.fixture(scope="session")
def inspection_id(system: RunningSystem, shipment_id: str) -> str:
    """A record that is open."""
    url = str(system.run["page_url"])
    post(url, f"/shipments/{shipment_id}/inspections", {})
    path = f"{url}/api/v1/inspections?shipment_id={shipment_id}"
    return str(httpx.get(path, trust_env=False, timeout=60).json()["items"][0]["id"])


@pytest.fixture
def somebody(url: str) -> None:
    """A person in the list of those who may sign in."""
    firm = {"organisation_id": "open-firm", "name": "Open Firm", "country": "CN"}
    post(url, "/organisations", {**firm, "kind": "sponsor"})
    person = {"person_id": "open.wu", "name": "Wu Min", "organisation": "open-firm"}
    post(url, "/people", {**person, "roles": ["qa_assessor", "auditor"]})
