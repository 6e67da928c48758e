"""An inspection with what is worked out for it when it is read: lid minutes, codes, blockers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.api.acts.release import blockers_of, in_words
from services.api.present.inspections import inspection_out, lid_out
from services.api.schemas.inspections import Inspection
from services.core.domain.clearance.lid import account
from services.core.storage.database import UnitOfWork
from services.core.storage.identities import IdentityRepository
from services.core.storage.inspections import InspectionRepository, InspectionView
from services.core.storage.lids import openings_of
from services.core.storage.overview import OverviewRepository


async def show(view: InspectionView, unit: UnitOfWork, now: datetime) -> Inspection:
    """The whole object, as of now."""
    opened = await openings_of(unit, view.shipment_id, now)
    sessions = await InspectionRepository(unit).sessions(view.shipment_id)
    overview = await OverviewRepository(unit).one(view.shipment_id, now)
    profile = None if overview is None else overview.profile
    lid = lid_out(view, account(opened, sessions, now), opened, profile)
    expected = await IdentityRepository(unit).expected(view.shipment_id, now)
    missing = in_words(await blockers_of(view.shipment_id, unit, now))
    return inspection_out(view, expected, lid, missing)


async def shown(inspection_id: UUID, unit: UnitOfWork, now: datetime) -> Inspection:
    """One by its identifier; raises NotFound."""
    return await show(await InspectionRepository(unit).one(inspection_id), unit, now)
