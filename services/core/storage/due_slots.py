"""Appointments that the clock may do something about: open ones that have not begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.core.domain.clearance.appointment_life import AppointmentState
from services.core.domain.clearance.due import Watched
from services.core.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSlot:
    """One of them, held until the transaction ends, with the payloads that are judged by it."""

    appointment_id: UUID
    watched: Watched
    answer_level: int
    payloads: Sequence[UUID]


_WATCHED = text("""
SELECT a.appointment_id, a.state, lower(a.during) AS start, a.answer_by, a.answer_level,
       site.grace_min, site.answer_min, s.inspection_ordered,
       (SELECT max(state.ready_at) FROM assessment_state AS state
        WHERE state.shipment_id = s.shipment_id) AS ready,
       array(SELECT payload_id FROM payload WHERE payload.shipment_id = s.shipment_id
             ORDER BY payload_id) AS payloads,
       EXISTS (SELECT FROM leg WHERE leg.shipment_id = s.shipment_id AND leg.mode = 'air'
                 AND leg.status <> 'cancelled'
                 AND (leg.actual_departure IS NOT NULL OR leg.actual_arrival IS NOT NULL))
         AS has_left
FROM appointment AS a
JOIN bay USING (bay_id) JOIN site USING (site_id) JOIN shipment AS s USING (shipment_id)
WHERE a.state IN ('REQUESTED', 'TENTATIVE', 'CONFIRMED')
ORDER BY a.number FOR UPDATE OF a SKIP LOCKED
""")


class DueSlots:
    """Finds them; what another transaction holds is left to it."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def watched(self) -> list[WatchedSlot]:
        """All of them by number; some hundred are open at a time."""
        return [_slot(row) for row in await self._unit.execute(_WATCHED)]


def _slot(row: Any) -> WatchedSlot:
    watched = Watched(
        state=AppointmentState(row.state),
        start=row.start,
        ready=row.ready,
        grace=timedelta(minutes=row.grace_min),
        answer_by=row.answer_by,
        answer_within=timedelta(minutes=row.answer_min),
        has_left=row.has_left,
        ordered=row.inspection_ordered,
    )
    return WatchedSlot(
        appointment_id=row.appointment_id,
        watched=watched,
        answer_level=row.answer_level,
        payloads=row.payloads,
    )
