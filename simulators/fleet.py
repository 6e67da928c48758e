"""A whole run: enter it at the service, make its boxes, keep them living and speaking.

One event loop carries every connection; four threads at most open sockets, one makes the past.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.core.domain.errors import ColdlaneError
from simulators.broker import Broker
from simulators.client import ApiClient
from simulators.clock import FleetClock
from simulators.counts import Counts, Totals
from simulators.enrolment import Enrolment, former_start
from simulators.factory import make_box
from simulators.faults.wire import Wire
from simulators.link import settle_version
from simulators.officers import Officers
from simulators.plan import BoxPlan, Run, plan_boxes
from simulators.publisher import Publisher, Surrounding
from simulators.simulated import SimulatedBox
from simulators.tables import Scenario

_TICK_S = 0.5  # real seconds between two looks at the clock
_NEWS_S = 2.0
_CONNECT_THREADS = 4
_LAST_WORDS_S = 3.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the command line asks for. Without a start: continue the former run, or begin now.

    `on_made` is shown every box before it begins to live.
    """

    api_url: str
    broker: Broker
    scenario: Scenario
    boxes: int
    seed: int
    start: datetime | None
    clock: FleetClock
    on_made: Callable[[Run, BoxPlan, SimulatedBox], None] | None = None


class Fleet:
    """The boxes of one run."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self._counts = Counts()
        self.boxes: list[SimulatedBox] = []
        self.entered: Set[str] = frozenset()  # references of shipments that the service has
        self.ready = asyncio.Event()
        self.officers: Officers | None = None
        self._entered = False

    def totals(self) -> Totals:
        return self._counts.totals(self.boxes)

    async def run(self, on_progress: Callable[[Totals], None]) -> None:
        """Run until cancelled; on the way out every box says goodbye."""
        client = ApiClient(self.order.api_url)
        with ThreadPoolExecutor(_CONNECT_THREADS, thread_name_prefix="connect") as executor:
            try:
                broker = await settle_version(self.order.broker, executor)
                live = await client.live_shipments()
                run = self._begin(live)
                plans = plan_boxes(run, self.order.boxes)
                enrolment = Enrolment(client, run, plans, self.order.clock, self._counts.heard)
                self.entered = enrolment.entered
                self.officers = self._officers(client)
                await asyncio.gather(enrolment.enter_boxes(), self._make_boxes(run, plans))
                shared = Surrounding(
                    broker=broker,
                    clock=self.order.clock,
                    counts=self._counts,
                    executor=executor,
                )
                papers = asyncio.create_task(self._tell(enrolment, live))
                await self._live(run, shared, papers, on_progress)
            finally:
                await client.close()

    def _officers(self, client: ApiClient) -> Officers | None:
        scenario = self.order.scenario
        if not scenario.officers:
            return None
        return Officers(client, [site.site_id for site in scenario.sites], self.order.clock)

    def _begin(self, live: Sequence[dict[str, Any]]) -> Run:
        order, now = self.order, self.order.clock.now()
        start = order.start or former_start(live, order.scenario, order.seed, now)
        if start is None:
            start = now.replace(microsecond=0) - timedelta(hours=order.scenario.elapsed_h)
        logger.info(
            "The simulated fleet begins.",
            extra={
                "event": "fleet_begins",
                "scenario": order.scenario.name,
                "seed": order.seed,
                "start": start.isoformat(),
            },
        )
        return Run(scenario=order.scenario, seed=order.seed, start=start)

    async def _make_boxes(self, run: Run, plans: Sequence[BoxPlan]) -> None:
        """Every box with its past, in a thread: it is arithmetic for seconds."""

        def make(plan: BoxPlan) -> SimulatedBox:
            box = make_box(run, plan)
            if self.order.on_made is not None:
                self.order.on_made(run, plan, box)
            box.advance(self.order.clock.now())
            return box

        for plan in plans:
            self.boxes.append(await asyncio.to_thread(make, plan))

    async def _live(
        self,
        run: Run,
        shared: Surrounding,
        papers: asyncio.Task[None],
        on_progress: Callable[[Totals], None],
    ) -> None:
        publishers = [
            Publisher(
                box,
                shared,
                run.lots("back-off", number),
                Wire(box.box_id, self.boxes[number - 1].box_id, box.faults),
            )
            for number, box in enumerate(self.boxes)
        ]
        speaking = [asyncio.create_task(publisher.run()) for publisher in publishers]
        try:
            while True:
                self._advance(publishers)
                on_progress(self.totals())
                self._look_for_failure([*speaking, papers])
                await asyncio.sleep(_TICK_S)
        finally:
            await _end([papers, *speaking])

    def _advance(self, publishers: Sequence[Publisher]) -> None:
        now = self.order.clock.now()
        for box, publisher in zip(self.boxes, publishers, strict=True):
            box.advance(now)
            if box.pending:
                publisher.notice()
        if self._entered and len(self._counts.handed_over) == len(self.boxes):
            self.ready.set()

    @staticmethod
    def _look_for_failure(tasks: Sequence[asyncio.Task[None]]) -> None:
        for task in tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error

    async def _tell(self, enrolment: Enrolment, live: Sequence[dict[str, Any]]) -> None:
        """Enter the shipments while their boxes speak already, then tell the news for ever."""
        await enrolment.enter_shipments(live)
        self._entered = True
        while True:
            await asyncio.sleep(_NEWS_S)
            try:
                await enrolment.tell_news()
                if self.officers is not None:
                    await self.officers.work()
            except ColdlaneError as error:
                logger.warning(
                    "News of the journeys could not be told; trying again.",
                    extra={"event": "news_not_told", "reason": str(error)},
                )


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel, and give the goodbyes a moment."""
    for task in tasks:
        task.cancel()
    with suppress(TimeoutError):
        async with asyncio.timeout(_LAST_WORDS_S):
            await asyncio.gather(*tasks, return_exceptions=True)
