"""Alarms as people see them, and who has taken them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, insert, text

from services.core.domain.errors import NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import acknowledgement


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmView:
    """An alarm with its newest acknowledgement that still holds."""

    alarm_id: UUID
    kind: str
    priority: int
    shipment_id: UUID | None
    payload_id: UUID | None
    shipment_reference: str | None
    box_id: str | None
    began_at: datetime
    raised_at: datetime
    returned_at: datetime | None
    closed_at: datetime | None
    facts: Mapping[str, Any]
    simulated: bool
    alarm_revision: int
    revision: int
    taken_at: datetime | None
    taken_by: str | None
    taken_reason: str | None
    lapses_at: datetime | None

    @property
    def state(self) -> str:
        """Where it stands for people, also while alerts is down."""
        if self.closed_at is not None or (self.returned_at and self.taken_at):
            return "CLOSED"
        if self.returned_at is not None:
            return "RTN_UNACKNOWLEDGED"
        return "UNACKNOWLEDGED" if self.taken_at is None else "ACKNOWLEDGED"


_ALARMS = """
SELECT alarm.alarm_id, alarm.kind, alarm.priority, alarm.shipment_id, alarm.payload_id,
       shipment.reference AS shipment_reference, box.box_id, alarm.began_at, alarm.raised_at,
       alarm.returned_at, alarm.closed_at, alarm.facts,
       coalesce(shipment.simulated, box.simulated, false) AS simulated,
       alarm.revision AS alarm_revision, alarm.revision + changed.changes AS revision,
       taken.at AS taken_at, taken.principal_id AS taken_by, taken.reason AS taken_reason,
       taken.lapses_at
FROM alarm
LEFT JOIN shipment USING (shipment_id)
LEFT JOIN box USING (box_no)
CROSS JOIN LATERAL (
  SELECT count(*) + count(withdrawn_at) AS changes
  FROM acknowledgement AS a WHERE a.alarm_id = alarm.alarm_id
) AS changed
LEFT JOIN LATERAL (
  SELECT a.at, a.principal_id, a.reason, a.lapses_at
  FROM acknowledgement AS a
  WHERE a.alarm_id = alarm.alarm_id AND a.withdrawn_at IS NULL
    AND (a.lapses_at IS NULL OR a.lapses_at > :now)
  ORDER BY a.at DESC LIMIT 1
) AS taken ON true
"""
_OPEN = text(
    _ALARMS + " WHERE alarm.closed_at IS NULL AND NOT (alarm.returned_at IS NOT NULL"
    " AND taken.at IS NOT NULL) ORDER BY alarm.priority, alarm.raised_at, alarm.alarm_id"
)
_ONE = text(_ALARMS + " WHERE alarm.alarm_id = :alarm_id")
_PAGE = text(
    _ALARMS + " WHERE (CAST(:after_at AS timestamptz) IS NULL"
    " OR (alarm.raised_at, alarm.alarm_id) < (:after_at, CAST(:after_id AS uuid)))"
    " ORDER BY alarm.raised_at DESC, alarm.alarm_id DESC LIMIT :limit"
)


class AcknowledgementRepository:
    """Reads alarms and keeps who takes them; alerts writes the alarms themselves."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def open(self, now: datetime) -> list[AlarmView]:
        """Every alarm that still asks for something, the most urgent first."""
        return await self._rows(_OPEN, {"now": now})

    async def one(self, alarm_id: UUID, now: datetime) -> AlarmView:
        """One alarm; raises NotFound."""
        found = await self._rows(_ONE, {"now": now, "alarm_id": alarm_id})
        if not found:
            raise NotFound("there is no such alarm", field="alarm_id")
        return found[0]

    async def page(
        self, now: datetime, limit: int, after: tuple[datetime, UUID] | None
    ) -> list[AlarmView]:
        """All alarms, newest first, from behind `after`."""
        after_at, after_id = after or (None, None)
        return await self._rows(
            _PAGE, {"now": now, "limit": limit, "after_at": after_at, "after_id": after_id}
        )

    async def add(self, values: Mapping[str, Any]) -> None:
        """Keep that somebody has taken an alarm."""
        await self._unit.execute(insert(acknowledgement).values(**values))

    async def _rows(self, statement: TextClause, parameters: Mapping[str, Any]) -> list[AlarmView]:
        rows = await self._unit.execute(statement, dict(parameters))
        return [AlarmView(**row._mapping) for row in rows]
