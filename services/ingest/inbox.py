"""Between the client's network thread and the event loop: bounded by number and by bytes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from threading import Condition
from typing import NamedTuple

MOST_MESSAGES = 10_000
MOST_BYTES = 8 * 1024 * 1024
MOST_BYTES_AT_ONCE = 1024 * 1024
ENOUGH = 1000
PATIENCE_S = 20.0


class Arrived(NamedTuple):
    """One message as it came; `generation` names the connection it came on.

    `retained`: it is of old, sent because of a new subscription.
    """

    generation: int
    mid: int
    qos: int
    topic: str
    payload: bytes
    received_at: datetime
    retained: bool = False


class Inbox:
    """Filled by a thread, emptied by the loop; a full one makes the thread wait.

    While the thread waits it does not read, so the pressure reaches the broker.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        most_messages: int = MOST_MESSAGES,
        most_bytes: int = MOST_BYTES,
        enough: int = ENOUGH,
    ):
        self._loop = loop
        self._most_messages = most_messages
        self._most_bytes = most_bytes
        self._messages: deque[Arrived] = deque()
        self._bytes = 0
        self._room = Condition()
        self._enough = enough
        self._filled = asyncio.Event()
        self._is_enough = asyncio.Event()
        self._closed = False

    def put(self, run: Sequence[Arrived]) -> bool:
        """Called by the thread. False when there was no room for PATIENCE_S: nothing is taken.

        There is room for a run as long as the bounds are not reached, so that they may be passed
        by what is read at once.
        """
        with self._room:
            if not self._has_room() and not self._room.wait_for(self._has_room, PATIENCE_S):
                return False
            if self._closed:
                return False
            before = len(self._messages)
            self._messages.extend(run)
            now = len(self._messages)
            self._bytes += sum([len(message.payload) for message in run])
        if not before:
            self._loop.call_soon_threadsafe(self._filled.set)
        if before < self._enough <= now:
            self._loop.call_soon_threadsafe(self._is_enough.set)
        return True

    async def wait(self) -> None:
        """Return when there is a message."""
        await self._filled.wait()

    async def gather(self, linger_s: float) -> None:
        """Return when there are messages enough, or some and a short wait is over."""
        await self.wait()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_enough.wait(), linger_s)

    def take(self, most: int) -> list[Arrived]:
        """Messages in the order of their arrival, up to so many and so many bytes together."""
        taken: list[Arrived] = []
        size = 0
        with self._room:
            while self._messages and len(taken) < most and size < MOST_BYTES_AT_ONCE:
                message = self._messages.popleft()
                size += len(message.payload)
                taken.append(message)
            self._bytes -= size
            if not self._messages:
                self._filled.clear()
            if len(self._messages) < self._enough:
                self._is_enough.clear()
            self._room.notify_all()
        return taken

    def close(self) -> None:
        """Let a waiting thread go; nothing is taken in any more."""
        with self._room:
            self._closed = True
            self._room.notify_all()

    def __len__(self) -> int:
        return len(self._messages)

    def _has_room(self) -> bool:
        return (
            self._closed
            or not self._messages
            or (len(self._messages) < self._most_messages and self._bytes < self._most_bytes)
        )
