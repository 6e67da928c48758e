"""What the watch over inspections needs to see, read in few statements for all sites together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.core.domain.clearance.identity import Mark, Scan, ScanPlace
from services.core.domain.clearance.lid import TOLERANCE, Opening, Session
from services.core.domain.clearance.watch import Neighbour, Onward, Scanned
from services.core.storage.database import UnitOfWork
from services.core.storage.lids import openings_in

LOOKED_BACK = timedelta(hours=12)
"""So long after an inspection late readings may still tell of a wrong box. Own choice, grade O."""

_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtext('coldlane.clearance'))")
_SCANS = text("""
SELECT scan.shipment_id, scan.mark, scan.place, scan.matches, scan.at
FROM identity_scan AS scan JOIN shipment AS s USING (shipment_id)
WHERE s.state IN ('draft', 'packed', 'moving')
  AND EXISTS (SELECT FROM identity_scan AS wrong
              WHERE wrong.shipment_id = scan.shipment_id AND NOT wrong.matches)
ORDER BY scan.shipment_id, scan.id
""")
_SESSIONS = text("""
SELECT inspection_id, shipment_id, bay_id, begun_at AS begin, ended_at AS end
FROM inspection
WHERE state <> 'VOID' AND bay_id IS NOT NULL
  AND (ended_at IS NULL OR ended_at > :since) ORDER BY inspection_id
""")
# A box is in the bay when it was checked in there, or its place is near and it stands ready.
_IN_BAY = text("""
SELECT DISTINCT a.bay_id, a.shipment_id, box.box_no, box.box_id
FROM appointment AS a
JOIN assignment USING (shipment_id) JOIN box USING (box_no)
JOIN payload ON payload.payload_id = assignment.payload_id
LEFT JOIN assessment_state AS state ON state.payload_id = payload.payload_id
WHERE a.bay_id = ANY(:bays) AND upper_inf(assignment.during)
  AND (a.state IN ('CHECKED_IN', 'IN_INSPECTION', 'PASSED', 'HELD', 'REFUSED')
       OR a.state IN ('TENTATIVE', 'CONFIRMED') AND state.ready_at <= :now)
  AND a.during && tstzrange(:since, CAST(:now AS timestamptz) + INTERVAL '4 hours')
ORDER BY box.box_no, a.bay_id
""")
_ONWARD = text("""
SELECT s.shipment_id, done.decided_at AS cleared_at, heard.at AS heard_at,
       verdict.deadline - site.receiving_min * INTERVAL '1 minute' AS deliver_by,
       coalesce(way.arrival, :now + site.onward_min * INTERVAL '1 minute') AS arrives_at
FROM shipment AS s
JOIN LATERAL (
  SELECT i.state, i.decided_at, i.site_id FROM inspection AS i
  WHERE i.shipment_id = s.shipment_id AND i.state <> 'VOID' ORDER BY i.number DESC LIMIT 1
) AS done ON done.state = 'CUSTOMS_CLEARED'
JOIN site ON site.site_id = done.site_id
LEFT JOIN LATERAL (
  SELECT min(deadline) AS deadline FROM assessment_state AS state
  WHERE state.shipment_id = s.shipment_id
) AS verdict ON true
LEFT JOIN LATERAL (
  SELECT max(w.last_received_at) AS at FROM assignment AS a JOIN watermark AS w USING (box_no)
  WHERE a.shipment_id = s.shipment_id AND upper_inf(a.during)
) AS heard ON true
LEFT JOIN LATERAL (
  SELECT coalesce(leg.estimated_arrival, leg.planned_arrival) AS arrival FROM leg
  WHERE leg.shipment_id = s.shipment_id AND leg.mode <> 'air'
    AND leg.status IN ('planned', 'departed') AND leg.actual_arrival IS NULL
    AND leg.actual_departure IS NOT NULL
  ORDER BY leg.ordinal DESC LIMIT 1
) AS way ON true
WHERE s.state IN ('packed', 'moving')
ORDER BY s.shipment_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """An inspection in a bay."""

    shipment_id: UUID
    bay_id: str
    session: Session


async def watches_alone(uow: UnitOfWork) -> bool:
    """Whether this transaction may judge inspections: one process at a time does."""
    found: bool = (await uow.execute(_ALONE)).scalar_one()
    return found


async def scanned(uow: UnitOfWork) -> list[Scanned]:
    """Live shipments of which some scan did not match, with all their scans."""
    found: dict[UUID, list[Scan]] = defaultdict(list)
    for row in await uow.execute(_SCANS):
        scan = Scan(mark=Mark(row.mark), place=ScanPlace(row.place), matches=row.matches, at=row.at)
        found[row.shipment_id].append(scan)
    return [Scanned(shipment_id=key, scans=scans) for key, scans in found.items()]


async def neighbours(uow: UnitOfWork, now: datetime) -> list[Neighbour]:
    """Openings of boxes in bays where something was inspected lately."""
    since = now - LOOKED_BACK
    held = [_held(row) for row in (await uow.execute(_SESSIONS, {"since": since})).mappings()]
    bays = sorted({one.bay_id for one in held})
    if not bays:
        return []
    rows = await uow.execute(_IN_BAY, {"bays": bays, "since": since, "now": now})
    boxes = [dict(row) for row in rows.mappings()]
    stretches = [stretch for box in boxes if (stretch := _stretch(box, held, now)) is not None]
    opened: dict[str, list[Opening]] = defaultdict(list)
    for opening in await openings_in(uow, stretches, shown=False):
        opened[opening.box_id].append(opening)
    return [_neighbour(box, opening, held) for box in boxes for opening in opened[box["box_id"]]]


async def onward(uow: UnitOfWork, now: datetime) -> list[Onward]:
    """Shipments that customs has cleared and that are on their way."""
    rows = await uow.execute(_ONWARD, {"now": now})
    return [Onward(**row._mapping) for row in rows]


def _held(row: Mapping[Any, Any]) -> _Held:
    session = Session(inspection_id=row["inspection_id"], begin=row["begin"], end=row["end"])
    return _Held(shipment_id=row["shipment_id"], bay_id=row["bay_id"], session=session)


def _stretch(box: Mapping[str, Any], held: Sequence[_Held], now: datetime) -> dict[str, Any] | None:
    """The time in which an opening of this box would be a wrong one; None when there is none."""
    others = [
        one.session
        for one in held
        if one.bay_id == box["bay_id"] and one.shipment_id != box["shipment_id"]
    ]
    if not others:
        return None
    begin = min(session.begin for session in others) - TOLERANCE
    end = max(session.end or now for session in others) + TOLERANCE
    return {"box_no": box["box_no"], "box_id": box["box_id"], "begin": begin, "end": end}


def _neighbour(box: Mapping[str, Any], opening: Opening, held: Sequence[_Held]) -> Neighbour:
    return Neighbour(
        shipment_id=box["shipment_id"],
        box_no=box["box_no"],
        bay_id=box["bay_id"],
        opening=opening,
        own=[one.session for one in held if one.shipment_id == box["shipment_id"]],
        others=[
            one.session
            for one in held
            if one.bay_id == box["bay_id"] and one.shipment_id != box["shipment_id"]
        ],
    )
