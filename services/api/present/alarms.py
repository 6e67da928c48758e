"""Alarms and rejected messages as the API shows them."""

from __future__ import annotations

from services.api.schemas.alarms import Acknowledged, Alarm
from services.core.domain.alarm import ALARM_SPECS, AlarmKind
from services.core.storage.acknowledgements import AlarmView


def alarm_out(view: AlarmView) -> Alarm:
    """An alarm with who has taken it."""
    taken = None
    if view.taken_at is not None and view.taken_by is not None:
        taken = Acknowledged(
            at=view.taken_at,
            by=view.taken_by,
            reason=view.taken_reason,
            lapses_at=view.lapses_at,
        )
    values = {name: getattr(view, name) for name in view.__slots__}
    values |= {
        "id": view.alarm_id,
        "state": view.state,
        "acknowledged": taken,
        "first_action": ALARM_SPECS[AlarmKind(view.kind)].first_action,
    }
    return Alarm.model_validate(values)
