"""A shipment's instants by the minutes of its bay: the booked one, or the best that fits it."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.api.present.verdict import Verdict
from services.core.domain.clearance.bay_minutes import AS_ITS_SITE, BayMinutes, BayNeed, best_bay
from services.core.storage.bay_minutes import bay_minutes_of
from services.core.storage.overview import ShipmentOverview

_MINUTE = timedelta(minutes=1)


def need_of(overview: ShipmentOverview) -> BayNeed:
    """What the shipment asks of a bay."""
    profile = overview.profile
    numbers = {} if profile is None else profile["document"].get("numbers", {})
    label_hi_c = numbers.get("label_hi_c", {}).get("value")
    return BayNeed.of(label_hi_c, overview.inspection_mode, overview.needs_equipment)


def bay_of(overview: ShipmentOverview) -> BayMinutes:
    """The bay that it is counted by; without a name where any bay of its site takes as long."""
    booked = overview.appointment
    if booked is not None:
        return BayMinutes(
            bay_id=booked["bay_id"],
            longer=overview.bay_longer_min * _MINUTE,
            transfer=overview.bay_transfer_min * _MINUTE,
        )
    if not overview.site_bays:
        return AS_ITS_SITE
    return best_bay(bay_minutes_of(overview.site_bays), need_of(overview))


def at_bay(verdict: Verdict, bay: BayMinutes, name: str) -> datetime | None:
    """An instant of the verdict, which is its site's: ready later there, and begun sooner."""
    found = verdict.instant(name)
    if found is None:
        return None
    return found + bay.transfer if name == "ready_at" else found - bay.longer
