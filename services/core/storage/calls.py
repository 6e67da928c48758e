"""Alarms that sound with nobody on them, and how far up they have been called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.core.domain.alarm.calling import Call, Called
from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.alarm.life import Move
from services.core.storage.database import UnitOfWork
from services.core.storage.documents import rows_as_json
from services.core.storage.standing import SHELF, SUPPRESSED, TAKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounding:
    """An alarm that somebody should take. `since`: raised, grown worse, or let go again."""

    alarm_id: UUID
    condition_key: str
    kind: AlarmKind
    priority: int
    facts: Mapping[str, Any]
    began_at: datetime
    shipment_reference: str | None
    box_id: str | None
    since: datetime
    called: Called | None


# What had lapsed before somebody took it, and gave it back, counts on: it stands where it stood.
_SOUNDING = text(f"""
SELECT alarm.alarm_id, alarm.condition_key, alarm.kind, alarm.priority, alarm.facts,
       alarm.began_at, shipment.reference AS shipment_reference, box.box_id,
       greatest(alarm.raised_at, alarm.sounded_at, taken.lapses_at, before.lapsed_at, shelf.until)
         AS since,
       alarm.called_level, alarm.called_since, alarm.called_at
FROM alarm
LEFT JOIN shipment USING (shipment_id)
LEFT JOIN box ON box.box_no = alarm.box_no
LEFT JOIN {TAKEN} AS taken ON true
LEFT JOIN {SHELF} AS shelf ON true
CROSS JOIN LATERAL (
  SELECT max(past.lapses_at) AS lapsed_at FROM acknowledgement AS past
  WHERE past.alarm_id = alarm.alarm_id AND past.lapses_at <= past.withdrawn_at
    AND past.alarm_revision >= alarm.sounded_revision
) AS before
WHERE alarm.closed_at IS NULL AND alarm.returned_at IS NULL AND NOT {SUPPRESSED}
  AND taken.live IS NOT TRUE AND shelf.live IS NOT TRUE
ORDER BY alarm.priority, alarm.raised_at, alarm.alarm_id
""")  # noqa: S608  composed of constants

# Two processes may find the same call due: whoever comes second finds the row changed.
_NOTE = text("""
WITH given AS (
  SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS given (alarm_id uuid, level smallint, since timestamptz, at timestamptz,
              old_since timestamptz, old_at timestamptz)
), called AS (
  UPDATE alarm SET called_level = given.level, called_since = given.since, called_at = given.at,
                   revision = revision + 1
  FROM given
  WHERE alarm.alarm_id = given.alarm_id AND alarm.called_since IS NOT DISTINCT FROM given.old_since
    AND alarm.called_at IS NOT DISTINCT FROM given.old_at
  RETURNING alarm.alarm_id
)
SELECT alarm_id FROM called
""")

_HISTORY = text("""
INSERT INTO alarm_transition (alarm_id, move, at, recorded_at, facts)
SELECT alarm_id, move, at, :now, facts FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS given (alarm_id uuid, move text, at timestamptz, facts jsonb)
""")


class Calls:
    """The calls of one transaction."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def sounding(self, now: datetime) -> list[Sounding]:
        """Every alarm whose condition holds and that nobody has, the most urgent first."""
        rows = await self._uow.execute(_SOUNDING, {"now": now})
        return [_sounding(dict(row)) for row in rows.mappings()]

    async def note(
        self, made: Sequence[tuple[Sounding, Sequence[Call]]], now: datetime
    ) -> set[UUID]:
        """Write down how far these alarms are called; those that nobody else has called first."""
        if not made:
            return set()
        rows = [_called_row(alarm, calls[-1]) for alarm, calls in made]
        found = await self._uow.execute(_NOTE, {"rows": rows_as_json(rows)})
        mine = set(found.scalars())
        steps = [
            _step(alarm, call) for alarm, calls in made if alarm.alarm_id in mine for call in calls
        ]
        await self._uow.execute(_HISTORY, {"rows": rows_as_json(steps), "now": now})
        return mine


def _sounding(row: dict[str, Any]) -> Sounding:
    level, since, at = (row.pop(f"called_{name}") for name in ("level", "since", "at"))
    called = None if since is None else Called(since=since, level=level, at=at or since)
    return Sounding(**{**row, "kind": AlarmKind(row["kind"])}, called=called)


def _called_row(alarm: Sounding, call: Call) -> dict[str, Any]:
    old = alarm.called
    return {
        "alarm_id": alarm.alarm_id,
        "level": call.level,
        "since": alarm.since,
        "at": call.due_at,
        "old_since": None if old is None else old.since,
        "old_at": None if old is None else old.at,
    }


def _step(alarm: Sounding, call: Call) -> dict[str, Any]:
    """At level 0 it was taken or shelved before, and is no longer."""
    lapsed = call.level == 0 and alarm.called is not None
    return {
        "alarm_id": alarm.alarm_id,
        "move": Move.LAPSED if lapsed else Move.CALLED,
        "at": call.due_at,
        "facts": {"level": call.level, "audience": call.audience},
    }
