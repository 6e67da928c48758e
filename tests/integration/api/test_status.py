"""The state of the installation over HTTP, and the pages that describe the API."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.core.storage.database import Database
from services.core.storage.heartbeats import beat
from tests.support.api import NOW


async def test_the_status_says_what_is_down_and_what_works(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.unit_of_work() as unit:
        detail = {"connected": True, "lag_s": 0.1, "waiting": 0}
        await beat(unit, "ingest", "coldlane-ingest", NOW, NOW, detail)
    found = (await client.get("/status")).json()
    states = {one["name"]: one["state"] for one in found["parts"]}
    assert (states["broker"], states["ingest"], states["judging"]) == ("ok", "ok", "down")
    assert found["worst"] == "down"
    assert [one["service"] for one in found["processes"]] == ["ingest"]
    assert found["database_version"]


@pytest.fixture
async def browser_here(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on this machine."""
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def test_one_call_is_described_in_both_languages(browser_here: httpx.AsyncClient) -> None:
    for language in ("en", "zh"):
        page = await browser_here.get(f"/docs/create_box?lang={language}")
        assert page.status_code == 200
        assert 'id="NewBox"' in page.text
        assert " style=" not in page.text
    missing = await browser_here.get("/docs/no_such_call?lang=en")
    assert (missing.status_code, "There is no such call" in missing.text) == (404, True)
    stranger = await browser_here.get("/docs/create_box", headers={"x-forwarded-for": "10.1.2.3"})
    assert stranger.status_code == 401
