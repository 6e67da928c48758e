"""Several officers at one shipment: one of them has its inspection."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.core.storage.database import Database
from tests.integration.api.inspecting import begun, decided, post
from tests.support.api import local_client, rows, shipped
from tests.support.papers import key_of


@pytest.fixture
async def second(at_site: httpx.AsyncClient, app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The client of another officer, with a key of her own."""
    headers = await key_of(at_site, "customs_officer", "officer-wang")
    async with local_client(app, **headers) as client:
        yield client


async def test_the_second_officer_is_told_who_has_it_and_may_take_it_over(
    at_site: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    created = await shipped(at_site)
    seen = await begun(at_site, created)
    again = await second.post(f"/shipments/{created['id']}/inspections", json={})
    assert again.status_code == 409
    assert "local-operator has inspection" in again.json()["detail"]
    written = await post(second, seen, "findings", {"text": "mine", "severity": "note"})
    assert (written.status_code, written.json()["errors"][0]["pointer"]) == (409, "claimed_by")
    mine = await decided(second, seen, "take_over", reason="end of shift")
    assert (mine["claimed_by"], mine["entries"][-1]["facts"]["from"]) == (
        "officer-wang",
        "local-operator",
    )
    late = await post(second, seen, "findings", {"text": "old", "severity": "note"})
    assert late.status_code == 412


async def test_of_eight_officers_who_begin_at_once_one_has_it(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}/inspections"
    answers = await asyncio.gather(*(at_site.post(path, json={}) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    assert {a.json()["type"] for a in answers if a.status_code == 409} == {
        "/problems/already-exists"
    }
    assert len(await rows(database, "SELECT 1 FROM inspection")) == 1


async def test_of_two_who_write_from_the_same_state_one_is_refused(
    at_site: httpx.AsyncClient,
) -> None:
    seen = await begun(at_site, await shipped(at_site))
    finding = {"text": "label smudged", "severity": "minor"}
    answers = await asyncio.gather(*(post(at_site, seen, "findings", finding) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    blind = await at_site.post(f"/inspections/{seen['id']}/findings", json=finding)
    assert blind.status_code == 428
