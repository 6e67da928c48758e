"""Taking a shift over: what others had taken is owned by whoever takes it, by name."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID

from services.api.acts.alarms import take_over
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.schemas.alarms import TakeOver
from services.core.domain.alarm.life import AlarmState
from services.core.domain.errors import Conflict
from services.core.storage.acknowledgements import AcknowledgementRepository, AlarmView
from services.core.storage.handovers import HandoverRepository


async def take_shift(seen: int, shifts: tuple[time, ...], act: Act) -> UUID:
    """Own every alarm that is taken, and write down what lay on the table.

    Raises Conflict when more alarms are open than were seen: nobody takes over what is unseen.
    """
    alarms = await AcknowledgementRepository(act.unit).open(act.now)
    if len(alarms) > seen:
        raise Conflict(
            f"{len(alarms)} alarms are open, and {seen} were seen",
            field="alarms",
            remedy="look at the list again, then take over",
        )
    for alarm in alarms:
        if alarm.state is AlarmState.ACKNOWLEDGED:
            await take_over(alarm.alarm_id, TakeOver(), shifts, act, with_shift=True)
    repository = HandoverRepository(act.unit)
    notes = await repository.open_notes()
    table: dict[str, Any] = {
        "alarms": [_seen(alarm) for alarm in alarms],
        "notes": [str(note.note_id) for note in notes],
    }
    handover_id = new_id(act.now)
    taken = {"taken_at": act.now, "taken_by": act.principal.principal_id}
    await repository.take({"handover_id": handover_id, "seen": table, **taken})
    counts = {"alarms": len(alarms), "notes": len(notes)}
    await act.audit("take_shift", ("handover", handover_id), after=counts)
    return handover_id


def _seen(alarm: AlarmView) -> dict[str, Any]:
    return {
        "alarm_id": str(alarm.alarm_id),
        "kind": alarm.kind,
        "priority": alarm.priority,
        "state": alarm.state.value,
        "shipment_id": alarm.shipment_id and str(alarm.shipment_id),
        "shipment_reference": alarm.shipment_reference,
        "box_id": alarm.box_id,
        "taken_by": alarm.taken_by,
        "assigned_to": alarm.assigned_to,
    }
