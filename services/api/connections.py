"""Hangs up on connections whose request never comes: nothing, or a header in drops."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 15.0
"""For the first line and the headers of a request."""


class HeadInTime(H11Protocol):
    """The server's own limit is for the pause between two requests only."""

    def __init__(self, *args: Any, head_seconds: float = HEAD_SECONDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_seconds = head_seconds
        self._hanging_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._let()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """From the first byte of a head, or from the connection's beginning, until it is whole."""
        if self.conn.their_state is not h11.IDLE:
            self._let()
        elif self._hanging_up is None:
            self._hanging_up = self.loop.call_later(self._head_seconds, self._hang_up)

    def _let(self) -> None:
        if self._hanging_up is not None:
            self._hanging_up.cancel()
            self._hanging_up = None

    def _hang_up(self) -> None:
        self._hanging_up = None
        if self.conn.their_state is h11.IDLE:
            self.transport.close()
