"""What the figures of a site are made of. Firms are read to tell them apart, and never shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from services.core.domain.clearance.site_figures import Happened, Visit
from services.core.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBay:
    """A bay and the time that it publishes."""

    bay_id: str
    places: int
    published_from: datetime
    published_until: datetime


_VISITS = text("""
SELECT coalesce(d.applicant, s.shipper) AS applicant, here.arrived_at,
       here.arrived_at + site.picking_min * INTERVAL '1 minute' AS ready_at,
       i.begun_at, i.ended_at, i.bay_id IS NOT NULL AS in_bay,
       CASE WHEN i.state = 'CUSTOMS_CLEARED' THEN i.decided_at END AS cleared_at,
       i.latest_start_at_begin AS latest_start, i.leave_by_at_decision AS leave_by
FROM inspection AS i
JOIN shipment AS s USING (shipment_id)
JOIN site ON site.site_id = i.site_id
LEFT JOIN declaration AS d USING (shipment_id)
LEFT JOIN LATERAL (
  SELECT min(leg.actual_arrival) AS arrived_at FROM leg
  WHERE leg.shipment_id = s.shipment_id AND leg.to_code = i.site_id
) AS here ON true
WHERE i.site_id = :site_id AND i.state <> 'VOID' AND i.begun_at < :until
  AND coalesce(i.decided_at, i.ended_at, :until) >= :since
ORDER BY i.number
""")
_ARRIVALS = text("""
SELECT min(leg.actual_arrival) AS at FROM leg JOIN shipment AS s USING (shipment_id)
WHERE s.site_id = :site_id AND leg.to_code = :site_id
GROUP BY s.shipment_id
HAVING min(leg.actual_arrival) >= :since AND min(leg.actual_arrival) < :until
""")
# Only a decision of two people of QA is a loss; software never says so.
_LOSSES = text("""
SELECT min(d.decided_at) AS at FROM disposition AS d JOIN payload USING (payload_id)
JOIN shipment AS s USING (shipment_id)
WHERE s.site_id = :site_id AND d.value = 'REJECTED'
  AND d.decided_at >= :since AND d.decided_at < :until
GROUP BY s.shipment_id
""")
_OVERRIDES = text("""
SELECT at FROM slot_decision
WHERE site_id = :site_id AND answer = 'override' AND at >= :since AND at < :until
""")
# From the appointments themselves: of the audit trail a reader sees the own organisation's part.
_MOVES = text("""
SELECT later.booked_at AS at
FROM appointment AS given JOIN bay USING (bay_id)
JOIN appointment AS later ON later.follows = given.appointment_id
WHERE bay.site_id = :site_id AND given.state = 'RESCHEDULED'
  AND later.booked_at >= :since AND later.booked_at < :until
""")
_BAYS = text(
    "SELECT bay_id, places, published_from, published_until FROM bay WHERE site_id = :site_id"
    " ORDER BY bay_id"
)


class SiteFigureRepository:
    """Reads what happened at a site in a stretch of time."""

    def __init__(self, unit: UnitOfWork, site_id: str, since: datetime, until: datetime) -> None:
        self._unit = unit
        self._span = {"site_id": site_id, "since": since, "until": until}

    async def visits(self) -> list[Visit]:
        """Inspections that began, went on, or were decided then."""
        rows = await self._unit.execute(_VISITS, self._span)
        return [Visit(**row._mapping) for row in rows]

    async def happened(self) -> Happened:
        """Instants of arrivals, losses, overrides and moves."""
        arrivals = (await self._unit.execute(_ARRIVALS, self._span)).scalars().all()
        losses = (await self._unit.execute(_LOSSES, self._span)).scalars().all()
        overrides = (await self._unit.execute(_OVERRIDES, self._span)).scalars().all()
        moves = (await self._unit.execute(_MOVES, self._span)).scalars().all()
        return Happened(
            arrivals=tuple(arrivals),
            losses=tuple(losses),
            overrides=tuple(overrides),
            moves=tuple(moves),
        )

    async def bays(self) -> list[OpenBay]:
        """The site's bays."""
        rows = await self._unit.execute(_BAYS, {"site_id": self._span["site_id"]})
        return [OpenBay(**row._mapping) for row in rows]


def open_time(bays: list[OpenBay], begin: datetime, end: datetime) -> timedelta:
    """How long the places of the bays were published in a stretch, together."""
    parts = (
        one.places * (min(end, one.published_until) - max(begin, one.published_from))
        for one in bays
    )
    return sum((part for part in parts if part > timedelta(0)), timedelta(0))
