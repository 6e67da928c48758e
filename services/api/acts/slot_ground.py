"""What a booking stands on: the shipment, its claim, the site and the bay, held for the act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.api.acts.share import share_with_site
from services.api.bays import SiteBays, bays_of
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.present.claims import Claim, claim_of
from services.api.present.here import Here, Sites
from services.api.quota import in_quota
from services.core.domain.clearance.appointment import Booking, check_booking
from services.core.domain.clearance.asking import (
    AskedBecause,
    SlotRequest,
    SlotRules,
    first_state,
    late_by,
    why_ask,
)
from services.core.domain.clearance.plan_parts import PlanRules
from services.core.domain.clearance.slots import Bay, Holding, free_place
from services.core.domain.errors import (
    Conflict,
    IllegalTransition,
    NotFound,
    NotInTime,
    SlotTaken,
)
from services.core.domain.life import LIVE_STATES
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.database import UnitOfWork
from services.core.storage.overview import OverviewRepository
from services.core.storage.shipments import ShipmentRecord, ShipmentRepository
from services.core.storage.sites import BayRecord, SiteRecord, SiteRepository

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Held until the transaction ends: first the shipment, then the bay."""

    shipment: ShipmentRecord
    claim: Claim
    at: SiteBays
    bay: Bay

    @property
    def here(self) -> Here | None:
        """What the bay means for the shipment; none when no route leads to its site."""
        site = self.claim.here.get(self.bay.site_id)
        return None if site is None else site.at(self.bay.bay_id)

    @property
    def rules(self) -> SlotRules:
        site = self.at.site
        return SlotRules(
            reserve_until=site.reserve_until_min * _MINUTE,
            reserve_below=PlanRules().reserve_below,
            grace=site.grace_min * _MINUTE,
            book_ahead=timedelta(hours=site.book_ahead_h),
            answer_within=site.answer_min * _MINUTE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A place in a bay. `extra`: what the appointment keeps of why it is; `agreed`: an officer
    has agreed, so that no rule has to. `moves`: moved so often by people, this time included.
    `late_reason`: why it is wanted though it begins after the latest start."""

    start: datetime
    length: timedelta | None = None
    extra: Mapping[str, Any] | None = None
    agreed: bool = False
    moves: int = 0
    late_reason: str | None = None


async def claim_now(shipment_id: UUID, unit: UnitOfWork, now: datetime) -> tuple[Claim, Sites]:
    """A shipment's claim, and the sites it was read with; raises NotFound."""
    sites = Sites.of(await SiteRepository(unit).all())
    overview = await OverviewRepository(unit).one(shipment_id, now)
    if overview is None:
        raise NotFound("there is no such shipment", field="shipment_id")
    return claim_of(overview, sites), sites


async def ground_of(shipment_id: UUID, bay_id: str, act: Act) -> Ground:
    """Hold the shipment and the bay: bookings of one bay queue behind one another."""
    shipment = await ShipmentRepository(act.unit).lock(shipment_id)
    record = await SiteRepository(act.unit).bay(bay_id, lock=True)
    claim, sites = await claim_now(shipment_id, act.unit, act.now)
    _check_shipment(shipment, record)
    site: SiteRecord = sites.by_id[record.site_id]
    (at,) = await bays_of([site], act.unit, act.now)
    bay = at.bay(bay_id)
    if bay is None:  # pragma: no cover - it is locked above
        raise NotFound(f"there is no bay {bay_id}", field="bay_id")
    return Ground(shipment=shipment, claim=claim, at=at, bay=bay)


async def hold_place(ground: Ground, wanted: Wanted, act: Act) -> UUID:
    """Hold a place; raises SlotTaken when all are held, NotInTime when it is too late for it."""
    booking = _booking(ground, wanted)
    check_booking(booking, act.now)
    place, reserved = await _choose_place(ground, booking, act)
    request = SlotRequest(
        start=booking.start,
        reserved=reserved,
        latest_start=None if ground.here is None else ground.here.latest,
        ready=None if ground.here is None else ground.here.ready,
        moves=wanted.moves,
        before_take_off=ground.claim.before_take_off,
        in_quota=await in_quota(ground.claim, ground.at.site, act.unit, act.now),
    )
    asked = None if wanted.agreed else why_ask(request, ground.rules, act.now)
    if asked is AskedBecause.NO_SLOT_IN_TIME and wanted.late_reason is None:
        raise _too_late(request)
    return await write(ground, booking, (place, request, asked), wanted, act)


async def write(
    ground: Ground,
    booking: Booking,
    found: tuple[int, SlotRequest, AskedBecause | None],
    wanted: Wanted,
    act: Act,
) -> UUID:
    """Enter the appointment; the database lets no place be held twice."""
    place, request, asked = found
    appointment_id = new_id(act.now)
    values = {
        "appointment_id": appointment_id,
        "shipment_id": ground.shipment.shipment_id,
        "bay_id": ground.bay.bay_id,
        "place": place,
        "state": first_state(request, asked).value,
        "latest_start_at_booking": request.latest_start,
        "booked_at": act.now,
        "booked_by": act.principal.principal_id,
        "asked_because": asked,
        "answer_by": act.now + ground.rules.answer_within if asked else None,
        "moved_by_people": wanted.moves,
        **(wanted.extra or {}),
    }
    await AppointmentRepository(act.unit).add(values, booking.start, booking.end)
    await share_with_site(ground.shipment, appointment_id, ground.at.site.organisation_id, act)
    return appointment_id


def check_in_time(ground: Ground, start: datetime, reason: str | None) -> None:
    """Raises NotInTime for a slot after the latest start that nobody gives a reason for."""
    here = ground.here
    if here is None:
        return
    request = SlotRequest(start=start, reserved=False, latest_start=here.latest, ready=here.ready)
    if reason is None and late_by(request) is not None:
        raise _too_late(request)


def _too_late(request: SlotRequest) -> NotInTime:
    return NotInTime(
        f"the slot begins {(late_by(request) or timedelta(0)) // _MINUTE} minutes after the latest"
        " start: QA decides",
        field="start",
        remedy="take a slot in time, or say why this one is wanted all the same",
    )


def _check_shipment(shipment: ShipmentRecord, bay: BayRecord) -> None:
    if shipment.state not in LIVE_STATES:
        raise IllegalTransition(
            f"a shipment that is {shipment.state} needs no inspection", field="shipment_id"
        )
    if shipment.simulated != bay.simulated:
        kinds = ("simulated", "real") if shipment.simulated else ("real", "simulated")
        raise Conflict(
            "a {} shipment cannot hold a place at a {} site".format(*kinds),
            field="bay_id",
            remedy=f"enter a {kinds[0]} site for it",
        )


def _booking(ground: Ground, wanted: Wanted) -> Booking:
    claim, bay = ground.claim, ground.bay
    usual = ground.here.inspection if ground.here is not None else bay.slot
    return Booking(
        bay=bay,
        start=wanted.start,
        length=wanted.length or usual,
        needs_bay_class=claim.bay_class,
        also=claim.also,
        site_id=next(iter(claim.here), None),
        sites=frozenset(claim.here),
        equipment=claim.equipment,
    )


async def _choose_place(ground: Ground, booking: Booking, act: Act) -> tuple[int, bool]:
    """A place that is free, one without reserved cells first; and whether it has some."""
    bay = booking.bay
    found = await AppointmentRepository(act.unit).held([bay.bay_id], booking.start, booking.end)
    held = [Holding(bay_id=h.bay_id, place=h.place, start=h.start, end=h.end) for h in found]
    kept = {
        (slot_bay, place)
        for slot_bay, place, start in ground.at.reserved_cells(
            booking.start - bay.slot, booking.end
        )
        if start + bay.slot > booking.start
    }
    reserve = [
        Holding(bay_id=bay.bay_id, place=n, start=booking.start, end=booking.end)
        for n in range(1, bay.places + 1)
        if (bay.bay_id, n) in kept
    ]
    for holdings, reserved in ((held + reserve, False), (held, True)):
        place = free_place(bay, holdings, booking.start, booking.end)
        if place is not None:
            return place, reserved
    raise SlotTaken(
        "every place of the bay is held at that time",
        field="start",
        remedy="choose another slot: the shipment's slots list shows the free ones",
    )
