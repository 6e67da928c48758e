"""Refuses a body that says it is too large before a byte of it is read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.errors import problem

BODY_LIMIT = 1024 * 1024
"""Bytes; the largest body we accept, a shipment of 32 payloads, has a tenth of it."""


class AnnouncedBodyLimit:
    """The framework counts bodies that do not say their size, by the same limit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            announced = request.headers.get("content-length", "0")
            if not announced.isdecimal() or int(announced[:20]) > BODY_LIMIT:
                detail = f"a body may have {BODY_LIMIT} bytes"
                answer = problem(request, 413, "content-too-large", detail)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)
