"""Watches emergencies in which data left the country: their papers are due, and told when late."""

from __future__ import annotations

from collections.abc import Iterable

from services.alerts.alarm_notice import alarm_notice
from services.core.domain.alarm.following import reconcile
from services.core.domain.alarm.owed_papers import OWNER, OwedPapers, owed_alarms
from services.core.runtime.clock import Clock
from services.core.runtime.data_rules import calendar_day_end
from services.core.storage.alarms import AlarmOwner, Alarms
from services.core.storage.database import Channel, Database
from services.core.storage.datapolicy import DataEntry, DataPolicyRepository
from services.core.storage.outbox import Outbox
from services.core.storage.platform import alone


class OwedPapersWatch:
    """Judges what is owed; of several processes one does at a time.

    Such an alarm is of no shipment and no firm: the installation's own people see it.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run_once(self) -> int:
        """Bring the alarms in line with what is owed; how many moves that took."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            if not await alone(uow, OWNER):
                return 0
            owed = _owed(await DataPolicyRepository(uow).owing())
            alarms = Alarms(uow)
            moves = reconcile(OWNER, await alarms.owned_by(OWNER, now), owed_alarms(owed, now), now)
            await alarms.save([(AlarmOwner(), move) for move in moves], now)
            told = [alarm_notice(move, now.isoformat()) for move in moves if move.calls]
            await Outbox(uow).put(told, now)
            if moves:
                uow.ring(Channel.CHANGED)
        return len(moves)


def _owed(entries: Iterable[DataEntry]) -> list[OwedPapers]:
    return [
        OwedPapers(
            entry_id=str(one.entry_id),
            organisation_id=one.organisation_id or "",
            ended=calendar_day_end(one.due_on),
        )
        for one in entries
        if one.due_on is not None
    ]
