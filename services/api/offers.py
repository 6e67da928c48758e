"""The slots that a shipment could take, at its site or where a route leads, and why not others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from heapq import merge

from services.api.bays import SiteBays, bays_of
from services.api.present.claims import Claim, claim_of
from services.api.present.here import Here, Sites
from services.api.schemas.appointments import Slot, Slots
from services.core.domain.clearance.slots import FreeSlot, Holding, Wish, free_slots
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.database import UnitOfWork
from services.core.storage.overview import ShipmentOverview
from services.core.storage.sites import BayRecord, SiteRecord, SiteRepository

_FIRST_OPEN = 3
"""How many slots are shown when none is in time."""


async def offers_for(
    overview: ShipmentOverview, unit: UnitOfWork, now: datetime, limit: int
) -> Slots:
    """The free slots, as far as they fit the shipment's profile, equipment and deadline."""
    sites = Sites.of(await SiteRepository(unit).all())
    claim = claim_of(overview, sites)
    own = next(iter(claim.here), None)
    first = None if own is None else claim.at(own)
    latest = claim.verdict.instant("latest_inspection_start") if first is None else first.latest
    ready = claim.verdict.instant("ready_at") if first is None else first.ready
    views = await bays_of([_bookable(sites.by_id[name], claim) for name in claim.here], unit, now)
    items = await _free(views, claim, (unit, now), limit, in_time=True)
    late = [] if items else await _free(views, claim, (unit, now), _FIRST_OPEN, in_time=False)
    return _answer(latest, ready, items, late)


def _bookable(site: SiteRecord, claim: Claim) -> SiteRecord:
    """The site with the bays that the shipment may book: a simulated one needs a simulated bay."""
    simulated = claim.overview.simulated
    return replace(site, bays=tuple(one for one in site.bays if one.simulated or not simulated))


async def _free(
    views: Sequence[SiteBays],
    claim: Claim,
    at: tuple[UnitOfWork, datetime],
    limit: int,
    *,
    in_time: bool,
) -> list[Slot]:
    unit, now = at
    found: list[list[Slot]] = []
    for view in views:
        here = claim.here[view.site.site_id]
        held = await _held(view, _wish(claim, here, now), unit)
        by_bay = (
            free_slots(
                [bay], held, _wish(claim, here.at(bay.bay_id), now), limit=limit, in_time=in_time
            )
            for bay in view.bays
        )
        slots = list(merge(*by_bay, key=lambda slot: (slot.start, slot.bay.bay_id)))[:limit]
        found.append(_out(slots, view, here))
    return list(merge(*found, key=lambda slot: (slot.start, slot.bay_id)))[:limit]


def _wish(claim: Claim, here: Here, now: datetime) -> Wish:
    return Wish(
        earliest=max(now, here.ready or now),
        length=here.inspection,
        latest_start=here.latest,
        bay_class=claim.bay_class,
        also=claim.also,
        equipment=claim.equipment,
    )


async def _held(view: SiteBays, wish: Wish, unit: UnitOfWork) -> list[Holding]:
    until = max((bay.published_until for bay in view.bays), default=wish.earliest)
    if until <= wish.earliest:
        return []
    names = [bay.bay_id for bay in view.bays]
    found = await AppointmentRepository(unit).held(names, wish.earliest, until)
    return [Holding(bay_id=h.bay_id, place=h.place, start=h.start, end=h.end) for h in found]


def _out(slots: Sequence[FreeSlot], view: SiteBays, here: Here) -> list[Slot]:
    names: Mapping[str, BayRecord] = {one.bay_id: one for one in view.site.bays}
    kept = view.reserved_cells(slots[0].start, slots[-1].end) if slots else frozenset()
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
            reserved=(slot.bay.bay_id, slot.place, slot.start) in kept,
            direct_distribution=here.direct_distribution,
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
