"""Taking boxes out of service, and back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from services.core.storage.database import UnitOfWork

# A stay that is being entered holds the row until it is kept: what is asked after this sees it.
_LOCK = text("SELECT box_no FROM box WHERE box_id = :box_id FOR UPDATE")
_IN_USE = text("""
SELECT CASE
  WHEN EXISTS (
    SELECT FROM assignment JOIN shipment USING (shipment_id)
    WHERE assignment.box_no = :box_no AND shipment.state IN ('draft', 'packed', 'moving')
      AND (upper_inf(assignment.during) OR upper(assignment.during) > :now)
  ) THEN 'shipment'
  WHEN EXISTS (
    SELECT FROM bay_logger
    WHERE bay_logger.box_no = :box_no AND bay_logger.during @> CAST(:now AS timestamptz)
  ) THEN 'bay'
END
""")
_SET = text("""
UPDATE box SET retired_at = :retired_at, revision = revision + 1 WHERE box_no = :box_no
""")


async def lock_box(unit: UnitOfWork, box_id: str) -> int | None:
    """The number of a box that whoever asks may change, held until the end; None without one."""
    number: int | None = (await unit.execute(_LOCK, {"box_id": box_id})).scalar_one_or_none()
    return number


async def use_of(unit: UnitOfWork, box_no: int, now: datetime) -> str | None:
    """What needs the box now: a shipment, or a bay; for eyes that see all houses' stays."""
    found = await unit.execute(_IN_USE, {"box_no": box_no, "now": now})
    use: str | None = found.scalar_one()
    return use


async def set_retired(unit: UnitOfWork, box_no: int, at: datetime | None) -> None:
    """Out of service since then; back in service when None."""
    await unit.execute(_SET, {"box_no": box_no, "retired_at": at})
