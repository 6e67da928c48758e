"""Whether the server's clock may be believed: asked before anything is received, then each beat."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.core.runtime.clock import Clock
from services.core.runtime.clocksteps import ClockDoubt, Written
from services.core.storage.clocksteps import believe_contacts, heard_last
from services.core.storage.database import Database
from services.core.storage.heartbeats import Heartbeat, heartbeats
from services.ingest.counters import Counters

SERVICES = ("ingest", "ingest-standby")

logger = logging.getLogger(__name__)


class ClockWatch:
    """Compares the clock with what was written down, and says so when it may be wrong."""

    def __init__(self, database: Database, clock: Clock, counters: Counters) -> None:
        self._database = database
        self._clock = clock
        self._counters = counters
        self.doubt = ClockDoubt(clock)

    async def begin(self) -> None:
        """Before the first beat, which overwrites what it is compared with."""
        async with self._database.unit_of_work() as uow:
            beats = [one for one in await heartbeats(uow) if one.service in SERVICES]
            self.doubt.begin(_written(beats, await heard_last(uow)))
            await believe_contacts(uow, self._clock.now())
        self.note()

    def note(self) -> None:
        """Look again, and tell a change."""
        off, was_off = self.doubt.off, self._counters.clock_doubted_since is not None
        self._counters.clock_off_s = round(off.total_seconds(), 1)
        if off and not was_off:
            self._counters.clock_doubted_since = self._clock.now().isoformat()
            logger.error(
                "The server's clock is in doubt.",
                extra={"event": "server_clock_doubted", "off_s": self._counters.clock_off_s},
            )
        elif was_off and not off:
            self._counters.clock_doubted_since = None
            logger.info("The server's clock is trusted.", extra={"event": "server_clock_trusted"})


def _written(beats: Sequence[Heartbeat], received_at: datetime | None) -> list[Written]:
    """What ingest wrote of itself, and the newest time of receipt, which was written beside it."""
    written = [Written(one.at, _off(one)) for one in beats]
    if received_at is not None:
        last = max(written, key=lambda one: one.at, default=Written(received_at))
        written.append(Written(received_at, max(last.off, timedelta(0))))
    return written


def _off(one: Heartbeat) -> timedelta:
    return timedelta(seconds=float(one.detail.get("clock_off_s") or 0.0))
