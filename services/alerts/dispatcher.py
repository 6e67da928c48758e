"""Sends the notices of the outbox: leased, at least once, tried again with growing pauses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from services.core.domain.errors import Unavailable
from services.core.runtime.clock import Clock
from services.core.storage.database import Database
from services.core.storage.outbox import LeasedNotice, Outbox

LEASE = timedelta(seconds=60)
BATCH = 50
AT_ONCE = 10
"""Receivers may hang for ten seconds: five rounds of them end before the lease does."""

PAUSES = tuple(timedelta(seconds=s) for s in (5, 15, 30, 60, 120, 300))
"""Dense at first: cells live for hours. The last one repeats."""

logger = logging.getLogger(__name__)


class Notifier(Protocol):
    """A way to reach people."""

    async def send(self, notice: LeasedNotice) -> None:
        """Deliver; raises Unavailable when it should be tried again. May be asked twice."""
        ...


class LogNotifier:
    """Writes each notice as a line of the log: always there, needs no account."""

    async def send(self, notice: LeasedNotice) -> None:
        body = notice.body
        logger.warning(
            "Notice of an alarm.",
            extra={
                "event": "notice",
                "notice_id": str(notice.id),
                "kind": body.get("kind"),
                "move": body.get("move"),
                "priority": body.get("priority"),
                "audience": notice.audience,
                "level": notice.level,
                "shipment": body.get("shipment_reference"),
                "box_id": body.get("box_id"),
                "began_at": body.get("began_at"),
            },
        )


class InTurn:
    """Several ways; when one fails, all are gone again, and receivers know a notice by its id."""

    def __init__(self, notifiers: Sequence[Notifier]):
        self._notifiers = tuple(notifiers)

    async def send(self, notice: LeasedNotice) -> None:
        for notifier in self._notifiers:
            await notifier.send(notice)


class Dispatcher:
    """Hands notices to a notifier. Dying in between means that a notice is sent again."""

    def __init__(self, database: Database, notifier: Notifier, clock: Clock):
        self._database = database
        self._notifier = notifier
        self._clock = clock

    async def run_once(self) -> int:
        """Send what is due; how many were delivered."""
        async with self._database.unit_of_work() as uow:
            leased = await Outbox(uow).lease(BATCH, self._clock.now(), LEASE)
        sent = 0
        for start in range(0, len(leased), AT_ONCE):
            some = leased[start : start + AT_ONCE]
            sent += sum(await asyncio.gather(*map(self._send, some)))
        return sent

    async def _send(self, notice: LeasedNotice) -> bool:
        try:
            await self._notifier.send(notice)
        except Unavailable as error:
            pause = PAUSES[min(notice.attempts, len(PAUSES)) - 1]
            async with self._database.unit_of_work() as uow:
                await Outbox(uow).postpone(notice.id, self._clock.now() + pause, error.detail)
            logger.warning(
                "A notice could not be delivered.",
                extra={
                    "event": "notice_failed",
                    "notice_id": str(notice.id),
                    "attempts": notice.attempts,
                    "detail": error.detail,
                },
            )
            return False
        async with self._database.unit_of_work() as uow:
            await Outbox(uow).delivered(notice.id, self._clock.now())
        return True
