"""Writes down what boxes publish, as it arrives."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from services.core.domain.errors import Unavailable
from services.core.wire.topics import uplink_filters
from simulators.broker import Broker
from simulators.clock import FleetClock
from simulators.link import Link, Listener, settle_version
from simulators.record.tape import Message, TapeWriter

_TEND_S = 1.0
_PAUSE_S = 2.0


class Recorder:
    """One recording; goes on after a lost connection and counts the gaps."""

    def __init__(self, broker: Broker, clock: FleetClock, tape: TapeWriter) -> None:
        self._broker, self._clock, self._tape = broker, clock, tape
        self.messages = self.bytes_heard = self.gaps = 0
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Record until cancelled; raises Unavailable when there is no broker at the beginning."""
        with ThreadPoolExecutor(1, thread_name_prefix="connect") as executor:
            broker = await settle_version(self._broker, executor)
            while True:
                try:
                    await self._session(broker, executor)
                except Unavailable:
                    self.gaps += 1
                    await asyncio.sleep(_PAUSE_S)

    async def _session(self, broker: Broker, executor: ThreadPoolExecutor) -> None:
        lost = asyncio.Event()
        listener = Listener(
            on_message=self._on_message, on_acked=lambda *_: None, on_lost=lambda _: lost.set()
        )
        link = Link(broker, f"coldlane-record-{secrets.token_hex(6)}", None, listener)
        await link.connect(executor)
        try:
            link.subscribe(uplink_filters(None))
            self.listening.set()
            while not lost.is_set():
                await asyncio.sleep(_TEND_S)
                link.tend()
        finally:
            if link.is_up:
                await link.close()
        raise Unavailable("the connection was lost")

    def _on_message(self, topic: str, payload: bytes) -> None:
        self._tape.write(Message(self._clock.now(), topic, payload))
        self.messages += 1
        self.bytes_heard += len(payload)
