"""A stream lives no longer than the session or key that opened it, nor than what that one sees."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from services.api.routes.stream import stream_events
from services.api.sight import EVERYTHING, Sight, View
from tests.support.api import made
from tests.support.people import Visitor, entered

PATIENCE_S = 60
SIGHT = Sight(organisation_id="sponsor-qa", whole=True, view=View.FULL)
"""What an operator of the platform that `entered` makes sees."""

Proof = UUID | str | None
Follow = Callable[[Proof, Sight], asyncio.Task[None]]


@pytest.fixture
async def tasks() -> AsyncIterator[list[asyncio.Task[None]]]:
    begun: list[asyncio.Task[None]] = []
    yield begun
    for task in begun:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def follow(app: FastAPI, tasks: list[asyncio.Task[None]]) -> Follow:
    """Open a stream, and read it to its end in a task."""

    async def read(proof: Proof, sight: Sight) -> None:
        async for _ in stream_events(app.state.parts.broadcaster, 3600, sight, proof):
            pass

    def begin(proof: Proof, sight: Sight) -> asyncio.Task[None]:
        tasks.append(asyncio.create_task(read(proof, sight)))
        return tasks[-1]

    return begin


async def ended(
    app: FastAPI, tasks: list[asyncio.Task[None]], *streams: asyncio.Task[None]
) -> None:
    """The server's next beat looks at who is there, so it begins after the change."""
    tasks.append(asyncio.create_task(app.state.parts.broadcaster.run()))
    await asyncio.wait_for(asyncio.gather(*streams), PATIENCE_S)


async def a_key(client: httpx.AsyncClient) -> str:
    key = {"organisation": "sponsor-qa", "role": "operator", "name": "Poller"}
    return str((await made(client, "/keys", key))["prefix"])


async def test_s53_stream_ends_with_its_session_or_key_and_the_others_go_on(
    app: FastAPI, client: httpx.AsyncClient, follow: Follow, tasks: list[asyncio.Task[None]]
) -> None:
    mine, other = await entered(app, client), Visitor(app)
    await other.sign_in("chen.yu")
    ids = {one["present"]: one["id"] for one in (await mine.get("/me/sessions")).json()["items"]}
    ending, staying = await a_key(client), await a_key(client)
    ends = [follow(proof, SIGHT) for proof in (UUID(ids[False]), ending)]
    others = [follow(proof, SIGHT) for proof in (UUID(ids[True]), staying)]
    others.append(follow(None, EVERYTHING))
    await asyncio.sleep(0)
    assert (await other.post("/sign-out")).status_code == 204
    await client.post(f"/keys/{ending}/revoke", json={"reason": "left"})
    await ended(app, tasks, *ends)
    assert not any(one.done() for one in others)


async def test_s53_stream_of_a_key_ends_when_its_firm_is_elsewhere_and_a_new_one_goes_on(
    app: FastAPI, client: httpx.AsyncClient, follow: Follow, tasks: list[asyncio.Task[None]]
) -> None:
    await entered(app, client)
    key = await a_key(client)
    old, others = follow(key, SIGHT), [follow(None, EVERYTHING)]
    await asyncio.sleep(0)
    answer = await client.patch(
        "/organisations/sponsor-qa",
        json={"country": "DE", "reason": "moved"},
        headers={"if-match": '"1"'},
    )
    assert answer.status_code == 200, answer.text
    others.append(follow(key, replace(SIGHT, abroad=True)))
    await asyncio.sleep(0)
    await ended(app, tasks, old)
    assert not any(one.done() for one in others)
