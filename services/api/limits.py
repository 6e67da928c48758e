"""Refuses a body that is too large, before a byte of it is read when it says so, or too slow."""

from __future__ import annotations

import asyncio
import re

from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.errors import problem
from services.core.domain.clearance.photo import PHOTO_MOST_BYTES

BODY_LIMIT = 1024 * 1024
"""Bytes; the largest body we accept, a shipment of 32 payloads, has a tenth of it."""

BODY_SECONDS = 60.0
"""For a whole body; a photo of the largest size needs 1.4 Mbit/s for that."""

_SLOW = HTTPException(
    408, "the body did not come in time: send it again", headers={"connection": "close"}
)
_PHOTO = re.compile(r"/api/v1/inspections/[^/]+/photos")


def body_limit(scope: Scope) -> int:
    """The most bytes that a request to this path may have."""
    is_photo = scope.get("method") == "POST" and _PHOTO.fullmatch(scope.get("path", ""))
    return PHOTO_MOST_BYTES if is_photo else BODY_LIMIT


class CountedBodyLimit:
    """Counts bodies that do not say their size, each by the limit of its path."""

    def __init__(self, app: ASGIApp) -> None:
        sizes = (BODY_LIMIT, PHOTO_MOST_BYTES)
        self._by_size = {
            size: RequestBodyLimitMiddleware(app, max_body_size=size) for size in sizes
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._by_size[body_limit(scope)](scope, receive, send)


class AnnouncedBodyLimit:
    """The framework counts bodies that do not say their size, by the same limit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            announced = request.headers.get("content-length", "0")
            limit = body_limit(scope)
            if not announced.isdecimal() or int(announced[:20]) > limit:
                detail = f"a body may have {limit} bytes"
                answer = problem(request, 413, "content-too-large", detail)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


class BodyInTime:
    """Ends the wait for a body that comes in drops: each request that waits holds memory."""

    def __init__(self, app: ASGIApp, *, seconds: float = BODY_SECONDS) -> None:
        self.app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + self._seconds
        whole = False

        async def in_time() -> Message:
            """Once the body is whole, what is waited for is the end of the connection."""
            nonlocal whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise _SLOW from None
            whole = not message.get("more_body", False)
            return message

        await self.app(scope, in_time, send)
