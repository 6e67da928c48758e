"""One connection of a load run with the boxes that speak over it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass

from services.core.domain.errors import Unavailable
from services.core.wire.payload import Refused, decode_receipt
from simulators.broker import Broker
from simulators.link import Link, Listener
from simulators.load.boxes import LoadBox, Report
from simulators.load.meter import Meter
from simulators.load.order import Work

WINDOW = 100  # reports of one connection without the broker's answer
_PULSE = 32  # reports handed over before the other connections get their turn
_TOPICS_AT_ONCE = 100
_TEND_S = 5.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the connections of a run have in common."""

    broker: Broker
    executor: Executor
    meter: Meter


class Lane:
    """Sends the reports of its boxes; what the broker did not answer goes out again."""

    def __init__(
        self, client_id: str, boxes: Sequence[LoadBox], shared: Shared, work: Work
    ) -> None:
        self._client_id, self._shared, self._work = client_id, shared, work
        self._boxes = {box.receipt_topic: box for box in boxes}
        self._open: dict[int, tuple[Report, float]] = {}
        self._again: deque[Report] = deque()
        self._wake = asyncio.Event()
        self.handed_over = asyncio.Event()

    async def run(self) -> None:
        """Connect, send, listen for receipts and reconnect, until cancelled."""
        failures = 0
        while True:
            link = self._make_link()
            try:
                await link.connect(self._shared.executor)
                failures = 0
                self._subscribe(link)
                await self._pump(link)
            except Unavailable:
                failures += 1
                self._shared.meter.reconnects += 1
                self._again.extend(report for report, _ in self._open.values())
                self._open.clear()
                pause_s = _FIRST_PAUSE_S * 2 ** (failures - 1)
                await asyncio.sleep(min(_LONGEST_PAUSE_S, pause_s))
            finally:
                if link.is_up:
                    await link.close()

    def _make_link(self) -> Link:
        listener = Listener(
            on_message=self._on_message,
            on_acked=self._on_acked,
            on_lost=lambda _: self._wake.set(),
        )
        return Link(self._shared.broker, self._client_id, None, listener)

    def _subscribe(self, link: Link) -> None:
        topics = list(self._boxes)
        for start in range(0, len(topics), _TOPICS_AT_ONCE):
            link.subscribe(topics[start : start + _TOPICS_AT_ONCE])

    async def _pump(self, link: Link) -> None:
        tended_s = self._now_s()
        while link.is_up:
            busy = self._send_some(link)
            if self._work.is_over and not self._open and not self._again:
                self.handed_over.set()
            if self._now_s() - tended_s > _TEND_S:
                tended_s = self._now_s()
                link.tend()
            if busy:
                await asyncio.sleep(0)
            else:
                await self._wait()
        raise Unavailable("the connection was lost")

    def _send_some(self, link: Link) -> bool:
        """Up to a pulse of reports; says whether more could follow at once."""
        for _ in range(_PULSE):
            if len(self._open) >= WINDOW:
                return False
            resent = bool(self._again)
            report = self._again.popleft() if resent else self._work.take()
            if report is None:
                return False
            if not self._send(link, report, resent=resent):
                self._again.appendleft(report)
                return False
        return True

    def _send(self, link: Link, report: Report, *, resent: bool) -> bool:
        now_s = self._now_s()
        mid = link.publish(report.box.topic, report.payload)
        if mid is None:
            return False
        self._open[mid] = (report, now_s)
        if resent:
            self._shared.meter.resent += 1
            return True
        report.box.sent.append((report.last_seq, now_s))
        self._shared.meter.note_sent(now_s, report.readings, len(report.payload))
        return True

    def _on_acked(self, mid: int, delivered: bool) -> None:
        found = self._open.pop(mid, None)
        if found is None:
            return
        if delivered:
            self._shared.meter.note_acknowledged(self._now_s(), found[1])
        else:
            self._shared.meter.refused += 1
        self._wake.set()

    def _on_message(self, topic: str, payload: bytes) -> None:
        box = self._boxes.get(topic)
        if box is None:
            return
        with suppress(Refused):
            for boot in decode_receipt(payload).boots:
                if boot.boot == box.boot and boot.contiguous > box.contiguous:
                    box.contiguous = boot.contiguous
        now_s = self._now_s()
        while box.sent and box.sent[0][0] <= box.contiguous:
            self._shared.meter.note_receipted(now_s, box.sent.popleft()[1])

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._work.pause_s):
                await self._wake.wait()
        self._wake.clear()
