"""Hands notices out to channels and sends each channel's copy: leased, at least once, again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from services.alerts.border import NoticeBorder
from services.alerts.channels.channel import Channel
from services.alerts.channels.refusing import AskedToWait, ReceiverGone
from services.core.domain.errors import Unavailable
from services.core.runtime.clock import Clock
from services.core.storage.database import Database
from services.core.storage.deliveries import Deliveries, LeasedNotice
from services.core.storage.outbox import Outbox

LEASE = timedelta(seconds=60)
SENT_WITHIN_S = 45.0
"""Shorter than the lease: what hangs for longer is tried again, by whoever comes to it."""

BATCH = 20
"""Copies that are sent side by side; the next ones wait for the slowest of them."""

PAUSES = tuple(timedelta(seconds=s) for s in (5, 15, 30, 60, 120, 300))
"""Dense at first: cells live for hours. The last one repeats."""

GIVE_UP_AFTER = timedelta(hours=24)
"""Own choice: by then the alarm has long been called up its chain, or closed."""

_NOT_SENT = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)
"""What a notice's own content or a channel's can cause. A database error is none."""

REPLAY = "replay"
"""A notice of this kind asks for another one to be sent once more."""

logger = logging.getLogger(__name__)


class Dispatcher:
    """One channel's trouble is no other's: each has its own copy and its own next try.

    Dying in between means that a copy is sent again; receivers know it by the notice's id.
    """

    def __init__(
        self,
        database: Database,
        channels: Sequence[Channel],
        clock: Clock,
        sent_within_s: float = SENT_WITHIN_S,
    ):
        self._sent_within_s = sent_within_s
        self._database = database
        self._channels = {channel.name: channel for channel in channels}
        self._clock = clock
        self._border = NoticeBorder(database, clock)

    async def run_once(self) -> int:
        """Send what is due; how many copies were delivered."""
        await self._hand_out()
        async with self._database.unit_of_work() as uow:
            names = list(self._channels)
            leased = await Deliveries(uow).lease(names, BATCH, self._clock.now(), LEASE)
        return sum(await asyncio.gather(*map(self._send, leased)))

    async def _hand_out(self) -> None:
        async with self._database.unit_of_work() as uow:
            outbox = Outbox(uow)
            now = self._clock.now()
            waiting = await outbox.waiting(BATCH, now)
            pairs = []
            for notice in waiting:
                if notice.kind == REPLAY:
                    pairs += [(notice.body["notice_id"], notice.body["channel"])]
                else:
                    pairs += [
                        (notice.id, channel.name)
                        for channel in self._channels.values()
                        if channel.wants(notice)
                    ]
            if waiting:
                await outbox.hand_out([notice.id for notice in waiting], pairs, now)

    async def _send(self, notice: LeasedNotice) -> bool:
        try:
            async with asyncio.timeout(self._sent_within_s):
                channel = self._channels[notice.channel]
                await channel.send(await self._border.let_through(notice, channel))
        except TimeoutError:
            await self._put_off(notice, Unavailable(f"not sent in {self._sent_within_s:g} s"))
            return False
        except ReceiverGone as error:
            await self._give_up(notice, error.detail)
            return False
        except Unavailable as error:
            await self._put_off(notice, error)
            return False
        except _NOT_SENT as error:
            logger.exception(
                "A notice could not be made.",
                extra={"event": "notice_not_made", **_facts(notice, repr(error))},
            )
            await self._put_off(notice, Unavailable(f"not made: {type(error).__name__}"))
            return False
        async with self._database.unit_of_work() as uow:
            await Deliveries(uow).delivered(notice, self._clock.now())
        return True

    async def _put_off(self, notice: LeasedNotice, error: Unavailable) -> None:
        now = self._clock.now()
        if now - notice.created_at >= GIVE_UP_AFTER:
            await self._give_up(notice, error.detail)
            return
        pause = PAUSES[min(notice.attempts, len(PAUSES)) - 1]
        if isinstance(error, AskedToWait):
            pause = max(pause, error.pause)
        async with self._database.unit_of_work() as uow:
            await Deliveries(uow).postpone(notice, now + pause, error.detail)
        logger.warning(
            "A notice could not be delivered.",
            extra={"event": "notice_failed", **_facts(notice, error.detail)},
        )

    async def _give_up(self, notice: LeasedNotice, detail: str) -> None:
        async with self._database.unit_of_work() as uow:
            await Deliveries(uow).give_up(notice, self._clock.now(), detail)
        logger.error(
            "A notice was given up.",
            extra={"event": "notice_given_up", **_facts(notice, detail)},
        )


def _facts(notice: LeasedNotice, detail: str) -> dict[str, object]:
    return {
        "notice_id": str(notice.id),
        "channel": notice.channel,
        "attempts": notice.attempts,
        "detail": detail,
    }
