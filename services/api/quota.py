"""Who may use what a site keeps for urgent shipments: whom the way of facilitation lists.

Status decides about the quota alone, never about the order inside it (domain paper, c).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.api.present.claims import Claim
from services.core.storage.database import UnitOfWork
from services.core.storage.declarations import DeclarationRepository
from services.core.storage.sites import SiteRecord


async def in_quota(claim: Claim, site: SiteRecord, unit: UnitOfWork, now: datetime) -> bool:
    """Whether the shipment is one that the site keeps its reserve for."""
    return claim.shipment_id in await _listed([claim], site, unit, now)


async def with_quota(
    claims: Sequence[Claim], site: SiteRecord, unit: UnitOfWork, now: datetime
) -> list[Claim]:
    """The claims, each saying whether it is one of those."""
    listed = await _listed(claims, site, unit, now)
    return [replace(claim, in_quota=claim.shipment_id in listed) for claim in claims]


async def _listed(
    claims: Sequence[Claim], site: SiteRecord, unit: UnitOfWork, now: datetime
) -> set[UUID]:
    every = {claim.shipment_id for claim in claims}
    if site.quota_regimes is None:
        return every
    today = now.astimezone(ZoneInfo(site.zone)).date()
    return await DeclarationRepository(unit).listed(every, site.quota_regimes, today)
