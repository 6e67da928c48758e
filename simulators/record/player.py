"""Publishes messages in their order over one connection, at the pace of their times or at once."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

from services.core.domain.errors import Unavailable
from simulators.broker import Broker
from simulators.link import Link, Listener, settle_version
from simulators.record.tape import Message

_WINDOW = 100
_LOOK_S = 1.0


class Player:
    """One replay; its counts can be read at any time."""

    def __init__(self, broker: Broker, speed: float | None) -> None:
        """`speed`: how many times as fast as the messages came; None is as fast as it goes."""
        self._broker, self._speed = broker, speed
        self._open: set[int] = set()
        self._wake = asyncio.Event()
        self.sent = self.acknowledged = self.refused = self.bytes_sent = 0

    async def play(self, messages: Iterable[Message]) -> None:
        """Until the last message is answered; raises Unavailable when the connection is lost."""
        listener = Listener(
            on_message=lambda *_: None, on_acked=self._on_acked, on_lost=lambda _: self._wake.set()
        )
        with ThreadPoolExecutor(1, thread_name_prefix="connect") as executor:
            broker = await settle_version(self._broker, executor)
            link = Link(broker, f"coldlane-replay-{secrets.token_hex(6)}", None, listener)
            await link.connect(executor)
            try:
                await self._publish(link, messages)
            finally:
                await link.close()

    async def _publish(self, link: Link, messages: Iterable[Message]) -> None:
        loop = asyncio.get_running_loop()
        began_s, first_at, tended_s = loop.time(), None, loop.time()
        for message in messages:
            first_at = first_at or message.at
            due_s = began_s + self._offset_s(first_at, message.at)
            while len(self._open) >= _WINDOW or loop.time() < due_s:
                await self._wait(link, due_s - loop.time())
            if loop.time() - tended_s > _LOOK_S:
                tended_s = loop.time()
                link.tend()
                await asyncio.sleep(0)
            self._send(link, message)
        while self._open:
            await self._wait(link, _LOOK_S)

    def _offset_s(self, first_at: datetime, at: datetime) -> float:
        if self._speed is None:
            return 0.0
        return max(0.0, (at - first_at) / timedelta(seconds=1) / self._speed)

    def _send(self, link: Link, message: Message) -> None:
        mid = link.publish(message.topic, message.payload)
        if mid is None:
            raise self._lost()
        self._open.add(mid)
        self.sent += 1
        self.bytes_sent += len(message.payload)

    async def _wait(self, link: Link, seconds: float) -> None:
        """For an answer, at most so long; keeps the connection alive meanwhile."""
        with suppress(TimeoutError):
            async with asyncio.timeout(min(_LOOK_S, seconds) if seconds > 0 else _LOOK_S):
                await self._wake.wait()
        self._wake.clear()
        link.tend()
        if not link.is_up:
            raise self._lost()

    def _lost(self) -> Unavailable:
        return Unavailable(
            f"the connection was lost after {self.acknowledged:,} messages",
            remedy="replay it again: what is stored already is not stored twice",
        )

    def _on_acked(self, mid: int, delivered: bool) -> None:
        if mid in self._open:
            self._open.discard(mid)
            self.acknowledged += delivered
            self.refused += not delivered
        self._wake.set()
