"""Refuses a body that is too large: one that says so before a byte of it is read."""

from __future__ import annotations

import re

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.errors import problem
from services.core.domain.clearance.photo import PHOTO_MOST_BYTES

BODY_LIMIT = 1024 * 1024
"""Bytes; the largest body we accept, a shipment of 32 payloads, has a tenth of it."""

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
