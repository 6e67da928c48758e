"""Decides how long alerts may sleep: until a bell, or until some answer changes by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from services.core.runtime.clock import Clock
from services.core.storage.database import Channel, Database
from services.core.storage.judging import next_due
from services.core.storage.notifications import Bell, listen

SHORTEST = timedelta(milliseconds=50)


class Watchdog:
    """Wakes the evaluator: one bell for new work, one timer for overdue boxes and passing limits.

    A bell that rings only for boxes that are put off is slept through: their work waits anyway.
    What is due by the clock takes the same path as new data: the claim takes both.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        longest: timedelta,
        puts_off: Callable[[frozenset[int]], bool],
    ):
        self._puts_off = puts_off
        self._database = database
        self._clock = clock
        self._longest = longest
        self._rung = asyncio.Event()

    async def listen(self) -> None:
        """Note every bell that is to wake; runs until cancelled."""
        async for bell in listen(self._database.url, [Channel.WORK]):
            if self.wakes(bell):
                self._rung.set()

    def wakes(self, bell: Bell) -> bool:
        """Whether there may be something to do now."""
        return not bell.boxes or not self._puts_off(bell.boxes)

    def wake(self) -> None:
        """A box is put off no longer: what rang for it meanwhile was slept through."""
        self._rung.set()

    async def wait(self) -> None:
        """Sleep until there may be something to do."""
        async with self._database.unit_of_work() as uow:
            due = await next_due(uow)
        pause_s = self._pause(due).total_seconds()
        try:
            async with asyncio.timeout(pause_s):
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()

    def _pause(self, due: datetime | None) -> timedelta:
        """Real time until then, at least a moment: what fails must not spin."""
        if due is None:
            return self._longest
        ahead = (due - self._clock.now()) / self._clock.rate
        return min(max(ahead, SHORTEST), self._longest)
