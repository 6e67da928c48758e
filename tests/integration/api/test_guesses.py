"""Who guesses passwords or keys waits, by name and by address."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.core.domain.governance.throttle import ACCOUNT, ADDRESS, WRONG_KEYS
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.people import Visitor, entered


@pytest.fixture
def app(database: Database, clock: FixedClock) -> FastAPI:
    return create_app(clock, database)


async def test_s24_guessing_one_name_is_throttled_over_two_workers(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock, database: Database
) -> None:
    await entered(app, client)
    workers = [Visitor(app), Visitor(create_app(clock, database), "127.0.0.2")]
    answers = await asyncio.gather(
        *(workers[turn % 2].sign_in("chen.yu", f"guess number {turn}") for turn in range(10))
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [401] * ACCOUNT.free + [429] * (10 - ACCOUNT.free)
    for visitor in workers:
        refused = await visitor.sign_in("chen.yu")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    clock.advance(timedelta(seconds=1))
    assert (await workers[1].sign_in("chen.yu", "guess number 11")).status_code == 401
    assert (await workers[0].sign_in("chen.yu")).headers["retry-after"] == "2"
    clock.advance(timedelta(seconds=2))
    assert (await workers[0].sign_in("chen.yu")).status_code == 200


async def test_s24_address_that_tries_many_names_is_throttled(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await entered(app, client)
    guesser, other = Visitor(app), Visitor(app, "127.0.0.3")
    await rows_set(database, "address 127.0.0.1", ADDRESS.free - 1, app)
    assert (await guesser.sign_in("nobody", "a guess")).status_code == 401
    assert (await guesser.sign_in("chen.yu")).status_code == 429
    assert (await other.sign_in("chen.yu")).status_code == 200


async def rows_set(database: Database, subject: str, failures: int, app: FastAPI) -> None:
    """As if so many attempts had been counted."""
    from services.core.storage.attempts import AttemptRepository

    async with database.unit_of_work() as unit:
        for _ in range(failures):
            await AttemptRepository(unit).count(subject, ADDRESS, app.state.parts.clock.now())


async def test_s24_s32_wrong_keys_are_throttled_by_address(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    wrong = {"authorization": "Bearer cl_aaaaaaaa_" + "A" * 43}
    statuses = [
        (await client.get("/boxes", headers=wrong)).status_code for _ in range(WRONG_KEYS.free + 1)
    ]
    assert statuses == [401] * WRONG_KEYS.free + [429]
    assert (await Visitor(app, "127.0.0.9").http.get("/api/v1/boxes")).status_code == 200
