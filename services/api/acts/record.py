"""The record of an inspection as it is signed: all that was entered, and its digest."""

from __future__ import annotations

from datetime import datetime

from services.core.domain.clearance.lid import account
from services.core.domain.quality.evidence import canonical, digest
from services.core.storage.database import UnitOfWork
from services.core.storage.identities import IdentityRepository
from services.core.storage.inspections import InspectionRepository, InspectionView
from services.core.storage.lids import openings_of

RECORD_VERSION = 1
_TOLD = (
    "inspection_id",
    "number",
    "shipment_id",
    "shipment_reference",
    "simulated",
    "appointment_id",
    "site_id",
    "bay_id",
    "follows",
    "mode",
    "no_open",
    "no_xray",
    "template_id",
    "template_version",
    "template",
    "begun_at",
    "claimed_by",
    "entries",
    "scans",
    "photos",
)


async def record_of(view: InspectionView, unit: UnitOfWork, now: datetime) -> tuple[bytes, bytes]:
    """The record with the decision as its last entry, and its SHA-256. Photos by hash alone."""
    opened = await openings_of(unit, view.shipment_id, now)
    sessions = await InspectionRepository(unit).sessions(view.shipment_id)
    lids = account(opened, sessions, now)
    marks = await IdentityRepository(unit).marks(view.shipment_id)
    own = lids.by_inspection.get(view.inspection_id)
    record = canonical(
        {
            "version": RECORD_VERSION,
            "as_of": now,
            **{name: getattr(view, name) for name in _TOLD},
            "marks": [
                {"mark": one.mark, "code": one.code, "in_force": one.ended_at is None}
                for one in marks
            ],
            "lid": {
                "inspection_s": None if own is None else own.total_seconds(),
                "inspections_s": lids.inspections.total_seconds(),
                "handling_s": lids.handling.total_seconds(),
                "openings": [[one.box_id, one.begin, one.end] for one in opened],
            },
        }
    )
    return record, digest(record)
