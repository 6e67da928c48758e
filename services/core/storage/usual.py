"""What shipments of each kind had left when they stood ready at a site, from its inspections."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text

from services.core.domain.clearance.usual_left import UsualLeft
from services.core.storage.database import UnitOfWork

LOOKED_BACK = timedelta(days=180)
MOST_SEEN = 500
"""At most so many inspections of a site are looked at, the newest."""

_USUAL = text("""
SELECT kind, count(*) AS seen, avg(ln(left_min)) AS mean, coalesce(var_samp(ln(left_min)), 0)
         AS variance
FROM (
  SELECT own.profile_id AS kind,
         extract(epoch FROM i.latest_start_at_begin - here.arrived_at)::float8 / 60
           - site.picking_min AS left_min
  FROM inspection AS i
  JOIN site ON site.site_id = i.site_id
  JOIN LATERAL (
    SELECT profile_id FROM payload WHERE payload.shipment_id = i.shipment_id
    ORDER BY payload.reference LIMIT 1
  ) AS own ON true
  JOIN LATERAL (
    SELECT min(leg.actual_arrival) AS arrived_at FROM leg
    WHERE leg.shipment_id = i.shipment_id AND leg.to_code = i.site_id
  ) AS here ON here.arrived_at IS NOT NULL
  WHERE i.site_id = :site_id AND i.begun_at >= :since AND i.follows IS NULL
    AND i.state <> 'VOID' AND i.latest_start_at_begin IS NOT NULL
  ORDER BY i.begun_at DESC
  LIMIT :most
) AS seen
WHERE left_min >= 1
GROUP BY kind ORDER BY kind
""")


async def usual_at(site_id: str, unit: UnitOfWork, now: datetime) -> dict[str, UsualLeft]:
    """By profile. Whoever reads sees what is usual among the inspections that they may see."""
    span = {"site_id": site_id, "since": now - LOOKED_BACK, "most": MOST_SEEN}
    rows = await unit.execute(_USUAL, span)
    return {
        row.kind: UsualLeft(seen=row.seen, mean=float(row.mean), variance=float(row.variance))
        for row in rows
    }
