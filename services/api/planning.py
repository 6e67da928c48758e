"""The plan of a site, made when it is asked for; what did not change since is not made anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.api.bays import SiteBays, bays_of
from services.api.present.claims import Claim, claim_of
from services.api.present.customs import appointment_from, appointment_out, site_out
from services.api.present.here import Sites
from services.api.present.reasons import explain
from services.api.quota import with_quota
from services.api.schemas.customs import BayTimes, OpenStretch, PlanRow, ProposedSlot, SitePlan
from services.core.domain.clearance.plan import Plan, plan
from services.core.domain.clearance.plan_parts import PlanRules, PlanSlot, Proposal
from services.core.domain.errors import NotFound
from services.core.storage.appointments import AppointmentRepository, AppointmentView
from services.core.storage.database import UnitOfWork
from services.core.storage.overview import OverviewRepository
from services.core.storage.sites import SiteRecord, SiteRepository

HORIZON = timedelta(hours=72)
"""So far ahead slots are planned: as far as a booking by rule reaches."""

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan with what it was made from: sites that a route joins are planned together."""

    site_id: str
    plan: Plan
    claims: Mapping[str, Claim]
    bays: Mapping[str, SiteBays]

    def proposal(self, shipment_id: UUID) -> tuple[Proposal, Claim]:
        """What is proposed for a shipment; raises NotFound."""
        key = str(shipment_id)
        for found in self.plan.proposals:
            if found.shipment == key:
                return found, self.claims[key]
        raise NotFound("this shipment is not in the plan of the site", field="shipment_id")


async def planned(
    site_id: str, unit: UnitOfWork, now: datetime, previous: Plan | None = None
) -> Planned:
    """Plan a site and those that routes join to it."""
    sites = Sites.of(await SiteRepository(unit).all())
    if site_id not in sites.by_id:
        raise NotFound(f"there is no site {site_id}", field="site_id")
    joined = _joined(site_id, sites)
    rows = await OverviewRepository(unit).live(now, ("packed", "moving"))
    claims = [claim for claim in (claim_of(row, sites) for row in rows) if claim.wants_place]
    claims = [claim for claim in claims if set(claim.here) & joined and set(claim.here) <= joined]
    claims = await with_quota(claims, sites.by_id[site_id], unit, now)
    bays = {at.site.site_id: at for at in await bays_of(_records(joined, sites), unit, now)}
    slots = await _cells(bays, claims, unit, now)
    made = plan(
        [claim.to_plan(now) for claim in claims],
        slots,
        now,
        _rules(sites.by_id[site_id]),
        previous,
    )
    by_key = {str(claim.shipment_id): claim for claim in claims}
    return Planned(site_id=site_id, plan=made, claims=by_key, bays=bays)


def _joined(site_id: str, sites: Sites) -> set[str]:
    """The sites whose bays goods compete for: those that routes lead to, or from."""
    joined, grows = {site_id}, True
    while grows:
        more = {
            end
            for site in sites.by_id.values()
            for route in site.routes
            if joined & {route.from_site_id, route.to_site_id}
            for end in (route.from_site_id, route.to_site_id)
        }
        grows = not more <= joined
        joined |= more
    return joined


def _records(names: set[str], sites: Sites) -> list[SiteRecord]:
    return [sites.by_id[name] for name in sorted(names)]


def _rules(site: SiteRecord) -> PlanRules:
    return PlanRules(
        freeze=site.freeze_min * _MINUTE,
        reserve_until=site.reserve_until_min * _MINUTE,
        grace=site.grace_min * _MINUTE,
    )


async def _cells(
    bays: Mapping[str, SiteBays], claims: list[Claim], unit: UnitOfWork, now: datetime
) -> list[PlanSlot]:
    """Cells that the plan may hand out: what somebody outside it holds is not among them."""
    own = {str(row["id"]) for claim in claims if (row := claim.overview.appointment) is not None}
    cells: list[PlanSlot] = []
    for site_id, at in bays.items():
        held = await AppointmentRepository(unit).site(site_id, now - HORIZON, now + HORIZON)
        others = [one for one in held if str(one.id) not in own]
        begin = now.replace(minute=0, second=0, microsecond=0)
        cells += [slot for slot in at.cells(begin, now + HORIZON) if not _taken(slot, others)]
    return cells


def _taken(slot: PlanSlot, others: list[AppointmentView]) -> bool:
    end = slot.start + PlanRules().slot
    return any(
        (one.bay_id, one.place) == (slot.bay_id, slot.place)
        and one.starts_at < end
        and one.ends_at > slot.start
        for one in others
    )


async def plan_out(made: Planned, stretch: tuple[datetime, datetime], unit: UnitOfWork) -> SitePlan:
    """The plan as it is shown, and the site's bays over a stretch of time."""
    at = made.bays[made.site_id]
    held = await AppointmentRepository(unit).site(made.site_id, *stretch)
    rows = [row_out(found, made.claims[found.shipment]) for found in made.plan.proposals]
    return SitePlan(
        site=site_out(at.site),
        made_at=made.plan.made_at,
        exact=made.plan.exact,
        expected_loss=made.plan.expected_loss,
        items=sorted(rows, key=lambda row: row.reference),
        bays=[_bay_out(at, bay.bay_id, stretch, held) for bay in at.bays],
    )


def row_out(found: Proposal, claim: Claim) -> PlanRow:
    """A proposal as it is shown."""
    slot = found.slot
    here = None if slot is None else claim.here.get(slot.site_id)
    return PlanRow(
        shipment_id=claim.shipment_id,
        reference=claim.overview.reference,
        kind=found.kind.value,
        site_id=slot and slot.site_id,
        bay_id=slot and slot.bay_id,
        place=slot and slot.place,
        start=slot and slot.start,
        end=found.end,
        direct_distribution=here is not None and here.direct_distribution,
        risk=found.loss,
        spare_s=None if found.spare is None else found.spare.total_seconds(),
        why=explain(found.reason.code.value, found.reason.minutes),
        appointment=claim.overview.appointment and appointment_from(claim.overview.appointment),
    )


def _bay_out(
    at: SiteBays, bay_id: str, stretch: tuple[datetime, datetime], held: list[AppointmentView]
) -> BayTimes:
    begin, end = stretch
    bay = at.bay(bay_id)
    return BayTimes(
        bay_id=bay_id,
        open=[
            OpenStretch(start=max(begin, first), end=min(end, last))
            for first, last in (bay.open if bay is not None else ())
            if first < end and last > begin
        ],
        reserved=[
            ProposedSlot(bay_id=slot.bay_id, place=slot.place, start=slot.start)
            for slot in at.cells(begin, end)
            if slot.reserved and slot.bay_id == bay_id
        ],
        appointments=[appointment_out(one) for one in held if one.bay_id == bay_id],
    )
