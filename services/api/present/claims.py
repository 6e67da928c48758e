"""What a shipment claims of the bays: where and when it can be inspected, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.api.present.phase import phase_of
from services.api.present.ranking import DECIDED
from services.api.present.shipments import profile_values
from services.api.present.verdict import Verdict, doubt, verdict_of
from services.core.domain.clearance.loss import ViabilityEnd
from services.core.domain.clearance.plan_parts import AtSite, Booking, PlanShipment, times_of
from services.core.domain.clearance.rank_entry import RankEntry
from services.core.domain.clearance.slots import also_in, bay_class_for
from services.core.domain.identifiers import BayId, SiteId
from services.core.storage.overview import ShipmentOverview
from services.core.storage.sites import BayRecord, RouteRecord, SiteRecord

_BEGUN = frozenset({"CHECKED_IN", "IN_INSPECTION"})
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

    def at(self, bay_id: str) -> Here:
        """What one of its bays means."""
        return self.bays.get(bay_id, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A shipment as queue and plan see it; `here` by site, its own first."""

    overview: ShipmentOverview
    verdict: Verdict
    bay_class: str
    also: frozenset[str]
    equipment: frozenset[str]
    here: Mapping[str, Here]
    in_quota: bool = True
    """Whether it may use what its site keeps for urgent shipments, when it is urgent."""

    @property
    def shipment_id(self) -> UUID:
        return self.overview.shipment_id

    @property
    def kind(self) -> str | None:
        """The profile it is judged by."""
        return None if self.overview.profile is None else str(self.overview.profile["profile_id"])

    @property
    def phase(self) -> str:
        return phase_of(self.overview.state, self.overview.legs).code

    @property
    def waits(self) -> bool:
        """It is to be inspected still, and nobody has said that it need not be."""
        live = self.overview.state in {"packed", "moving"}
        live = live and (self.overview.clearance or {}).get("state") not in DECIDED
        return live and self.phase != "onward" and self.overview.inspection_ordered != "no"

    @property
    def before_take_off(self) -> bool:
        """It flies, and no flight of it has left."""
        flights = [leg for leg in self.overview.legs if leg["mode"] == "air"]
        flights = [leg for leg in flights if leg["status"] != "cancelled"]
        return bool(flights) and not any(
            leg["actual_departure"] or leg["actual_arrival"] or leg["status"] != "planned"
            for leg in flights
        )

    def at(self, site_id: str) -> Here:
        """What a site means for it: the bay there that it has booked, if it has booked one."""
        booked = self.overview.appointment
        here = self.here[site_id]
        return here.at(booked["bay_id"]) if booked and booked["site_id"] == site_id else here

    def entry(self, site_id: str) -> RankEntry | None:
        """Its row in the queue of a site; none without a deadline."""
        here, booked = self.at(site_id), self.overview.appointment
        if here.latest is None:
            return None
        return RankEntry(
            key=str(self.shipment_id),
            latest_start=here.latest,
            inspection=here.inspection,
            ready=here.ready,
            booked_at=datetime.fromisoformat(booked["booked_at"]) if booked else None,
            likely_start=here.likely,
            known_at=self._known_at(here),
        )

    def _known_at(self, here: Here) -> datetime | None:
        """Since when the time to the latest start is counted: the verdict's own instant, with
        what follows the begin taken off as it is from the latest start."""
        as_of = self.verdict.instant("as_of")
        return None if as_of is None else as_of - here.inspection - here.after

    def to_plan(self, now: datetime) -> PlanShipment:
        """The same for the plan. The earliest of its fixed deadlines is certain."""
        fixed = [at for at in (self.overview.needed_by, self.overview.cut_off) if at is not None]
        return PlanShipment(
            key=str(self.shipment_id),
            sites=dict(self._times(now)),
            quota=self.in_quota,
            bay_classes=frozenset({self.bay_class}) | self.also,
            equipment=self.equipment,
            viability=self._viability(now),
            fixed_deadline=min(fixed, default=None),
            booking=self._booking(),
        )

    def _times(self, now: datetime) -> Iterator[tuple[str, AtSite]]:
        for site_id, here in self.here.items():
            own = {times_of(site_id, bay_id, own=True): one for bay_id, one in here.bays.items()}
            for name, one in {site_id: here, **own}.items():
                ready = one.ready or now
                yield name, AtSite(ready=ready, inspection=one.inspection, after=one.after)

    def _viability(self, now: datetime) -> ViabilityEnd | None:
        first = next(iter(self.here.values()))
        if first.latest is None or self.verdict.leading.get("binding_deadline") in {
            "needed_by",
            "cut_off",
        }:
            return None
        lead = first.inspection + first.after
        p10 = first.latest + lead
        likely = p10 if first.likely is None else first.likely + lead
        as_of = self.verdict.instant("as_of") or now
        return ViabilityEnd(as_of=min(as_of, p10 - _MINUTE), p10=p10, p50=max(p10, likely))

    def _booking(self) -> Booking | None:
        row = self.overview.appointment
        if row is None:
            return None
        return Booking(
            site_id=SiteId(row["site_id"]),
            bay_id=BayId(row["bay_id"]),
            place=row["place"],
            start=datetime.fromisoformat(row["starts_at"]),
            begun=row["state"] in _BEGUN,
            bumped=row["bumps"] > 0,
            own_times=row["site_id"] in self.here
            and row["bay_id"] in self.here[row["site_id"]].bays,
        )


def claim_of(overview: ShipmentOverview, sites: Sites) -> Claim:
    """Read a shipment; the verdict's instants are those of the site that it is judged for."""
    verdict = verdict_of(overview.payloads)
    label_hi_c = profile_values(overview.profile)["label_hi_c"] if overview.profile else None
    return Claim(
        overview=overview,
        verdict=verdict,
        bay_class=bay_class_for(label_hi_c),
        also=also_in(overview.inspection_mode),
        equipment=frozenset(overview.needs_equipment),
        here=_here(overview, verdict, sites),
    )


def _here(overview: ShipmentOverview, verdict: Verdict, sites: Sites) -> dict[str, Here]:
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
    return replace(
        here, bays={bay.bay_id: _in_bay(here, bay) for bay in site.bays if bay.own_times}
    )


def _in_bay(here: Here, bay: BayRecord) -> Here:
    """Its own minutes in the place of the site's: ready later, and a longer one begins sooner."""
    inspection = here.inspection if bay.inspection_min is None else bay.inspection_min * _MINUTE
    longer = inspection - here.inspection
    return replace(
        here,
        ready=None if here.ready is None else here.ready + bay.transfer_min * _MINUTE,
        inspection=inspection,
        latest=None if here.latest is None else here.latest - longer,
        likely=None if here.likely is None else here.likely - longer,
    )


def _lead(site: SiteRecord) -> timedelta:
    return (site.inspection_min + site.receiving_min + site.onward_min) * _MINUTE
