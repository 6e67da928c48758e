"""Bays as slots are found in them: published, within the site's hours, not closed, not unfit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.core.domain.clearance.opening_times import (
    Hours,
    Stretch,
    day_of,
    joined,
    open_stretches,
    without,
)
from services.core.domain.clearance.plan_parts import PlanSlot
from services.core.domain.clearance.reserve import reserved
from services.core.domain.clearance.slots import Bay
from services.core.domain.identifiers import BayId, SiteId
from services.core.storage.bayloggers import BayLoggerRepository
from services.core.storage.database import UnitOfWork
from services.core.storage.openings import OpeningRepository
from services.core.storage.sites import BayRecord, SiteRecord

Cell = tuple[str, int, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteBays:
    """A site with its bays as they are open, and what was published of each."""

    site: SiteRecord
    bays: tuple[Bay, ...]

    def bay(self, bay_id: str) -> Bay | None:
        """One of its bays."""
        return next((one for one in self.bays if one.bay_id == bay_id), None)

    def cells(self, begin: datetime, end: datetime) -> list[PlanSlot]:
        """Every cell of the grid in a stretch of time, the reserve of its local days marked.

        Whole days are marked, so that a cell is reserved whoever asks, and for what time.
        """
        days = [
            day_of(day, 1, ZoneInfo(self.site.zone)) for day in _days(begin, end, self.site.zone)
        ]
        found: list[PlanSlot] = []
        for first, last in days:
            day = [slot for bay in self.bays for slot in _cells(bay, first, last)]
            found += reserved(day, self.site.reserve_share)
        return [slot for slot in found if slot.start < end and slot.start >= begin]

    def reserved_cells(self, begin: datetime, end: datetime) -> frozenset[Cell]:
        """Those of the cells that are kept for urgent shipments."""
        return frozenset(
            (slot.bay_id, slot.place, slot.start)
            for slot in self.cells(begin, end)
            if slot.reserved
        )


async def bays_of(sites: Sequence[SiteRecord], unit: UnitOfWork, now: datetime) -> list[SiteBays]:
    """The bays of some sites."""
    names = [bay.bay_id for site in sites for bay in site.bays]
    repository = OpeningRepository(unit)
    opened = await repository.openings(names)
    unfit = await BayLoggerRepository(unit).unfit()
    closed: dict[str, list[Stretch]] = {name: [] for name in names}
    for one in await repository.closures(names, now - timedelta(days=1)):
        if one.withdrawn_at is None:
            closed[one.bay_id].append((one.start, one.end))
    return [
        SiteBays(
            site=site,
            bays=tuple(
                _bay(
                    replace(bay, unfit_since=bay.unfit_since or unfit.get(bay.bay_id)),
                    site,
                    opened[bay.bay_id],
                    closed[bay.bay_id],
                )
                for bay in site.bays
            ),
        )
        for site in sites
    ]


def hours_of(site: SiteRecord) -> list[Hours]:
    """The hours of a site, as the domain reckons with them."""
    return [
        Hours(days=frozenset(one["days"]), from_min=one["from_min"], until_min=one["until_min"])
        for one in site.hours or ()
    ]


def _bay(
    record: BayRecord, site: SiteRecord, opened: list[Stretch], closed: Sequence[Stretch]
) -> Bay:
    published = opened or [(record.published_from, record.published_until)]
    stretches = open_stretches(published, closed, hours_of(site), ZoneInfo(site.zone))
    if record.unfit_since is not None:
        stretches = without(stretches, joined([(record.unfit_since, published[-1][1])]))
    return Bay(
        bay_id=record.bay_id,
        site_id=record.site_id,
        bay_class=record.bay_class,
        places=record.places,
        slot=timedelta(minutes=record.slot_min),
        published_from=record.published_from,
        published_until=record.published_until,
        equipment=frozenset(record.equipment),
        stretches=tuple(stretches),
        own_times=record.own_times,
    )


def _days(begin: datetime, end: datetime, zone: str) -> Iterable[date]:
    day, last = (at.astimezone(ZoneInfo(zone)).date() for at in (begin, end))
    while day <= last:
        yield day
        day += timedelta(days=1)


def _cells(bay: Bay, first: datetime, last: datetime) -> Iterable[PlanSlot]:
    for begin, end in bay.open:
        steps = -((bay.published_from - max(begin, first)) // bay.slot)
        start = bay.published_from + max(0, steps) * bay.slot
        while start + bay.slot <= end and start < last:
            for place in range(1, bay.places + 1):
                yield PlanSlot(
                    start=start,
                    site_id=SiteId(bay.site_id),
                    bay_id=BayId(bay.bay_id),
                    place=place,
                    bay_class=bay.bay_class,
                    equipment=bay.equipment,
                    own_times=bay.own_times,
                )
            start += bay.slot
