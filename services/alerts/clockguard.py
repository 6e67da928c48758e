"""Keeps every timer running when the server's clock was set: F70 of the faults."""

from __future__ import annotations

import logging

from services.alerts.dispatcher import LEASE, PAUSES
from services.core.runtime.clock import Clock
from services.core.runtime.clocksteps import ClockSteps
from services.core.storage.clocksteps import judge_anew, lies_ahead, send_in_time
from services.core.storage.database import Database

logger = logging.getLogger(__name__)


class ClockGuard:
    """After a step everything that waits for an instant is looked at once, at the new time.

    Also at the beginning, when the clock was set while nothing ran.
    """

    def __init__(self, database: Database, clock: Clock):
        self._database = database
        self._clock = clock
        self._steps = ClockSteps(clock)
        self._unsettled: bool | None = None
        """None: not known yet."""

    async def run_once(self) -> bool:
        """Set right what a step has moved; whether there was one."""
        moved = self._steps.step()
        if moved is not None:
            self._unsettled = True
            logger.warning(
                "The clock was set.",
                extra={"event": "clock_stepped", "by_s": round(moved.total_seconds(), 3)},
            )
        now = self._clock.now()
        if self._unsettled is None:
            async with self._database.unit_of_work() as uow:
                self._unsettled = await lies_ahead(uow, now)
        if not self._unsettled:
            return False
        async with self._database.unit_of_work() as uow:
            await judge_anew(uow, now)
            await send_in_time(uow, now, PAUSES[-1], LEASE)
        self._unsettled = False
        return True
