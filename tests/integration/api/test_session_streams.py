"""A stream lives no longer than the session that opened it."""

import asyncio
import contextlib
from uuid import UUID

import httpx
from fastapi import FastAPI

from services.api.routes.stream import stream_events
from tests.support.people import Visitor, entered

PATIENCE_S = 60


async def test_s53_stream_ends_with_its_session_and_the_others_go_on(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    mine, other = await entered(app, client), Visitor(app)
    await other.sign_in("chen.yu")
    ids = {one["present"]: one["id"] for one in (await mine.get("/me/sessions")).json()["items"]}
    broadcaster = app.state.parts.broadcaster
    running = asyncio.create_task(broadcaster.run())

    async def follow(session_id: str | None) -> None:
        known = UUID(session_id) if session_id else None
        async for _ in stream_events(broadcaster, 3600, known):
            pass

    ended = asyncio.create_task(follow(ids[False]))
    others = [asyncio.create_task(follow(ids[True])), asyncio.create_task(follow(None))]
    await asyncio.sleep(0)
    assert (await other.post("/sign-out")).status_code == 204
    await asyncio.wait_for(ended, PATIENCE_S)
    assert not any(one.done() for one in others)
    for task in (*others, running):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
