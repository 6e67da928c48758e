"""The queue of a site, taken at the moment it is asked for, each place with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.api.bays import SiteBays, bays_of
from services.api.present.claims import Claim, claim_of
from services.api.present.customs import appointment_from
from services.api.present.here import Sites
from services.api.present.reasons import explain
from services.api.schemas.customs import DeliverBy, Explanation, QueueRow, SiteQueue, WhatIf
from services.core.domain.clearance.admission import Advice, advise
from services.core.domain.clearance.loss import ended_before
from services.core.domain.clearance.rank_entry import RankEntry
from services.core.domain.clearance.usual_left import NOTHING_SEEN, UsualLeft
from services.core.domain.clearance.waiting import OpenQueue, if_it_waits
from services.core.domain.errors import NotFound
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.database import UnitOfWork
from services.core.storage.overview import OverviewRepository
from services.core.storage.sites import SiteRepository
from services.core.storage.usual import usual_at

_MINUTE = timedelta(minutes=1)
_HELD_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """A site with its bays, the claims on them, and when each place is free next."""

    at: SiteBays
    sites: Sites
    claims: tuple[Claim, ...]
    free_at: tuple[datetime, ...]
    usual: Mapping[str, UsualLeft] = field(default_factory=dict)

    @property
    def site_id(self) -> str:
        return self.at.site.site_id

    def entries(self) -> list[RankEntry]:
        """Rows of the queue: who waits, is meant for this site, and has a deadline."""
        found = ((claim, claim.entry(self.site_id)) for claim in self.claims if claim.waits)
        return [
            replace(entry, usual=self.usual.get(claim.kind or "", NOTHING_SEEN))
            for claim, entry in found
            if entry is not None
        ]


async def view_of(site_id: str, unit: UnitOfWork, now: datetime) -> SiteView:
    """Read a site as it stands; shipments booked at it count too when their own is another."""
    sites = Sites.of(await SiteRepository(unit).all())
    site = sites.by_id.get(site_id)
    if site is None:
        raise NotFound(f"there is no site {site_id}", field="site_id")
    (at,) = await bays_of([site], unit, now)
    rows = await OverviewRepository(unit).live(now, ("packed", "moving"))
    claims = tuple(claim for claim in (claim_of(row, sites) for row in rows) if claim.here)
    held = await AppointmentRepository(unit).site(site_id, now, now + _HELD_FOR)
    busy = {(one.bay_id, one.place): one.ends_at for one in held if one.state == "IN_INSPECTION"}
    places = [(bay.bay_id, n) for bay in at.bays for n in range(1, bay.places + 1)]
    return SiteView(
        at=at,
        sites=sites,
        claims=tuple(claim for claim in claims if _meant_for(claim, site_id)),
        free_at=tuple(max(now, busy.get(place, now)) for place in places),
        usual=await usual_at(site_id, unit, now),
    )


def _meant_for(claim: Claim, site_id: str) -> bool:
    booked = claim.overview.appointment
    where = next(iter(claim.here)) if booked is None else booked["site_id"]
    return bool(where == site_id)


def queue_out(view: SiteView, now: datetime) -> SiteQueue:
    """The queue as it is shown."""
    by_key = {str(claim.shipment_id): claim for claim in view.claims}
    free_at = view.free_at or (now,)
    rows = [
        _row(by_key[advice.row.entry.key], advice, view.site_id, now)
        for advice in advise(view.entries(), free_at, now)
    ]
    ranked = {row.shipment_id for row in rows}
    return SiteQueue(
        site_id=view.site_id,
        as_of=now,
        items=rows,
        without_deadline=[
            claim.shipment_id
            for claim in view.claims
            if claim.waits and claim.shipment_id not in ranked
        ],
        deliver_by=[
            DeliverBy(
                shipment_id=claim.shipment_id,
                reference=claim.overview.reference,
                deliver_by=claim.verdict.instant("deadline"),
            )
            for claim in view.claims
            if claim.overview.inspection_ordered == "no"
        ],
    )


def what_if(view: SiteView, shipment_id: str, wait: timedelta, now: datetime) -> WhatIf:
    """What changes if this one waits; raises NotFound when it is not in the queue."""
    queue = OpenQueue(entries=view.entries(), free_at=view.free_at or (now,), now=now)
    found = if_it_waits(queue, shipment_id, wait)
    claim = next(one for one in view.claims if str(one.shipment_id) == shipment_id)
    return WhatIf(
        shipment_id=claim.shipment_id,
        wait_min=wait // _MINUTE,
        place=found.before.place,
        place_after=found.after.place,
        slack_s=found.before.slack.total_seconds(),
        slack_s_after=found.after.slack.total_seconds(),
        tier=found.before.tier.value,
        tier_after=found.after.tier.value,
        begins_at=found.begins_before,
        begins_at_after=found.begins_after,
        risk=_risk(claim, view.site_id, found.begins_before, now),
        risk_after=_risk(claim, view.site_id, found.begins_after, now),
        saved=found.saved,
        lost=found.lost,
    )


def _risk(claim: Claim, site_id: str, begin: datetime, now: datetime) -> float | None:
    planned, here = claim.to_plan(now), claim.at(site_id)
    done = begin + here.inspection + here.after
    if planned.fixed_deadline is not None and done > planned.fixed_deadline:
        return 1.0
    return None if planned.viability is None else ended_before(planned.viability, done)


def _row(claim: Claim, advice: Advice, site_id: str, now: datetime) -> QueueRow:
    row, here, overview = advice.row, claim.at(site_id), claim.overview
    due = here.ready if overview.picked_at is None else None
    return QueueRow(
        shipment_id=claim.shipment_id,
        reference=overview.reference,
        place=row.place,
        tier=row.tier.value,
        slack_s=row.slack.total_seconds(),
        latest_start=row.entry.latest_start,
        likely_latest_start=row.entry.likely_start,
        ready_at=here.ready,
        doubtful=row.doubtful,
        no_slot_in_time=row.no_slot_in_time,
        set_aside=advice.set_aside,
        begin_next=advice.begin_next,
        why=_why(advice),
        bay_class=claim.bay_class,
        inspection_min=here.inspection // _MINUTE,
        inspection_ordered=overview.inspection_ordered,
        picked_at=overview.picked_at,
        picking_due_at=due,
        picking_late=due is not None and claim.phase == "at_customs" and now > due,
        appointment=overview.appointment and appointment_from(overview.appointment),
    )


def _why(advice: Advice) -> Explanation:
    row = advice.row
    spare = {"spare_min" if row.slack >= timedelta(0) else "late_min": abs(row.slack) // _MINUTE}
    if row.no_slot_in_time:
        return explain("NO_SLOT_IN_TIME", spare)
    if advice.set_aside:
        return explain("SET_ASIDE", {"inspection_min": row.entry.inspection // _MINUTE, **spare})
    if row.doubtful:
        return explain("DOUBTFUL", spare)
    if row.moved_ahead_by:
        return explain("SHORTER_FIRST", {"by_min": row.moved_ahead_by // _MINUTE, **spare})
    return explain("LATEST_START", spare)
