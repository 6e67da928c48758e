"""The notice about a move of an alarm: which alarm, of what, what happened. Nothing of patients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.core.domain.alarm.following import Transition
from services.core.domain.alarm.kinds import priority_of, whom_of
from services.core.storage.alarms import alarm_id_of
from services.core.storage.outbox import Notice


def alarm_notice(
    move: Transition,
    at: str,
    *,
    reference: str | None = None,
    box_id: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Notice:
    """`at` tells this move from the same move of the alarm at another time: a notice is put once.

    `reference`: of its shipment. `facts`: those that are told, all of the alarm's when left out.
    """
    alarm = move.alarm
    return Notice(
        kind="alarm",
        subject_key=f"{alarm.key}:{move.move}:{at}",
        body={
            "alarm_id": str(alarm_id_of(alarm.key)),
            "kind": alarm.kind.value,
            "move": move.move.value,
            "priority": priority_of(alarm.kind, alarm.facts),
            "whom_to_call": whom_of(alarm.kind, alarm.facts),
            "shipment_reference": reference,
            "box_id": box_id,
            "began_at": alarm.began_at.isoformat(),
            "facts": dict(alarm.facts if facts is None else facts),
        },
    )
