"""The stream: a snapshot, then whole objects as they change, then a heartbeat every 5 s."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.sse import EventSourceResponse
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from services.api.broadcaster import LIFE, Broadcaster
from services.api.dependencies import PartsDep, PrincipalDep
from services.api.errors import problem_responses
from services.api.leaving import leave_file
from services.api.rates import limit_streams
from services.api.sight import EVERYTHING, Sight
from services.core.domain.governance.data_class import DataClass
from services.core.domain.governance.data_rules import Purpose

router = APIRouter(tags=["stream"])
logger = logging.getLogger(__name__)

_STUCK_S = 30.0
"""A browser that takes nothing for so long is gone, whatever its socket says."""
_RETRY = b"retry: 3000\n\n"


@router.get(
    "/stream",
    operation_id="open_stream",
    summary="Follow everything that the pages show",
    response_class=Response,
    dependencies=[Depends(limit_streams)],
    responses={
        **problem_responses(429),
        200: {
            "description": "Events `snapshot`, `shipment`, `alarm`, `appointment`, `site`, `gone`"
            " and `heartbeat`; each with JSON data. Ends after 15 minutes: connect again.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
    },
)
async def open_stream(parts: PartsDep, principal: PrincipalDep) -> Response:
    """Replace an object when the revision is the same or newer; `gone` takes it away.

    Each step of an inspection grows the revision in its shipment's `clearance`.
    """
    leave_file([DataClass.NONE], purpose=Purpose.READING)
    return LiveStream(
        stream_events(parts.broadcaster, LIFE.total_seconds(), principal.sight, principal.proof),
        headers={"cache-control": "no-cache", "x-accel-buffering": "no"},
    )


async def stream_events(
    broadcaster: Broadcaster,
    life_s: float,
    sight: Sight = EVERYTHING,
    proof: UUID | str | None = None,
) -> AsyncIterator[bytes]:
    """Bytes ready to send, the same object for all who see the same, for at most `life_s`."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + life_s
    yield _RETRY
    with broadcaster.subscribe(sight, proof) as subscription:
        timer = loop.call_at(ends_at, subscription.close)
        try:
            await broadcaster.ready(sight)
            async for event in subscription.events():
                yield event
        finally:
            timer.cancel()


class LiveStream(EventSourceResponse):
    """Sends what is ready; gives up on a browser that takes nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(_STUCK_S):
                await send(message)

        try:
            await super().__call__(scope, receive, send_in_time)
        except* (TimeoutError, ClientDisconnect):
            logger.info("A browser has gone.", extra={"event": "stream_gone"})
