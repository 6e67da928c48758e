"""Alarms and their histories as the API shows them."""

from __future__ import annotations

from services.api.schemas.alarms import Acknowledged, Alarm, AlarmStep, Assigned, Callee, Shelved
from services.core.domain.alarm.kinds import ALARM_SPECS, AlarmKind, whom_of
from services.core.domain.alarm.life import AlarmState
from services.core.storage.acknowledgements import AlarmMove, AlarmView

_ON_A_SHELF = frozenset({AlarmState.SHELVED, AlarmState.SHELVED_RETURNED})
_TAKEN = frozenset({AlarmState.ACKNOWLEDGED, AlarmState.LATCHED, AlarmState.CLOSED})


def alarm_out(view: AlarmView) -> Alarm:
    """An alarm with what it asks for, who has taken it, and whether it is shelved."""
    kind, state = AlarmKind(view.kind), view.state
    spec = ALARM_SPECS[kind]
    values = {name: getattr(view, name) for name in view.__slots__}
    values |= {
        "id": view.alarm_id,
        "group": spec.group,
        "state": state,
        "acknowledged": _acknowledged(view) if state in _TAKEN else None,
        "assigned": _assigned(view) if state is not AlarmState.CLOSED else None,
        "shelved": _shelved(view) if state in _ON_A_SHELF else None,
        "shelvable": spec.shelvable,
        "first_action": spec.first_action,
        "whom_to_call": whom_of(kind, view.facts),
        "call": None if view.contact is None else Callee.model_validate(view.contact),
        "act_by": view.raised_at + spec.time_to_act,
    }
    return Alarm.model_validate(values)


def step_out(move: AlarmMove) -> AlarmStep:
    """One step of an alarm's history."""
    return AlarmStep.model_validate({name: getattr(move, name) for name in move.__slots__})


def _acknowledged(view: AlarmView) -> Acknowledged | None:
    if view.taken_at is None or view.taken_by is None:
        return None
    return Acknowledged(
        at=view.taken_at,
        by=view.taken_by,
        reason=view.taken_reason,
        lapses_at=view.lapses_at,
        waiting=view.taken_kind == "waiting",
        undoable=view.undoable,
    )


def _assigned(view: AlarmView) -> Assigned | None:
    if view.assigned_at is None:
        return None
    return Assigned(
        at=view.assigned_at,
        by=view.assigned_by,
        to=view.assigned_to,
        name=view.assigned_name,
        reason=view.assigned_reason,
    )


def _shelved(view: AlarmView) -> Shelved | None:
    if view.shelved_at is None or view.shelved_by is None or view.shelved_until is None:
        return None
    return Shelved(
        at=view.shelved_at,
        by=view.shelved_by,
        reason=view.shelved_reason or "",
        until=view.shelved_until,
    )
