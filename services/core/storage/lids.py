"""When lids were open, from the readings as they are placed in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from services.core.domain.clearance.lid import Opening, openings
from services.core.storage.database import UnitOfWork
from services.core.storage.placing import placed_readings


def _changes(*, shown: bool) -> TextClause:
    """Only where the lid changed: a box says with each reading whether it is open."""
    readings = placed_readings("stretch.box_no", "stretch.begin_at", "stretch.end_at", shown=shown)
    return text(f"""
SELECT box_id, placed_at, is_open FROM (
  SELECT told.*, lag(is_open) OVER (PARTITION BY box_id, begin_at ORDER BY placed_at, boot_no, seq)
           AS was_open
  FROM (
    SELECT stretch.box_id, stretch.begin_at, r.placed_at, r.boot_no, r.seq,
           coalesce(r.lid_open, r.event = 'lid_opened') AS is_open
    FROM unnest(:boxes, :names, :begins, :ends) AS stretch (box_no, box_id, begin_at, end_at)
    CROSS JOIN LATERAL ({readings} OFFSET 0) AS r
    WHERE (r.lid_open IS NOT NULL OR r.event IN ('lid_opened', 'lid_closed'))
      AND r.placed_at >= stretch.begin_at AND r.placed_at < stretch.end_at
  ) AS told
) AS changes
WHERE is_open IS DISTINCT FROM coalesce(was_open, false)
ORDER BY box_id, placed_at
""").bindparams(  # noqa: S608  composed of constants
        bindparam("boxes", type_=ARRAY(Integer)),
        bindparam("names", type_=ARRAY(Text)),
        bindparam("begins", type_=ARRAY(TIMESTAMP(timezone=True))),
        bindparam("ends", type_=ARRAY(TIMESTAMP(timezone=True))),
    )


_CHANGES = {shown: _changes(shown=shown) for shown in (False, True)}
_STAYS = text("""
SELECT DISTINCT box.box_no, box.box_id, lower(a.during) AS begin,
       least(coalesce(upper(a.during), :now), :now) AS end
FROM assignment AS a JOIN box USING (box_no)
WHERE a.shipment_id = :shipment_id AND lower(a.during) < :now
""")


async def openings_of(unit: UnitOfWork, shipment_id: UUID, now: datetime) -> list[Opening]:
    """Every opening of the shipment's boxes while it was in them."""
    rows = await unit.execute(_STAYS, {"shipment_id": shipment_id, "now": now})
    return await openings_in(unit, rows.mappings().all(), shown=True)


async def openings_in(
    unit: UnitOfWork, stretches: Sequence[Mapping[Any, Any]], *, shown: bool
) -> list[Opening]:
    """Openings of boxes in stretches of time: rows with box_no, box_id, begin and end.

    `shown`: only what the reach of the transaction lets be seen, as the API must; the watch sees
    all.
    """
    if not stretches:
        return []
    rows = await unit.execute(
        _CHANGES[shown],
        {
            "boxes": [one["box_no"] for one in stretches],
            "names": [one["box_id"] for one in stretches],
            "begins": [one["begin"] for one in stretches],
            "ends": [one["end"] for one in stretches],
        },
    )
    changes: dict[str, list[tuple[datetime, bool]]] = defaultdict(list)
    for row in rows:
        changes[row.box_id].append((row.placed_at, row.is_open))
    return [one for box_id, told in sorted(changes.items()) for one in openings(box_id, told)]
