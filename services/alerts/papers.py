"""Watches papers and departments of the shipments on their way: alarms, and reminders before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.alerts.alarm_notice import alarm_notice
from services.core.domain.alarm.following import Transition, reconcile
from services.core.domain.clearance.papers_watch import OWNER, Watched, papers_alarms
from services.core.runtime.clock import Clock
from services.core.runtime.rulebook import shipped_rulebook
from services.core.storage.alarms import AlarmOwner, Alarms
from services.core.storage.database import Channel, Database
from services.core.storage.declarations import DeclarationRepository
from services.core.storage.outbox import Notice, Outbox
from services.core.storage.platform import alone
from services.core.storage.releasecases import Clearance, ReleaseCases


class PapersWatch:
    """Judges what lapses and what is due; of several processes one does at a time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run_once(self) -> int:
        """Bring the alarms in line with what is so; how many moves that took."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            if not await alone(uow, OWNER):
                return 0
            own = await DeclarationRepository(uow).own_rules()
            found = await ReleaseCases(uow, shipped_rulebook(), own).live(now)
            alarms = Alarms(uow)
            shipments = [one.shipment_id for one in found]
            stored = await alarms.owned_by(OWNER, now, of=shipments)
            derived = [alarm for one in found for alarm in papers_alarms(_watched(one))]
            moves = reconcile(OWNER, stored, derived, now)
            await alarms.save([(_owner(move), move) for move in moves], now)
            told = [_notice(move, now) for move in moves if move.calls]
            await Outbox(uow).put([*told, *_reminders(found)], now)
            if moves:
                uow.ring(Channel.CHANGED)
        return len(moves)


def _watched(found: Clearance) -> Watched:
    return Watched(
        shipment_id=str(found.shipment_id),
        reference=found.reference,
        case=found.case,
        moment=found.moment,
        took_off=found.took_off,
        cleared=found.cleared,
        attached=found.attached,
    )


def _owner(move: Transition) -> AlarmOwner:
    return AlarmOwner(shipment_id=UUID(move.alarm.subject.split("/", 1)[0]))


def _notice(move: Transition, now: datetime) -> Notice:
    return alarm_notice(move, now.isoformat(), reference=move.alarm.facts.get("shipment_reference"))


def _reminders(found: Sequence[Clearance]) -> list[Notice]:
    """One for each step that is due soon; put again it is told once."""
    return [
        Notice(
            kind="sign_off_reminder",
            subject_key=f"{one.shipment_id}:{step.department}:{step.due_at.isoformat()}",
            audience="lead_department" if step.lead else "department",
            body={
                "shipment_reference": one.reference,
                "department": step.department.value,
                "with_whom": step.with_whom,
                "due_at": step.due_at.isoformat(),
            },
        )
        for one in found
        if not one.cleared
        for step in one.case.sign_offs
        if step.remind(one.moment.at)
    ]
