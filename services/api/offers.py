"""The slots that a shipment could take, and those it could take if none is in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.api.acts.book import bay_of, needed_bay_class
from services.api.present.verdict import verdict_of
from services.api.schemas.appointments import Slot, Slots
from services.core.domain.clearance.slots import Bay, FreeSlot, Holding, Wish, free_slots
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.database import UnitOfWork
from services.core.storage.overview import ShipmentOverview
from services.core.storage.sites import BayRecord, SiteRepository

_FIRST_OPEN = 3
"""How many slots are shown when none is in time."""


async def offers_for(
    overview: ShipmentOverview, unit: UnitOfWork, now: datetime, limit: int
) -> Slots:
    """The free slots of the shipment's site, as far as they fit its profile and its deadline."""
    verdict = verdict_of(overview.payloads)
    latest, ready = (verdict.instant(n) for n in ("latest_inspection_start", "ready_at"))
    if overview.site is None:
        return _answer(latest, ready, [], [])
    site = await SiteRepository(unit).get(overview.site["site_id"])
    records = [one for one in site.bays if one.simulated or not overview.simulated]
    wish = Wish(
        earliest=max(now, ready or now),
        length=timedelta(minutes=site.inspection_min or 15),
        latest_start=latest,
        bay_class=needed_bay_class(overview),
    )
    bays = [bay_of(one) for one in records]
    held = await _held(bays, wish, unit)
    items = free_slots(bays, held, wish, limit=limit, in_time=True)
    late = [] if items else free_slots(bays, held, wish, limit=_FIRST_OPEN, in_time=False)
    return _answer(latest, ready, _out(items, records), _out(late, records))


async def _held(bays: Sequence[Bay], wish: Wish, unit: UnitOfWork) -> list[Holding]:
    until = max((bay.published_until for bay in bays), default=wish.earliest)
    if until <= wish.earliest:
        return []
    names = [bay.bay_id for bay in bays]
    found = await AppointmentRepository(unit).held(names, wish.earliest, until)
    return [Holding(bay_id=h.bay_id, place=h.place, start=h.start, end=h.end) for h in found]


def _out(slots: Sequence[FreeSlot], records: Sequence[BayRecord]) -> list[Slot]:
    names = {one.bay_id: one for one in records}
    return [
        Slot(
            site_id=slot.bay.site_id,
            bay_id=slot.bay.bay_id,
            bay_name_en=names[slot.bay.bay_id].name_en,
            bay_name_zh=names[slot.bay.bay_id].name_zh,
            place=slot.place,
            start=slot.start,
            end=slot.end,
            spare_s=None if slot.spare is None else slot.spare.total_seconds(),
        )
        for slot in slots
    ]


def _answer(
    latest: datetime | None, ready: datetime | None, items: list[Slot], late: list[Slot]
) -> Slots:
    return Slots(
        latest_inspection_start=latest,
        ready_at=ready,
        items=items,
        no_slot_in_time=not items,
        first_open=late,
    )
