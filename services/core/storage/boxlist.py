"""Boxes as people look at them: with what they carry, their battery, and what runs out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.core.domain.alarm.certificates import TOLD_BEFORE
from services.core.storage.boxes import BoxRecord
from services.core.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxUse:
    """What a box carries now, how full its battery is, until when its probes are calibrated.

    `calibrated_until` is the earliest end among the probes that sit in the box; None when one of
    them has no record, or the box has none.
    """

    battery_pct: float | None = None
    probes: int = 0
    calibrated_until: datetime | None = None
    shipment_id: UUID | None = None
    shipment_reference: str | None = None


UNUSED = BoxUse()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxWish:
    """Which boxes are asked for: a part of a name or reference, and what they are about."""

    search: str | None = None
    show: str | None = None
    """`under_way`, `free`, `runs_out` within a month, `silent` beyond what is due, or `retired`."""


# A probe's record in force is the one that began last, as judging takes it.
_LISTED = """
WITH listed AS (
  SELECT box.box_no, box.box_id, box.shard, box.kind, box.simulated, box.model,
         box.report_interval_s, box.registered_at, box.retired_at,
         box.revision, heard.last_received_at, heard.grade, held.certificate_ends_at,
         contact.battery_pct, contact.next_due_at, sat.probes, sat.calibrated_until,
         carried.shipment_id, carried.shipment_reference
  FROM box
  LEFT JOIN box_contact AS contact USING (box_no)
  LEFT JOIN LATERAL (
    SELECT last_received_at, grade FROM watermark WHERE watermark.box_no = box.box_no
    ORDER BY last_received_at DESC, boot_no DESC LIMIT 1
  ) AS heard ON true
  LEFT JOIN LATERAL (
    SELECT max(not_after) AS certificate_ends_at FROM box_certificate AS c
    WHERE c.box_no = box.box_no AND c.revoked_at IS NULL
  ) AS held ON true
  LEFT JOIN LATERAL (
    SELECT count(*) AS probes,
           CASE WHEN count(*) = count(record.valid_until) THEN min(record.valid_until) END
             AS calibrated_until
    FROM probe_assignment AS seat
    LEFT JOIN LATERAL (
      SELECT valid_until FROM calibration
      WHERE calibration.probe_id = seat.probe_id AND valid_from <= :now
      ORDER BY valid_from DESC, recorded_at DESC LIMIT 1
    ) AS record ON true
    WHERE seat.box_no = box.box_no AND seat.during @> CAST(:now AS timestamptz)
  ) AS sat ON true
  LEFT JOIN LATERAL (
    SELECT shipment.shipment_id, shipment.reference AS shipment_reference
    FROM assignment JOIN shipment USING (shipment_id)
    WHERE assignment.box_no = box.box_no AND upper_inf(assignment.during)
      AND shipment.state IN ('draft', 'packed', 'moving')
    ORDER BY lower(assignment.during) DESC, shipment.shipment_id LIMIT 1
  ) AS carried ON true
)
SELECT box_no, box_id, shard, kind, simulated, model, report_interval_s, registered_at,
       retired_at, revision, last_received_at, grade, certificate_ends_at, battery_pct, probes,
       calibrated_until, shipment_id, shipment_reference
FROM listed
"""
_ONE = text(_LISTED + " WHERE box_id = :box_id")
_PAGE = text(
    _LISTED
    + """
WHERE (CAST(:after AS text) IS NULL OR box_id > :after)
  AND (CAST(:search AS text) IS NULL OR strpos(lower(box_id), :search) > 0
       OR strpos(lower(shipment_reference), :search) > 0)
  AND CASE CAST(:show AS text)
        WHEN 'under_way' THEN shipment_id IS NOT NULL
        WHEN 'free' THEN shipment_id IS NULL AND retired_at IS NULL
        WHEN 'retired' THEN retired_at IS NOT NULL
        WHEN 'silent' THEN coalesce(next_due_at <= :now, false) AND retired_at IS NULL
        WHEN 'runs_out' THEN retired_at IS NULL AND (
          coalesce(least(certificate_ends_at, calibrated_until) <= :soon, false)
          OR (probes > 0 AND calibrated_until IS NULL))
        ELSE true
      END
ORDER BY box_id LIMIT :limit
"""
)
_USE = frozenset(BoxUse.__slots__)


class BoxList:
    """Reads boxes with their use."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def one(self, box_id: str, now: datetime) -> tuple[BoxRecord, BoxUse] | None:
        """One box."""
        found = await self._unit.execute(_ONE, {"box_id": box_id, "now": now})
        row = found.one_or_none()
        return None if row is None else _split(row._mapping)

    async def page(
        self, wish: BoxWish, after: str | None, limit: int, now: datetime
    ) -> list[tuple[BoxRecord, BoxUse]]:
        """Boxes by name, from behind `after`."""
        values = {
            "search": None if wish.search is None else wish.search.lower(),
            "show": wish.show,
            "after": after,
            "limit": limit,
            "now": now,
            "soon": now + TOLD_BEFORE[0],
        }
        return [_split(row._mapping) for row in await self._unit.execute(_PAGE, values)]


def _split(row: Mapping[Any, Any]) -> tuple[BoxRecord, BoxUse]:
    use = {name: value for name, value in row.items() if name in _USE}
    own = {name: value for name, value in row.items() if name not in _USE}
    return BoxRecord(**own), BoxUse(**use)
