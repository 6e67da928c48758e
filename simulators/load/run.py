"""A load run from beginning to end: register, measure the ceiling, send, wait for receipts."""

from __future__ import annotations

import asyncio
import resource
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from services.core.domain.errors import Invalid
from simulators.broker import Broker
from simulators.client import ApiClient
from simulators.link import settle_version
from simulators.load.boxes import LoadBox
from simulators.load.ceiling import Ceiling, measure_ceiling
from simulators.load.lane import Lane, Shared
from simulators.load.meter import Meter
from simulators.load.order import BACKLOG_PACE, Backlog, LoadOrder, Stream, Work
from simulators.load.registration import register_boxes

_THREADS = 4
_LOOK_S = 0.1
_SPARE_FILES = 100

Progress = Callable[[str, int, int], None]
"""What is going on, how much of it is done, and of how much."""


class LoadRun:
    """One run; its meter and ceiling can be read at any time, also after it was cancelled."""

    def __init__(self, order: LoadOrder, api_url: str, broker: Broker) -> None:
        self._order, self._api_url, self._broker = order, api_url, broker
        self.meter = Meter(boxes=order.boxes)
        self.ceiling: Ceiling | None = None
        self.registered = 0

    @property
    def is_complete(self) -> bool:
        """Was everything sent and receipted?"""
        return 0 < self.meter.planned <= self.meter.sent == self.meter.receipted

    def as_dict(self) -> dict[str, object]:
        ceiling = None if self.ceiling is None else self.ceiling.as_dict()
        return {**self.meter.as_dict(), "registered": self.registered, "ceiling": ceiling}

    async def run(self, progress: Progress) -> None:
        """Until every report is receipted, or no receipt has come for a while."""
        _allow_connections(self._order)
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="connect") as executor:
            broker = await settle_version(self._broker, executor)
            await self._register(progress)
            progress("measuring the ceiling", 0, 1)
            self.ceiling = await measure_ceiling(broker, executor, self._order)
            await self._send(Shared(broker=broker, executor=executor, meter=self.meter), progress)

    async def _register(self, progress: Progress) -> None:
        count = self._order.boxes
        client = ApiClient(self._api_url)
        try:
            self.registered = await register_boxes(
                client, count, 60, lambda done: progress("registering boxes", done, count)
            )
        finally:
            await client.close()

    async def _send(self, shared: Shared, progress: Progress) -> None:
        lanes = self._lanes(shared)
        self.meter.connections = len(lanes)
        tasks = [asyncio.create_task(lane.run()) for lane in lanes]
        try:
            await self._watch(lanes, tasks, progress)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(
        self, lanes: Sequence[Lane], tasks: Sequence[asyncio.Task[None]], progress: Progress
    ) -> None:
        loop, meter = asyncio.get_running_loop(), self.meter
        moved_s, before = loop.time(), -1
        while True:
            for task in tasks:
                if task.done():
                    task.result()
            progress("receipted reports", meter.receipted, max(meter.planned, meter.sent))
            now = meter.receipted + meter.acknowledged + meter.refused
            if now != before:
                moved_s, before = loop.time(), now
            over = all(lane.handed_over.is_set() for lane in lanes)
            silent_s = loop.time() - moved_s
            if over and (meter.receipted >= meter.sent or silent_s > self._order.wait_s):
                return
            await asyncio.sleep(_LOOK_S)

    def _lanes(self, shared: Shared) -> list[Lane]:
        order, nonce = self._order, secrets.token_hex(4)
        begins = order.clock.now()
        if order.rate_per_s is None:
            begins -= order.readings_per_box * BACKLOG_PACE
        boxes = [_box(number, nonce, begins) for number in range(order.boxes)]
        count = min(order.connections, order.boxes) or order.boxes
        started_s = asyncio.get_running_loop().time()
        lanes = []
        for n in range(count):
            own = boxes[n::count]
            work: Work = (
                Backlog(own, order)
                if order.rate_per_s is None
                else Stream(own, order, (n + 0.5) / count, started_s)
            )
            self.meter.planned += work.planned
            lanes.append(Lane(f"coldlane-load-{nonce}-{n}", own, shared, work))
        return lanes


def _box(number: int, nonce: str, begins: datetime) -> LoadBox:
    """Every run is a new boot, so that no run says other things by an old number."""
    return LoadBox(number, f"{nonce}{number:08x}", begins)


def _allow_connections(order: LoadOrder) -> None:
    """As many open files as own connections need; raises Invalid when the system says no."""
    needed = (order.connections or order.boxes) + _SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if needed <= soft or soft == resource.RLIM_INFINITY:
        return
    if hard != resource.RLIM_INFINITY and needed > hard:
        raise Invalid(
            f"{needed:,} connections and files are needed, this system allows {hard:,}",
            field="connections",
            remedy="share connections, for example --connections 8, or raise the limit (ulimit -n)",
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
