"""Journeys that a profile has judged, to be judged again by other numbers; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from services.core.domain.viability.sample import Sample
from services.core.storage.cases import CaseFile
from services.core.storage.database import UnitOfWork
from services.core.storage.readings import Readings, Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class PastJourney:
    """A payload that was packed, and by which version it was judged. `bag` is its place among those
    of the shipment."""

    payload_id: UUID
    shipment_id: UUID
    reference: str
    bag: int
    version: int


_JOURNEYS = text("""
SELECT p.payload_id, s.shipment_id, s.reference, p.profile_version AS version,
       (SELECT count(*) FROM payload AS other WHERE other.shipment_id = p.shipment_id
          AND other.reference <= p.reference) AS bag,
       count(*) OVER () AS of_all
FROM payload AS p JOIN shipment AS s USING (shipment_id)
WHERE p.profile_id = :profile_id AND s.state NOT IN ('draft', 'cancelled')
  AND coalesce(p.pack_closed_at, s.created_at) >= :since
ORDER BY coalesce(p.pack_closed_at, s.created_at) DESC, p.payload_id
LIMIT :most
""")


class PastJourneys:
    """Reads what was packed and what its boxes measured, as the reach of the transaction allows."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def of(
        self, profile_id: str, since: datetime, most: int
    ) -> tuple[list[PastJourney], int]:
        """Those packed last, the newest first, and how many there are of them in all."""
        rows = await self._unit.execute(
            _JOURNEYS, {"profile_id": profile_id, "since": since, "most": most}
        )
        found = rows.mappings().all()
        names = PastJourney.__slots__
        journeys = [PastJourney(**{name: row[name] for name in names}) for row in found]
        return journeys, found[0]["of_all"] if found else 0

    async def samples(self, file: CaseFile) -> list[Sample]:
        """All that its boxes measured while it was in them, until it was received."""
        received_at = file.case.clocks.received_at
        ends = [
            min((end for end in (stay.end, received_at) if end is not None), default=None)
            for stay in file.stays
        ]
        stretches = [
            Stretch(subject=0, box_no=stay.box_no, box_id=stay.box_id, begin=stay.begin, end=end)
            for stay, end in zip(file.stays, ends, strict=True)
        ]
        found, _ = await Readings(self._unit, shown=True).samples(stretches)
        return found[0]
