"""Whose minutes an open lid cost, as a decision on quality sees them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.core.domain.clearance.lid import account
from services.core.domain.viability.lid_allowance import ALLOWANCE
from services.core.storage.database import UnitOfWork
from services.core.storage.inspections import InspectionRepository
from services.core.storage.lids import openings_of

NO_ALLOWANCE = "counted, no allowance set"


async def lid_evidence(
    shipment_id: UUID, document: Mapping[str, Any], through: datetime, unit: UnitOfWork
) -> dict[str, Any]:
    """Minutes of inspections and of handling until then, and what a sponsor allows, if anything."""
    opened = await openings_of(unit, shipment_id, through)
    sessions = await InspectionRepository(unit).sessions(shipment_id)
    known = [one for one in sessions if one.begin <= through]
    lids = account(opened, known, through)
    allowed = document.get("numbers", {}).get(ALLOWANCE)
    return {
        "inspections_s": lids.inspections.total_seconds(),
        "by_inspection_s": {
            str(name): cost.total_seconds() for name, cost in lids.by_inspection.items()
        },
        "handling_s": lids.handling.total_seconds(),
        "allowance_s": None if allowed is None else allowed["value"] * 60.0,
        "allowance_source": NO_ALLOWANCE if allowed is None else allowed["source"],
    }
