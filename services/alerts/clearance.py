"""Watches inspections and their bays: codes, lids, rooms, and what customs has let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.alerts.alarm_notice import alarm_notice
from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.following import Transition, reconcile
from services.core.domain.clearance.bay_climate import bay_alarms
from services.core.domain.clearance.watch import (
    OWNER,
    identity_alarms,
    onward_alarms,
    wrong_box_alarms,
)
from services.core.runtime.clock import Clock
from services.core.storage.alarms import AlarmOwner, Alarms
from services.core.storage.bayloggers import BayLoggerRepository
from services.core.storage.clearancewatch import neighbours, onward, scanned, watches_alone
from services.core.storage.database import Channel, Database, UnitOfWork
from services.core.storage.outbox import Notice, Outbox
from services.core.storage.shipments import references_of

KNOWN_FOR = timedelta(days=2)
"""So long a closed alarm is still known; what is derived reaches back half a day at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What should be ringing, and whose each is, by its subject."""

    alarms: Sequence[DerivedAlarm]
    owners: Mapping[str, AlarmOwner]


class ClearanceWatch:
    """Judges inspections; of several processes one does at a time."""

    def __init__(self, database: Database, clock: Clock):
        self._database = database
        self._clock = clock

    async def run_once(self) -> int:
        """Bring the alarms in line with what is so; how many moves that took."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            if not await watches_alone(uow):
                return 0
            alarms = Alarms(uow)
            stored = await alarms.owned_by(OWNER, now, since=now - KNOWN_FOR)
            found = await _look(uow, now)
            moves = reconcile(OWNER, stored, found.alarms, now)
            if moves:
                await self._save(uow, moves, found, now)
        return len(moves)

    async def _save(
        self, uow: UnitOfWork, moves: Sequence[Transition], found: _Found, now: datetime
    ) -> None:
        owned = [(_owner(move, found), move) for move in moves]
        await Alarms(uow).save(owned, now)
        shipments = [owner.shipment_id for owner, _ in owned if owner.shipment_id is not None]
        names = await references_of(uow, shipments)
        told = [_notice(owner, move, names, now) for owner, move in owned if move.calls]
        await Outbox(uow).put(told, now)
        uow.ring(Channel.CHANGED)


async def _look(uow: UnitOfWork, now: datetime) -> _Found:
    opened, cleared, codes = await neighbours(uow, now), await onward(uow, now), await scanned(uow)
    rooms = await BayLoggerRepository(uow).rooms(now)
    owners = {room.bay_id: AlarmOwner(box_no=room.box_no) for room in rooms}
    owners |= {
        f"{one.shipment_id}.{one.opening.box_id}": AlarmOwner(
            shipment_id=one.shipment_id, box_no=one.box_no
        )
        for one in opened
    }
    return _Found(
        alarms=[
            *identity_alarms(codes),
            *wrong_box_alarms(opened, now),
            *onward_alarms(cleared, now),
            *bay_alarms(rooms, now),
        ],
        owners=owners,
    )


def _owner(move: Transition, found: _Found) -> AlarmOwner:
    """A subject begins with its shipment, unless it is a bay."""
    subject = move.alarm.subject
    if subject in found.owners:
        return found.owners[subject]
    try:
        return AlarmOwner(shipment_id=UUID(subject.split(".", 1)[0]))
    except ValueError:
        return AlarmOwner()


def _notice(
    owner: AlarmOwner, move: Transition, names: Mapping[UUID, str], now: datetime
) -> Notice:
    reference = None if owner.shipment_id is None else names.get(owner.shipment_id)
    facts = move.alarm.facts
    return alarm_notice(
        move,
        now.isoformat(),
        reference=reference,
        box_id=facts.get("box_id"),
        facts={name: facts[name] for name in facts if name not in {"inside", "booked"}},
    )
