"""What the sites mean for a shipment: ready there, and the latest start, by the minutes of bays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.api.present.at_bay import need_of
from services.api.present.verdict import Verdict, doubt
from services.core.domain.clearance.bay_minutes import BayMinutes, best_of
from services.core.storage.overview import ShipmentOverview
from services.core.storage.sites import BayRecord, RouteRecord, SiteRecord

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """The sites and the routes between them, by name."""

    by_id: Mapping[str, SiteRecord]

    @classmethod
    def of(cls, sites: Iterable[SiteRecord]) -> Sites:
        return cls(by_id={site.site_id: site for site in sites})

    def routes(self, site_id: str | None) -> tuple[RouteRecord, ...]:
        """Where goods that arrive at a site may be inspected instead."""
        site = None if site_id is None else self.by_id.get(site_id)
        return () if site is None else site.routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What one site means for the shipment: ready, last start, the same by the likely end."""

    ready: datetime | None
    inspection: timedelta
    after: timedelta
    latest: datetime | None
    likely: datetime | None
    direct_distribution: bool = False
    bays: Mapping[str, Here] = field(default_factory=dict)
    """The same for bays that have minutes of their own."""
    serving: frozenset[str] = frozenset()
    """Those of them that fit the shipment."""
    best_bay: str | None = None
    """The bay that fits it and leaves it most time; none where none fits."""

    def at(self, bay_id: str) -> Here:
        """What one of its bays means."""
        return self.bays.get(bay_id, self)


def here_of(overview: ShipmentOverview, verdict: Verdict, sites: Sites) -> dict[str, Here]:
    """By site: its own first, then those that a route leads to."""
    own_id = None if overview.site is None else str(overview.site["site_id"])
    own = None if own_id is None else sites.by_id.get(own_id)
    if own is None:
        return {}
    booked: Mapping[str, Any] = overview.appointment or {}
    judged = sites.by_id.get(booked.get("site_id", own.site_id), own)
    transfer = {route.to_site_id: route for route in own.routes}
    found: dict[str, Here] = {}
    for site in (own, *(sites.by_id[name] for name in transfer if name in sites.by_id)):
        shift = _transfer(transfer, site) - _transfer(transfer, judged)
        found[site.site_id] = _at(site, (judged, verdict, overview), shift, transfer)
    return found


def _transfer(routes: Mapping[str, RouteRecord], site: SiteRecord) -> timedelta:
    route = routes.get(site.site_id)
    return timedelta(0) if route is None else route.transfer_min * _MINUTE


def _at(
    site: SiteRecord,
    known: tuple[SiteRecord, Verdict, ShipmentOverview],
    shift: timedelta,
    routes: Mapping[str, RouteRecord],
) -> Here:
    judged, verdict, overview = known
    latest, ready = (verdict.instant(n) for n in ("ranked_start", "ready_at"))
    latest = None if verdict.given_up else latest
    moved = _lead(judged) - _lead(site)
    route = routes.get(site.site_id)
    here = Here(
        ready=None if ready is None else ready + shift,
        inspection=site.inspection_min * _MINUTE or 15 * _MINUTE,
        after=(site.receiving_min + site.onward_min) * _MINUTE,
        latest=None if latest is None else latest + moved,
        likely=None if latest is None else latest + moved + doubt(verdict, overview),
        direct_distribution=route is not None and route.direct_distribution,
    )
    own = {bay.bay_id: _in_bay(here, bay) for bay in site.bays if bay.own_times}
    if not own:
        return here
    fitting = _fitting(site, here, overview)
    return replace(
        here,
        bays=own,
        serving=frozenset(own) & {bay.bay_id for bay in fitting},
        best_bay=best_of(fitting).bay_id,
    )


def _fitting(site: SiteRecord, here: Here, overview: ShipmentOverview) -> list[BayMinutes]:
    """The fit bays of its own kind, simulated or real, that serve the shipment."""
    bays = (
        BayMinutes(
            bay_id=bay.bay_id,
            bay_class=bay.bay_class,
            equipment=frozenset(bay.equipment),
            longer=_inspection(here, bay) - here.inspection,
            transfer=bay.transfer_min * _MINUTE,
        )
        for bay in site.bays
        if bay.unfit_since is None and bay.simulated == overview.simulated
    )
    need = need_of(overview)
    return [bay for bay in bays if bay.serves(need)]


def _in_bay(here: Here, bay: BayRecord) -> Here:
    """Its own minutes in the place of the site's: ready later, and a longer one begins sooner."""
    inspection = _inspection(here, bay)
    longer = inspection - here.inspection
    return replace(
        here,
        ready=None if here.ready is None else here.ready + bay.transfer_min * _MINUTE,
        inspection=inspection,
        latest=None if here.latest is None else here.latest - longer,
        likely=None if here.likely is None else here.likely - longer,
    )


def _inspection(here: Here, bay: BayRecord) -> timedelta:
    return here.inspection if bay.inspection_min is None else bay.inspection_min * _MINUTE


def _lead(site: SiteRecord) -> timedelta:
    return (site.inspection_min + site.receiving_min + site.onward_min) * _MINUTE
