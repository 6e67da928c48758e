"""Inspection sites and their bays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from services.core.domain.errors import AlreadyExists, Invalid, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import bay, site, site_route


@dataclass(frozen=True, slots=True, kw_only=True)
class BayRecord:
    """An inspection bay and the grid it publishes."""

    bay_id: str
    site_id: str
    name_en: str
    name_zh: str
    bay_class: str
    places: int
    slot_min: int
    published_from: datetime
    published_until: datetime
    simulated: bool
    revision: int
    equipment: Sequence[str] = ()
    unfit_since: datetime | None = None
    unfit_reason: str | None = None
    inspection_min: int | None = None
    transfer_min: int = 0

    @property
    def own_times(self) -> bool:
        """Whether an inspection takes another time here than elsewhere at the site."""
        return self.inspection_min is not None or self.transfer_min > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRecord:
    """A way under customs control from where the goods arrive to a supervised site."""

    from_site_id: str
    to_site_id: str
    transfer_min: int
    direct_distribution: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRecord:
    """An inspection site; durations in minutes."""

    site_id: str
    name_en: str
    name_zh: str
    zone: str
    lat: float
    lon: float
    picking_min: int
    inspection_min: int
    receiving_min: int
    onward_min: int
    simulated: bool
    created_at: datetime
    revision: int
    organisation_id: str | None
    hours: Sequence[Mapping[str, Any]] | None = None
    reserve_share: float = 0.3
    reserve_until_min: int = 180
    freeze_min: int = 60
    grace_min: int = 30
    answer_min: int = 15
    book_ahead_h: int = 72
    quota_regimes: Sequence[str] | None = None
    bays: tuple[BayRecord, ...] = ()
    routes: tuple[RouteRecord, ...] = ()


class SiteRepository:
    """Reads and writes sites with their bays."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, values: Mapping[str, Any], bays: Sequence[Mapping[str, Any]]) -> SiteRecord:
        """Enter a site; raises AlreadyExists for the site or one of its bays."""
        refused = {
            "site_pkey": AlreadyExists("this site stands already", field="site_id"),
            "bay_pkey": AlreadyExists(
                "a bay with this name stands already, here or at another site",
                field="bays",
                remedy="bay names are unique over all sites: put the site's name before it",
            ),
        }
        with refusals(refused):
            await self._unit.execute(insert(site).values(**values))
            if bays:
                await self._unit.execute(insert(bay), [dict(one) for one in bays])
        return await self.get(str(values["site_id"]))

    async def get(self, site_id: str, *, lock: bool = False) -> SiteRecord:
        """One site with its bays; raises NotFound. `lock` holds it until the transaction ends."""
        statement = select(site).where(site.c.site_id == site_id)
        found = await self._unit.execute(statement.with_for_update() if lock else statement)
        row = found.one_or_none()
        if row is None:
            raise NotFound(f"there is no site {site_id}", field="site_id")
        bays = tuple(await self._bays(bay.c.site_id == site_id))
        routes = tuple(await self.routes(site_route.c.from_site_id == site_id))
        return SiteRecord(**row._mapping, bays=bays, routes=routes)

    async def all(self) -> list[SiteRecord]:
        """Every site, by name; there are tens of them."""
        bays, routes = await self._bays(), await self.routes()
        return [
            SiteRecord(
                **row._mapping,
                bays=tuple(one for one in bays if one.site_id == row.site_id),
                routes=tuple(one for one in routes if one.from_site_id == row.site_id),
            )
            for row in await self._unit.execute(select(site).order_by(site.c.site_id))
        ]

    async def bay(self, bay_id: str, *, lock: bool = False) -> BayRecord:
        """One bay; raises NotFound. `lock` makes bookings of the bay queue behind this one."""
        statement = select(bay).where(bay.c.bay_id == bay_id)
        found = await self._unit.execute(statement.with_for_update() if lock else statement)
        row = found.one_or_none()
        if row is None:
            raise NotFound(f"there is no bay {bay_id}", field="bay_id")
        return BayRecord(**row._mapping)

    async def change(self, site_id: str, values: Mapping[str, Any]) -> SiteRecord:
        """Change what is named; the revision grows by one."""
        await self._unit.execute(
            update(site)
            .where(site.c.site_id == site_id)
            .values(**values, revision=site.c.revision + 1)
        )
        return await self.get(site_id)

    async def change_bay(self, bay_id: str, values: Mapping[str, Any]) -> None:
        """Change what is named; the revision grows by one."""
        await self._unit.execute(
            update(bay).where(bay.c.bay_id == bay_id).values(**values, revision=bay.c.revision + 1)
        )

    async def set_routes(self, site_id: str, routes: Sequence[Mapping[str, Any]]) -> None:
        """Replace the routes that begin at the site."""
        await self._unit.execute(delete(site_route).where(site_route.c.from_site_id == site_id))
        refused = {
            "site_route_to_site_id_fkey": NotFound("a route leads to no site", field="routes"),
            "site_route_two_sites_check": Invalid("a route leads to itself", field="routes"),
            "site_route_pkey": Invalid("a route is given twice", field="routes"),
        }
        with refusals(refused):
            if routes:
                rows = [{**one, "from_site_id": site_id} for one in routes]
                await self._unit.execute(insert(site_route), rows)

    async def routes(self, *conditions: Any) -> list[RouteRecord]:
        """Routes, by where they begin and end."""
        columns = site_route.c.from_site_id, site_route.c.to_site_id
        rows = await self._unit.execute(select(site_route).where(*conditions).order_by(*columns))
        return [RouteRecord(**row._mapping) for row in rows]

    async def _bays(self, *conditions: Any) -> list[BayRecord]:
        rows = await self._unit.execute(select(bay).where(*conditions).order_by(bay.c.bay_id))
        return [BayRecord(**row._mapping) for row in rows]
