"""What happens to appointments by the clock alone: take-off, no-show, late flights, answers."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime
from typing import Any

from services.api.acts.slot_news import tell
from services.core.domain.clearance.appointment_life import AppointmentMove, transition
from services.core.domain.clearance.due import Due, due
from services.core.domain.errors import Unavailable
from services.core.domain.governance.reach import installation
from services.core.runtime.clock import Clock
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.constraints import reachable
from services.core.storage.database import Database, UnitOfWork
from services.core.storage.due_slots import DueSlots, WatchedSlot
from services.core.storage.grants import ShipmentGrants
from services.core.storage.worklist import Worklist

WATCH_EVERY_S = 5.0
BY_RULE = "local-operator"
"""Whose name stands in the audit trail; its source is `rule`."""

_TOLD = {
    AppointmentMove.TAKE_OFF: "confirmed",
    AppointmentMove.NO_SHOW: "no_show",
    AppointmentMove.FREE: "freed",
    None: "asked_next",
}


class ClearanceWatch:
    """Every API process may run one: a row that another holds is left to it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def run(self) -> None:
        """Look again and again until cancelled; a database that is away is tried again."""
        while True:
            with contextlib.suppress(Unavailable), reachable():
                await self.run_once()
            await asyncio.sleep(WATCH_EVERY_S)

    async def run_once(self) -> int:
        """Do what is due; returns how many appointments it touched."""
        now = self._clock.now()
        touched = 0
        async with self._database.unit_of_work(installation(now)) as unit:
            for slot in await DueSlots(unit).watched():
                found = due(slot.watched, now)
                if found is not None:
                    await _do(slot, found, unit, now)
                    touched += 1
            await ShipmentGrants(unit).end_given_back(now)
        return touched


async def _do(slot: WatchedSlot, found: Due, unit: UnitOfWork, now: datetime) -> None:
    state = slot.watched.state
    if found.move is None:
        level, until = slot.answer_level + 1, now + slot.watched.answer_within
        values: dict[str, Any] = {"answer_level": level, "answer_by": until}
    else:
        state = transition(state, found.move)
        kept = found.move is AppointmentMove.TAKE_OFF
        values = {} if kept else {"cancel_reason": found.code.value}
    repository = AppointmentRepository(unit)
    await repository.move(slot.appointment_id, state.value, **values)
    action = found.move.value if found.move is not None else "ask_next"
    await AuditRepository(unit).add(
        AuditEntry(
            at=now,
            principal_id=BY_RULE,
            source="rule",
            action=action,
            entity="appointment",
            entity_id=str(slot.appointment_id),
            before={"state": slot.watched.state.value},
            after={"state": state.value, "minutes": found.minutes},
            reason=found.code.value,
        )
    )
    view = await repository.one(slot.appointment_id)
    await tell(unit, view, _TOLD[found.move], (found.code.value, found.minutes), now)
    await Worklist(unit).put_payloads(
        dict.fromkeys(slot.payloads, now), f"appointment_{action}", now
    )
