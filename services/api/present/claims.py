"""What a shipment claims of the bays: where and when it can be inspected, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.api.present.at_bay import need_of
from services.api.present.here import Here, Sites, here_of
from services.api.present.phase import phase_of
from services.api.present.ranking import DECIDED
from services.api.present.verdict import Verdict, verdict_of
from services.core.domain.clearance.bay_minutes import BayNeed
from services.core.domain.clearance.loss import ViabilityEnd
from services.core.domain.clearance.plan_parts import AtSite, Booking, PlanShipment, times_of
from services.core.domain.clearance.rank_entry import RankEntry
from services.core.domain.identifiers import BayId, SiteId
from services.core.storage.overview import ShipmentOverview

_BEGUN = frozenset({"CHECKED_IN", "IN_INSPECTION"})
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A shipment as queue and plan see it; `here` by site, its own first."""

    overview: ShipmentOverview
    verdict: Verdict
    need: BayNeed
    here: Mapping[str, Here]
    in_quota: bool = True
    """Whether it may use what its site keeps for urgent shipments, when it is urgent."""

    @property
    def shipment_id(self) -> UUID:
        return self.overview.shipment_id

    @property
    def bay_class(self) -> str:
        return self.need.bay_class

    @property
    def also(self) -> frozenset[str]:
        """Classes of bay that serve it beside its own."""
        return self.need.also

    @property
    def equipment(self) -> frozenset[str]:
        return self.need.equipment

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
    def wants_place(self) -> bool:
        """It waits, and a bay is what it waits for: what waits for papers is cleared without."""
        return self.waits and (self.overview.clearance or {}).get("state") != "WAITING_FOR_PAPERS"

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
        """What a site means for it: the bay there that it has booked, or the best that fits it."""
        booked = self.overview.appointment
        here = self.here[site_id]
        bay_id = booked["bay_id"] if booked and booked["site_id"] == site_id else here.best_bay
        return here if bay_id is None else here.at(bay_id)

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
        ends = (self.overview.needed_by, self.overview.cut_off)
        fixed = [at for at in ends if at is not None and not self.verdict.given_up]
        return PlanShipment(
            key=str(self.shipment_id),
            sites=dict(self._times(now)),
            quota=self.in_quota,
            bay_classes=self.need.classes,
            equipment=self.equipment,
            viability=self._viability(now),
            fixed_deadline=min(fixed, default=None),
            booking=self._booking(),
        )

    def _times(self, now: datetime) -> Iterator[tuple[str, AtSite]]:
        """Of each site and those of its bays that can have it; the booked one among them."""
        booked = (self.overview.appointment or {}).get("bay_id")
        for site_id, here in self.here.items():
            names = here.serving | {bay_id for bay_id in here.bays if bay_id == booked}
            own = {times_of(site_id, name, own=True): here.bays[name] for name in sorted(names)}
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
    return Claim(
        overview=overview,
        verdict=verdict,
        need=need_of(overview),
        here=here_of(overview, verdict, sites),
    )
