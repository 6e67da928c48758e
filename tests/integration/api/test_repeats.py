"""A request that is sent twice happens once."""

import asyncio
from collections import Counter
from datetime import timedelta

import httpx
import pytest

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.idempotency import IdempotencyRepository
from tests.support.api import NOW, at, box, made, rows, shipped
from tests.support.firms import firm, key_of

KEY = {"idempotency-key": "7f1c"}


async def test_the_second_request_gets_the_first_answer(
    client: httpx.AsyncClient, database: Database
) -> None:
    first = await client.post("/boxes", json=box(), headers=KEY)
    second = await client.post("/boxes", json=box(), headers=KEY)
    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["idempotency-replayed"] == "true"
    assert len(await rows(database, "SELECT 1 FROM audit_entry")) == 1


async def test_the_same_key_for_another_request_is_refused(client: httpx.AsyncClient) -> None:
    await client.post("/boxes", json=box("CB-0001"), headers=KEY)
    second = await client.post("/boxes", json=box("CB-0002"), headers=KEY)
    assert (second.status_code, second.json()["errors"][0]["pointer"]) == (422, "Idempotency-Key")


async def test_s46_answer_that_is_kept_is_of_whoever_asked_and_of_nobody_else(
    client: httpx.AsyncClient,
) -> None:
    """Two firms choose the same key for the same request: each gets its own answer, twice."""
    notes = set()
    for name in ("firm-a", "firm-b"):
        await firm(client, name, "sponsor")
        headers = KEY | await key_of(client, name, "operator")
        body = {"words": "courier waits at gate 3"}
        first, again = [
            await client.post("/handover/notes", json=body, headers=headers) for _ in range(2)
        ]
        assert (first.status_code, again.json()) == (201, first.json())
        assert [a.headers.get("idempotency-replayed") for a in (first, again)] == [None, "true"]
        assert name in first.json()["written_by"]
        notes.add(first.json()["note_id"])
    assert len(notes) == 2


async def test_a_request_that_was_refused_may_be_sent_again(client: httpx.AsyncClient) -> None:
    await made(client, "/boxes", box())
    refused = await client.post("/boxes", json=box(), headers=KEY)
    again = await client.post("/boxes", json=box(), headers=KEY)
    assert (refused.status_code, again.status_code) == (409, 409)


async def test_many_at_once_with_one_key_happen_once(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    answers = await asyncio.gather(
        *(at_site.post("/appointments", json=wish, headers=KEY) for _ in range(12))
    )
    found = Counter(answer.status_code for answer in answers)
    assert set(found) <= {201, 409}
    bodies = {a.json()["id"] for a in answers if a.status_code == 201}
    details = {a.json()["detail"] for a in answers if a.status_code == 409}
    assert len(bodies) == 1
    assert details <= {"a request with this Idempotency-Key is under way"}
    assert len(await rows(database, "SELECT 1 FROM appointment")) == 1


async def test_a_key_is_forgotten_after_a_day(
    client: httpx.AsyncClient, clock: FixedClock, database: Database
) -> None:
    await client.post("/boxes", json=box("CB-0001"), headers=KEY)
    clock.advance(timedelta(hours=24))
    other = await client.post("/boxes", json=box("CB-0002"), headers=KEY)
    assert other.status_code == 201
    async with database.unit_of_work() as unit:
        gone = await IdempotencyRepository(unit).forget_old(NOW + timedelta(hours=48))
    assert gone == 1


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "\u00e9"])
async def test_a_key_that_is_no_key_is_refused(client: httpx.AsyncClient, key: str) -> None:
    header = {b"idempotency-key": key.encode("latin-1")}
    answer = await client.post("/boxes", json=box(), headers=header)
    assert answer.status_code == 422
