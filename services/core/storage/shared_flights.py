"""Bookings of the shipments that fly together, with what their readiness is counted from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from services.core.domain.shipment import ShipmentLeg
from services.core.storage.caserows import leg_of
from services.core.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """A booking that has not begun, of a shipment on one of the flights."""

    appointment_id: UUID
    number: int
    shipment_id: UUID
    reference: str
    site_id: str | None
    booked_at_site: str
    start: datetime
    picking_min: int
    transfer_min: int
    grace_min: int
    legs: tuple[ShipmentLeg, ...]


_BOOKED = text("""
SELECT a.appointment_id, a.number, s.shipment_id, s.reference, s.site_id,
       bay.site_id AS booked_at_site, lower(a.during) AS start,
       coalesce(own.picking_min, at.picking_min) AS picking_min,
       coalesce(way.transfer_min, 0) AS transfer_min, at.grace_min,
       (SELECT jsonb_agg(to_jsonb(leg) ORDER BY leg.ordinal) FROM leg
        WHERE leg.shipment_id = s.shipment_id) AS legs
FROM appointment AS a
JOIN bay USING (bay_id) JOIN site AS at ON at.site_id = bay.site_id
JOIN shipment AS s USING (shipment_id)
LEFT JOIN site AS own ON own.site_id = s.site_id
LEFT JOIN site_route AS way ON way.from_site_id = s.site_id AND way.to_site_id = bay.site_id
WHERE a.state IN ('REQUESTED', 'TENTATIVE', 'CONFIRMED') AND s.state IN ('packed', 'moving')
  AND (s.shipment_id = :shipment_id OR EXISTS (
    SELECT FROM leg AS mine JOIN leg AS theirs
      ON (theirs.carrier_number, theirs.mode, theirs.from_code, theirs.planned_departure)
       = (mine.carrier_number, mine.mode, mine.from_code, mine.planned_departure)
    WHERE mine.shipment_id = :shipment_id AND theirs.shipment_id = s.shipment_id))
ORDER BY a.number
""")


class SharedFlights:
    """Reads them; one flight carries tens of shipments."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def booked(self, shipment_id: UUID) -> list[Sharing]:
        """Bookings of the shipment and of those on its flights, by number."""
        rows = await self._unit.execute(_BOOKED, {"shipment_id": shipment_id})
        return [
            Sharing(**{**row._mapping, "legs": tuple(leg_of(raw) for raw in row.legs or ())})
            for row in rows
        ]
