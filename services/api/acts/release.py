"""What keeps a shipment from being cleared by customs, beside what the inspection itself found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.core.domain.clearance.papers.emergency import OPEN
from services.core.domain.clearance.release import Blocker, release_blockers
from services.core.domain.errors import Conflict
from services.core.runtime.rulebook import shipped_rulebook
from services.core.storage.database import UnitOfWork
from services.core.storage.declarations import DeclarationRepository
from services.core.storage.releasecases import Clearance, ReleaseCases
from services.core.storage.shipments import ShipmentRepository

_NAMED = 5


async def blockers_of(shipment_id: UUID, unit: UnitOfWork, now: datetime) -> list[Blocker]:
    """Each missing thing, who has it and by which rule."""
    found = await _case_of(shipment_id, unit, now)
    return release_blockers(found.case, found.moment)


def in_words(blockers: Sequence[Blocker]) -> list[str]:
    """What is missing and who has it, in few words."""
    return [f"{one.what} {one.why} ({one.who})" for one in blockers]


async def check_release(shipment_id: UUID, unit: UnitOfWork, now: datetime) -> dict[str, Any]:
    """Raise Conflict while something is missing; holding, picking and inspecting go on.

    Returns what else the record must say: under which emergency release it is let through. The
    shipment is held first: a paper that is taken off at this moment waits, or is seen.
    """
    await ShipmentRepository(unit).lock(shipment_id)
    found = await _case_of(shipment_id, unit, now)
    missing = in_words(release_blockers(found.case, found.moment))
    if missing:
        raise Conflict(
            "papers are missing: " + "; ".join(missing[:_NAMED]),
            field="papers",
            remedy="let it wait for papers (wait_for_papers) until they are there",
        )
    emergency = found.case.emergency
    if emergency is None or emergency.state not in OPEN:
        return {}
    return {"emergency_papers": sorted(emergency.papers)}


async def _case_of(shipment_id: UUID, unit: UnitOfWork, now: datetime) -> Clearance:
    own = await DeclarationRepository(unit).own_rules()
    return await ReleaseCases(unit, shipped_rulebook(), own).one(shipment_id, now)
