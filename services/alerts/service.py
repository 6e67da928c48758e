"""Puts alerts together and runs it: judge, tell, beat."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from services.alerts.caller import Caller, chains_of
from services.alerts.channels.alive import KeepAlive
from services.alerts.channels.channel import Channel, Links, LogNotifier
from services.alerts.channels.plan import Surroundings, read_channels
from services.alerts.channels.webhook import WebhookNotifier
from services.alerts.clearance import ClearanceWatch
from services.alerts.clockguard import ClockGuard
from services.alerts.dispatcher import Dispatcher
from services.alerts.evaluator import Evaluator, Pass
from services.alerts.owed_papers import OwedPapersWatch
from services.alerts.papers import PapersWatch
from services.alerts.platform import PlatformWatch
from services.alerts.watchdog import Watchdog
from services.core.domain.alarm.calling import Chains
from services.core.domain.errors import Unavailable
from services.core.runtime.clock import Clock
from services.core.runtime.data_rules import shipped_data_rules
from services.core.runtime.effective import told
from services.core.runtime.outage import Outage, pauses_s
from services.core.runtime.settings import AlertsSettings, NoticeSettings
from services.core.storage.database import Database
from services.core.storage.failures import translated
from services.core.storage.heartbeats import beat

SERVICE = "alerts"
BEAT_EVERY = timedelta(seconds=5)
TELL_EVERY_S = 1.0
WATCH_EVERY_S = 5.0
WATCH_PAPERS_EVERY_S = 15.0
LOOK_EVERY_S = 0.25
CONTENDED_S = 0.05

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Counters:
    """What alerts has done since it started; its heartbeat carries them."""

    judged: int = 0
    changed: int = 0
    failed: int = 0
    readings: int = 0
    alarm_moves: int = 0
    calls: int = 0
    notices: int = 0
    last_pass: str | None = None

    def add(self, done: Pass, now: datetime) -> None:
        self.judged += done.judged
        self.changed += done.changed
        self.failed += done.failed
        self.readings += done.readings
        self.alarm_moves += done.alarms
        self.last_pass = now.isoformat()


class Alerts:
    """One alerts process; any number may share a database."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: AlertsSettings,
        notices: NoticeSettings,
    ):
        self._database = database
        self._clock = clock
        self._evaluator = Evaluator(
            database,
            claim_max=settings.alerts_claim_max,
            no_data_after=settings.no_data_after,
        )
        idle = timedelta(seconds=settings.alerts_idle_s)
        self._clock_guard = ClockGuard(database, clock)
        self._watchdog = Watchdog(database, clock, idle, self._evaluator.puts_off)
        self._platform = PlatformWatch(database, clock)
        self._clearance = ClearanceWatch(database, clock)
        self._papers = PapersWatch(database, clock)
        self._owed_papers = OwedPapersWatch(database, clock)
        self._caller = Caller(database, clock, chains_of(settings))
        channels = channels_of(notices, database, clock)
        self._dispatcher = Dispatcher(database, channels, clock)
        self._keep_alive = KeepAlive(database, channels, clock)
        self._started_at = clock.now()
        self._settings = told(settings, notices)
        self._ways = ways_of(channels, chains_of(settings))
        self._outage = Outage()
        self.counters = Counters()

    async def run(self) -> None:
        """Work until cancelled; a database that is away is waited for."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watchdog.listen())
            tasks.create_task(self._repeat(self._judge))
            tasks.create_task(self._repeat(self._catch_up))
            tasks.create_task(self._repeat(self._watch))
            tasks.create_task(self._repeat(self._watch_papers))
            tasks.create_task(self._repeat(self._call))
            tasks.create_task(self._repeat(self._tell))
            tasks.create_task(self._repeat(self._beat))

    async def _judge(self) -> None:
        await self._clock_guard.run_once()
        now = self._clock.now()
        done = await self._evaluator.run_others(now)
        self.counters.add(done, now)
        if not done.more:
            await self._watchdog.wait()
        elif not done.judged:
            await asyncio.sleep(CONTENDED_S)

    async def _catch_up(self) -> None:
        """Beside the judging: what a box that was put off has sent waits no longer than it must."""
        now = self._clock.now()
        if self._evaluator.is_behind(now):
            self.counters.add(await self._evaluator.run_long(now), now)
            self._watchdog.wake()
        else:
            await asyncio.sleep(LOOK_EVERY_S)

    async def _watch(self) -> None:
        self.counters.alarm_moves += await self._platform.run_once()
        self.counters.alarm_moves += await self._clearance.run_once()
        await asyncio.sleep(WATCH_EVERY_S)

    async def _watch_papers(self) -> None:
        self.counters.alarm_moves += await self._papers.run_once()
        self.counters.alarm_moves += await self._owed_papers.run_once()
        await asyncio.sleep(WATCH_PAPERS_EVERY_S)

    async def _call(self) -> None:
        """Beside the sending: receivers that hang must not keep the next person from being told."""
        self.counters.calls += await self._caller.run_once()
        await self._keep_alive.run_once()
        await asyncio.sleep(TELL_EVERY_S)

    async def _tell(self) -> None:
        self.counters.notices += await self._dispatcher.run_once()
        await asyncio.sleep(TELL_EVERY_S)

    async def _beat(self) -> None:
        instance = f"{socket.gethostname()}-{os.getpid()}"
        async with self._database.unit_of_work() as uow:
            detail = {**asdict(self.counters), "settings": self._settings, **self._ways}
            now = self._clock.now()
            await beat(uow, SERVICE, instance, now, self._started_at, detail)
        self._outage.is_over()
        await self._clock.sleep(BEAT_EVERY)

    async def _repeat(self, step: Callable[[], Awaitable[None]]) -> None:
        pauses = pauses_s()
        while True:
            try:
                with translated():
                    await step()
            except Unavailable as error:
                self._outage.tell(error.detail)
                await asyncio.sleep(next(pauses))
            else:
                pauses = pauses_s()


def ways_of(channels: Sequence[Channel], chains: Chains) -> dict[str, Any]:
    """Who is told by which way, for people to look at: no address, no number, no secret."""
    return {
        "channels": [channel.told for channel in channels],
        "chains": [
            {
                "priority": priority,
                "steps": [
                    {"after_min": step.after / timedelta(minutes=1), "audience": step.audience}
                    for step in chain.steps
                ],
                "again_min": None if chain.again is None else chain.again / timedelta(minutes=1),
            }
            for priority, chain in chains.items()
        ],
    }


def channels_of(settings: NoticeSettings, database: Database, clock: Clock) -> list[Channel]:
    """The log always, the webhook of the settings, and the channels of the file, if any.

    Raises Invalid, which says what is wrong with the file.
    """
    home = shipped_data_rules().home
    channels = [Channel(name="log", notifier=LogNotifier(), country=home)]
    if (webhook := settings.webhook) is not None:
        notifier = WebhookNotifier(*webhook, clock, inside=settings.inside)
        channels.append(
            Channel(name="webhook", notifier=notifier, country=settings.webhook_country)
        )
    if settings.channels_file is not None:
        public = settings.public_url
        links = None if public is None else Links(database=database, public_url=public.rstrip("/"))
        around = Surroundings(
            environment=os.environ, clock=clock, links=links, inside=settings.inside
        )
        channels += read_channels(settings.channels_file, around)
    return channels
