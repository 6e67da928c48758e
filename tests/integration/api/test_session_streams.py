"""A stream lives no longer than the session or the key that opened it."""

import asyncio
import contextlib
from uuid import UUID

import httpx
from fastapi import FastAPI

from services.api.routes.stream import stream_events
from tests.support.api import made
from tests.support.people import Visitor, entered

PATIENCE_S = 60


async def test_s53_stream_ends_with_its_session_or_key_and_the_others_go_on(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    mine, other = await entered(app, client), Visitor(app)
    await other.sign_in("chen.yu")
    ids = {one["present"]: one["id"] for one in (await mine.get("/me/sessions")).json()["items"]}
    key = {"organisation": "sponsor-qa", "role": "operator", "name": "Poller"}
    ending, staying = [(await made(client, "/keys", key))["prefix"] for _ in range(2)]
    broadcaster = app.state.parts.broadcaster
    running = asyncio.create_task(broadcaster.run())

    async def follow(proof: UUID | str | None) -> None:
        async for _ in stream_events(broadcaster, 3600, proof=proof):
            pass

    ended = [asyncio.create_task(follow(proof)) for proof in (UUID(ids[False]), ending)]
    others = [asyncio.create_task(follow(proof)) for proof in (UUID(ids[True]), staying, None)]
    await asyncio.sleep(0)
    assert (await other.post("/sign-out")).status_code == 204
    await client.post(f"/keys/{ending}/revoke", json={"reason": "left"})
    await asyncio.wait_for(asyncio.gather(*ended), PATIENCE_S)
    assert not any(one.done() for one in others)
    for task in (*others, running):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
