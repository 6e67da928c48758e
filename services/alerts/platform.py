"""Watches the way from the boxes to the verdicts: one alarm for a cause, not one for each box."""

from __future__ import annotations

from datetime import datetime

from services.alerts.alarm_notice import alarm_notice
from services.core.domain.alarm.following import Transition, reconcile
from services.core.domain.alarm.platform import INGEST_AWAY, OWNER, platform_alarms
from services.core.runtime.clock import Clock
from services.core.runtime.clocksteps import ClockSteps
from services.core.storage.alarms import AlarmOwner, Alarms
from services.core.storage.database import Channel, Database
from services.core.storage.outbox import Notice, Outbox
from services.core.storage.platform import alone, platform_facts

LISTED = 50
"""So many boxes stand in a notice; all of them stand in the alarm."""


class PlatformWatch:
    """Judges ourselves; of several processes one does at a time."""

    def __init__(self, database: Database, clock: Clock):
        self._database = database
        self._clock = clock
        self._since = clock.now()
        self._steps = ClockSteps(clock)

    async def run_once(self) -> int:
        """Bring the platform's alarms in line with what is so; how many moves that took."""
        now = self._clock.now()
        if self._steps.step() is not None:
            self._since = now
        if now - self._since < INGEST_AWAY:  # all may have started just now, or the clock was set
            return 0
        async with self._database.unit_of_work() as uow:
            if not await alone(uow):
                return 0
            facts = await platform_facts(uow, now)
            alarms = Alarms(uow)
            stored = await alarms.owned_by(OWNER, now)
            moves = reconcile(OWNER, stored, platform_alarms(facts, now), now)
            owners = {box.box_id: AlarmOwner(box_no=box.box_no) for box in facts.silent}
            owners |= {one.name: AlarmOwner(box_no=one.box_no) for one in facts.ending}
            await alarms.save(
                [(owners.get(move.alarm.subject, AlarmOwner()), move) for move in moves], now
            )
            await Outbox(uow).put([_notice(move, now) for move in moves if move.calls], now)
            if moves:
                uow.ring(Channel.CHANGED)
        return len(moves)


def _notice(move: Transition, now: datetime) -> Notice:
    facts = move.alarm.facts
    listed = {**facts, "boxes": list(facts.get("boxes", ())[:LISTED])}
    return alarm_notice(move, now.isoformat(), box_id=facts.get("box_id"), facts=listed)
