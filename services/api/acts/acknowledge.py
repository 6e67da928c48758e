"""Taking an alarm: from now on somebody is on it, for the length of a shift."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.core.domain.errors import IllegalTransition
from services.core.storage.acknowledgements import AcknowledgementRepository, AlarmView
from services.core.storage.worklist import Worklist

SHIFT = timedelta(hours=8)
"""Own choice: a common length of a shift. Nobody owns an alarm longer without taking it again."""


async def acknowledge(alarm_id: UUID, reason: str | None, act: Act) -> AlarmView:
    """Take the alarm, or take it again; returns it as it stands now."""
    repository = AcknowledgementRepository(act.unit)
    alarm = await repository.one(alarm_id, act.now)
    if alarm.closed_at is not None:
        raise IllegalTransition("the alarm is closed already", field="alarm_id")
    await repository.add(
        {
            "id": new_id(act.now),
            "alarm_id": alarm_id,
            "principal_id": act.principal.principal_id,
            "at": act.now,
            "lapses_at": act.now + SHIFT,
            "reason": reason,
            "alarm_revision": alarm.alarm_revision,
        }
    )
    await act.audit(
        "acknowledge",
        ("alarm", alarm_id),
        before={"state": alarm.state},
        after={"lapses_at": (act.now + SHIFT).isoformat()},
        reason=reason,
    )
    if alarm.payload_id is not None:
        await Worklist(act.unit).put_payloads(
            {alarm.payload_id: act.now}, "alarm_acknowledged", act.now
        )
    return await repository.one(alarm_id, act.now)
