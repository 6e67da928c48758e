"""Telling all sides what customs decided: the applicant, the operator, and customs itself."""

from __future__ import annotations

from datetime import datetime

from services.api.dependencies import Act
from services.core.domain.clearance.inspection import SIGNED, InspectionMove
from services.core.storage.inspections import InspectionView
from services.core.storage.outbox import Notice, Outbox

SIDES = ("applicant", "operator", "customs_officer")
"""Who asked for it, who keeps it cold and takes it on, and who decided."""


async def tell(
    view: InspectionView, move: InspectionMove, leave_by: datetime | None, act: Act
) -> None:
    """One notice for each side, in the transaction of the signature.

    An officer's own words stay in the record: a notice leaves the house. On the stream the
    shipment itself says it, by its `clearance`.
    """
    body = {
        "move": SIGNED[move],
        "number": view.number,
        "inspection_id": str(view.inspection_id),
        "shipment_reference": view.shipment_reference,
        "simulated": view.simulated,
        "site_id": view.site_id,
        "bay_id": view.bay_id,
        "decided_at": act.now.isoformat(),
        "leave_by_at": None if leave_by is None else leave_by.isoformat(),
    }
    await Outbox(act.unit).put(
        [
            Notice(
                kind="inspection",
                subject_key=f"{view.inspection_id}:{SIGNED[move]}:{view.revision}:{side}",
                body=body,
                audience=side,
            )
            for side in SIDES
        ],
        act.now,
    )
