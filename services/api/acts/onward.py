"""What begins when a shipment is cleared by customs: its way on, counted down to its delivery."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.present.verdict import verdict_of
from services.api.schemas.inspections import OnwardWay
from services.core.domain.errors import Invalid
from services.core.storage.inspections import InspectionView
from services.core.storage.journeys import JourneyRepository, LegRecord
from services.core.storage.overview import OverviewRepository
from services.core.storage.shipments import ShipmentRecord
from services.core.storage.sites import SiteRecord, SiteRepository


async def start_onward(
    seen: InspectionView, shipment: ShipmentRecord, way: OnwardWay | None, act: Act
) -> datetime | None:
    """Enter the way on if it has none yet; returns when it must leave at the latest."""
    site = await SiteRepository(act.unit).get(seen.site_id)
    legs = await JourneyRepository(act.unit).legs(shipment.shipment_id)
    if way is not None:
        if any(_is_ahead(leg) for leg in legs):
            raise Invalid(
                "the shipment has a leg ahead already",
                field="onward",
                remedy="leave `onward` out, or cancel that leg first",
            )
        await _enter(shipment, site, way, legs, act)
    return await _leave_by(shipment, site, act)


def _is_ahead(leg: LegRecord) -> bool:
    return leg.status == "planned" and leg.actual_departure is None


async def _enter(
    shipment: ShipmentRecord, site: SiteRecord, way: OnwardWay, legs: list[LegRecord], act: Act
) -> None:
    arrival = way.planned_arrival or act.now + timedelta(minutes=max(1, site.onward_min))
    if arrival <= act.now:
        raise Invalid("it would arrive before it leaves", field="onward")
    leg: dict[str, Any] = {
        "leg_id": new_id(act.now),
        "shipment_id": shipment.shipment_id,
        "ordinal": max((one.ordinal for one in legs), default=0) + 1,
        "mode": "road",
        "carrier_number": way.carrier_number,
        "from_code": site.site_id[:16],
        "from_lat": site.lat,
        "from_lon": site.lon,
        "to_code": way.to_code,
        "to_lat": way.to_lat,
        "to_lon": way.to_lon,
        "planned_departure": act.now,
        "planned_arrival": arrival,
    }
    await JourneyRepository(act.unit).add_legs([leg])
    told = {"to_code": way.to_code, "planned_arrival": arrival.isoformat()}
    await act.audit("onward", ("shipment", shipment.shipment_id), after=told)


async def _leave_by(shipment: ShipmentRecord, site: SiteRecord, act: Act) -> datetime | None:
    overview = await OverviewRepository(act.unit).one(shipment.shipment_id, act.now)
    if overview is None:  # pragma: no cover - it is locked
        return None
    deadline = verdict_of(overview.payloads).instant("deadline")
    return deadline and deadline - timedelta(minutes=site.receiving_min + site.onward_min)
