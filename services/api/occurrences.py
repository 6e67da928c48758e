"""Gives each request a number of its own, which also the answer to a fault of ours names."""

from __future__ import annotations

import logging
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.errors import defect, request_id_of

logger = logging.getLogger(__name__)


class Occurrences:
    """The number is ours: one that a client sends is not taken, or it could write our log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["request_id"] = str(uuid4())
        begun = False

        async def numbered(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message)["x-request-id"] = scope["state"]["request_id"]
            await send(message)

        try:
            await self.app(scope, receive, numbered)
        except Exception:
            _tell(scope)
            if not begun:
                await defect(Request(scope))(scope, receive, numbered)
            raise


def _tell(scope: Scope) -> None:
    logger.error(
        "A request failed by a fault of ours.",
        extra={
            "event": "request_failed",
            "request_id": request_id_of(scope),
            "method": scope["method"],
            "route": getattr(scope.get("route"), "path", "other"),
        },
    )
