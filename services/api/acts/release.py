"""What keeps a shipment from being cleared by customs, beside what the inspection itself found."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.core.domain.errors import Conflict
from services.core.storage.database import UnitOfWork


async def release_blockers(shipment_id: UUID, unit: UnitOfWork, now: datetime) -> list[str]:
    """Each missing thing in words, with who has it. Papers are not kept here yet: none is known."""
    del shipment_id, unit, now
    return []


async def check_release(shipment_id: UUID, unit: UnitOfWork, now: datetime) -> None:
    """Raise Conflict while something is missing; holding, picking and inspecting go on."""
    missing = await release_blockers(shipment_id, unit, now)
    if missing:
        raise Conflict(
            "papers are missing: " + "; ".join(missing[:5]),
            field="papers",
            remedy="let it wait for papers (wait_for_papers) until they are there",
        )
