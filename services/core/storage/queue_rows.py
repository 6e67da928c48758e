"""What the order of the shipments depends on, in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.core.domain.clearance.bay_minutes import AS_ITS_SITE, BayMinutes, BayNeed, best_bay
from services.core.storage.bay_minutes import LONGER, SITE_BAYS, bay_minutes_of
from services.core.storage.database import UnitOfWork

BOOKED = """(
  SELECT *, max(number) FILTER (WHERE state = 'HELD') OVER () AS kept_number
  FROM appointment WHERE appointment.shipment_id = s.shipment_id
)"""
"""SQL: the appointments of the shipment `s`, and which of them customs kept the goods from last."""

HELD = """(a.state NOT IN ('CANCELLED', 'NO_SHOW_RELEASED', 'RESCHEDULED')
  AND a.number > coalesce(a.kept_number, 0))"""
"""SQL: the appointment `a` of BOOKED holds its place, or held it to a decision. One that customs
kept the goods from is over, and so are those before it: for a second look another is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """What the order of the shipments depends on; of several payloads the most urgent one."""

    shipment_id: UUID
    latest_start: datetime
    ready_at: datetime | None
    inspection_min: int
    booked_at: datetime | None
    likely_start: datetime | None = None


_QUEUE = text(f"""
SELECT DISTINCT ON (s.shipment_id)
       s.shipment_id,
       coalesce(state.ranked_start, state.latest_inspection_start)
         - coalesce(booked.longer, INTERVAL '0') AS latest_start,
       state.ready_at + coalesce(booked.transfer, INTERVAL '0') AS ready_at,
       coalesce(booked.inspection_min, site.inspection_min, 0) AS inspection_min,
       booked.booked_at,
       coalesce(state.ranked_start, state.latest_inspection_start)
         - coalesce(booked.longer, INTERVAL '0')
         + (least(state.viable_until_p50, s.needed_by, s.cut_off) - state.deadline) AS likely_start,
       CASE WHEN booked.booked_at IS NULL THEN fits.bays END AS site_bays,
       s.inspection_mode, s.needs_equipment,
       CASE WHEN booked.booked_at IS NULL AND fits.bays IS NOT NULL THEN (
         SELECT profile.document -> 'numbers' -> 'label_hi_c' ->> 'value'
         FROM payload JOIN profile ON profile.profile_id = payload.profile_id
                                  AND profile.version = payload.profile_version
         WHERE payload.shipment_id = s.shipment_id ORDER BY payload.reference LIMIT 1
       ) END::float8 AS label_hi_c
FROM shipment AS s
JOIN assessment_state AS state USING (shipment_id)
LEFT JOIN site USING (site_id)
LEFT JOIN {SITE_BAYS} AS fits ON fits.site_id = s.site_id AND fits.simulated = s.simulated
LEFT JOIN LATERAL (
  SELECT a.booked_at, coalesce(bay.inspection_min, there.inspection_min) AS inspection_min,
         {LONGER} * INTERVAL '1 minute' AS longer,
         bay.transfer_min * INTERVAL '1 minute' AS transfer
  FROM {BOOKED} AS a JOIN bay USING (bay_id) JOIN site AS there ON there.site_id = bay.site_id
  WHERE {HELD}
  ORDER BY a.number DESC LIMIT 1
) AS booked ON true
WHERE s.state = ANY(:states) AND state.latest_inspection_start IS NOT NULL
  AND NOT EXISTS (  -- two people of QA have said that it is not used: its claim has ended
    SELECT FROM payload_disposition AS effective
    WHERE effective.payload_id = state.payload_id AND effective.value = 'REJECTED')
  AND NOT EXISTS (  -- customs has decided on it, and no recheck was ordered since
    SELECT FROM inspection AS i WHERE i.shipment_id = s.shipment_id
      AND i.state IN ('CUSTOMS_CLEARED', 'RETURN_ORDERED', 'DESTRUCTION_ORDERED')
      AND NOT EXISTS (SELECT FROM inspection AS later WHERE later.shipment_id = s.shipment_id
                        AND later.number > i.number AND later.state <> 'VOID'))
  AND s.inspection_ordered <> 'no'
  AND NOT EXISTS (  -- once it has left for its consignee, the inspection is behind it
    SELECT FROM leg
    WHERE leg.shipment_id = s.shipment_id AND leg.mode <> 'air' AND leg.status <> 'cancelled'
      AND (leg.actual_departure IS NOT NULL OR leg.actual_arrival IS NOT NULL
           OR leg.status IN ('departed', 'landed', 'diverted'))
      AND leg.ordinal > (SELECT max(flight.ordinal) FROM leg AS flight
                         WHERE flight.shipment_id = s.shipment_id AND flight.mode = 'air'
                           AND flight.status <> 'cancelled'))
ORDER BY s.shipment_id, coalesce(state.ranked_start, state.latest_inspection_start)
""")  # noqa: S608  composed of constants


async def queue_rows(unit: UnitOfWork, states: Sequence[str]) -> list[QueueRow]:
    """What ranking needs to know of every shipment in these states that has a latest start."""
    rows = await unit.execute(_QUEUE, {"states": list(states)})
    return [_by_its_bay(row._mapping) for row in rows]


_OF_BAY = ("site_bays", "inspection_mode", "needs_equipment", "label_hi_c")


def _by_its_bay(row: Mapping[Any, Any]) -> QueueRow:
    """What is booked is counted by its bay already; the rest by the best one that fits."""
    found = QueueRow(**{name: row[name] for name in row if name not in _OF_BAY})
    bay = _best_of(row)
    if bay is AS_ITS_SITE:
        return found
    return replace(
        found,
        latest_start=found.latest_start - bay.longer,
        likely_start=None if found.likely_start is None else found.likely_start - bay.longer,
        ready_at=None if found.ready_at is None else found.ready_at + bay.transfer,
        inspection_min=found.inspection_min + bay.longer // timedelta(minutes=1),
    )


def _best_of(row: Mapping[Any, Any]) -> BayMinutes:
    if not row["site_bays"]:
        return AS_ITS_SITE
    need = BayNeed.of(row["label_hi_c"], row["inspection_mode"], row["needs_equipment"])
    return best_bay(bay_minutes_of(row["site_bays"]), need)
