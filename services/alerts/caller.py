"""Calls the next person when nobody takes an alarm; on time, by the clock it was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from services.core.domain.alarm.calling import (
    AUDIENCES,
    QUIET,
    WHOM,
    Call,
    Chains,
    calls_due,
    chain_of,
)
from services.core.domain.alarm.kinds import whom_of
from services.core.runtime.clock import Clock
from services.core.runtime.clocksteps import ClockSteps
from services.core.runtime.settings import AlertsSettings
from services.core.storage.calls import Calls, Sounding
from services.core.storage.clocksteps import AHEAD
from services.core.storage.database import Channel, Database
from services.core.storage.outbox import Notice, Outbox


def chains_of(settings: AlertsSettings) -> Chains:
    """The chains of priorities 1 and 2 as the settings say."""
    return {
        1: chain_of(AUDIENCES[1], settings.call_p1_min, settings.call_again_p1_min),
        2: chain_of(AUDIENCES[2], settings.call_p2_min, settings.call_again_p2_min),
    }


class Caller:
    """Looks at every alarm that sounds; any number of processes may do so side by side."""

    def __init__(self, database: Database, clock: Clock, chains: Chains):
        self._database = database
        self._clock = clock
        self._chains = chains
        self._steps = ClockSteps(clock)
        self._since = clock.now()

    async def run_once(self) -> int:
        """Make the calls that are due; how many there were."""
        now = self._clock.now()
        if self._steps.step() is not None:
            self._since = now
        async with self._database.unit_of_work() as uow:
            calls = Calls(uow)
            found = [
                (alarm, due)
                for alarm in map(partial(self._believed, now), await calls.sounding(now))
                if (
                    due := calls_due(
                        self._chains.get(alarm.priority, QUIET), alarm.since, alarm.called, now
                    )
                )
            ]
            mine = await calls.note(found, now)
            notices = [
                _notice(alarm, call)
                for alarm, due in found
                if alarm.alarm_id in mine
                for call in due
            ]
            await Outbox(uow).put(notices, now)
            if mine:
                uow.ring(Channel.CHANGED)
        return len(notices)

    def _believed(self, now: datetime, alarm: Sounding) -> Sounding:
        """What sounds since an instant to come, the clock having been set back, sounds since the
        step; processes agree by who noted the first call."""
        if alarm.since <= now + AHEAD:
            return alarm
        noted = alarm.called is not None and alarm.called.since <= now
        return replace(alarm, since=alarm.called.since if alarm.called and noted else self._since)


def _notice(alarm: Sounding, call: Call) -> Notice:
    """Who is told, how far up that is, and since when nobody has taken it."""
    whom = whom_of(alarm.kind, alarm.facts)
    return Notice(
        kind="alarm",
        subject_key=f"{alarm.condition_key}:call:{alarm.since.isoformat()}"
        f":{call.level}:{call.due_at.isoformat()}",
        audience=whom if call.audience == WHOM else call.audience,
        level=call.level,
        body={
            "alarm_id": str(alarm.alarm_id),
            "kind": alarm.kind.value,
            "move": "called" if call.level else "lapsed",
            "priority": alarm.priority,
            "whom_to_call": whom,
            "shipment_reference": alarm.shipment_reference,
            "box_id": alarm.box_id,
            "began_at": alarm.began_at.isoformat(),
            "sounding_since": alarm.since.isoformat(),
            "due_at": call.due_at.isoformat(),
            "repeated": call.repeated,
            "facts": dict(alarm.facts),
        },
    )
