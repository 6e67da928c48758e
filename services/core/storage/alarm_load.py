"""How many alarms came, hour by hour, and which come most often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from services.core.storage.database import UnitOfWork

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourOfAlarms:
    """The alarms that were raised within one hour."""

    start: datetime
    raised: int
    urgent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequentAlarm:
    """A condition that comes again and again: its kind, and on what."""

    kind: str
    priority: int
    shipment_id: UUID | None
    shipment_reference: str | None
    box_id: str | None
    raised: int
    last_raised_at: datetime


_HOURS = text("""
SELECT date_trunc('hour', raised_at) AS start, count(*) AS raised,
       count(*) FILTER (WHERE priority = 1) AS urgent
FROM alarm WHERE raised_at >= :since AND raised_at <= :now GROUP BY 1
""")
_FREQUENT = text("""
SELECT alarm.kind, min(alarm.priority) AS priority, alarm.shipment_id,
       shipment.reference AS shipment_reference, box.box_id, count(*) AS raised,
       max(alarm.raised_at) AS last_raised_at
FROM alarm
LEFT JOIN shipment USING (shipment_id)
LEFT JOIN box ON box.box_no = alarm.box_no
WHERE alarm.raised_at >= :since AND alarm.raised_at <= :now
GROUP BY alarm.kind, alarm.shipment_id, shipment.reference, box.box_id
ORDER BY count(*) DESC, max(alarm.raised_at) DESC, alarm.kind, shipment.reference, box.box_id
LIMIT :most
""")


async def alarms_by_hour(unit: UnitOfWork, now: datetime, hours: int) -> list[HourOfAlarms]:
    """The last hours, oldest first, quiet ones too; the last one is not over yet."""
    first = _hour_of(now) - (hours - 1) * HOUR
    found = await unit.execute(_HOURS, {"since": first, "now": now})
    counted = {row.start: row for row in found}
    starts = [first + n * HOUR for n in range(hours)]
    return [
        HourOfAlarms(
            start=start,
            raised=counted[start].raised if start in counted else 0,
            urgent=counted[start].urgent if start in counted else 0,
        )
        for start in starts
    ]


async def most_frequent(
    unit: UnitOfWork, now: datetime, hours: int, most: int
) -> list[FrequentAlarm]:
    """Those raised most often within the same hours."""
    since = _hour_of(now) - (hours - 1) * HOUR
    rows = await unit.execute(_FREQUENT, {"since": since, "now": now, "most": most})
    return [FrequentAlarm(**row._mapping) for row in rows]


def _hour_of(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
