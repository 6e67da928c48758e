"""Keep-alive notices: people who expect one notice that nothing can be told any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from services.alerts.channels.channel import Channel
from services.core.runtime.clock import Clock
from services.core.storage.database import Database
from services.core.storage.outbox import Notice, Outbox

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class KeepAlive:
    """Puts one notice per channel and period, whichever process comes first."""

    def __init__(self, database: Database, channels: Sequence[Channel], clock: Clock):
        self._database = database
        self._channels = [(one, one.keep_alive) for one in channels if one.keep_alive]
        self._clock = clock
        self._put: dict[str, str] = {}

    async def run_once(self) -> None:
        """Put those whose period has begun; what stands already is left as it is."""
        now = self._clock.now()
        notices = [
            notice
            for channel, every in self._channels
            if (notice := _notice(channel, every, now)).subject_key != self._put.get(channel.name)
        ]
        if notices:
            async with self._database.unit_of_work() as uow:
                await Outbox(uow).put(notices, now)
            self._put |= {notice.body["channel"]: notice.subject_key for notice in notices}


def _notice(channel: Channel, every: timedelta, now: datetime) -> Notice:
    begun = _EPOCH + (now - _EPOCH) // every * every
    following = begun + every
    return Notice(
        kind="keep_alive",
        subject_key=f"{channel.name}:{begun.isoformat()}",
        body={
            "channel": channel.name,
            "begun_at": begun.isoformat(),
            "next_at": following.isoformat(),
        },
    )
