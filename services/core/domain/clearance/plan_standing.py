"""What a shipment's booking binds it to when a plan is made: settled, held, or to be found anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.core.domain.clearance.plan_parts import (
    AtSite,
    Booking,
    PlanRules,
    PlanShipment,
    Reason,
    ReasonCode,
)
from services.core.domain.clearance.plan_table import Grid, booked_cell, cells_needed
from services.core.domain.clearance.priority import latest_inspection_start, slack
from services.core.domain.errors import Invalid

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """`settled`: why it stays as it is. `cell`: what it may keep, −1 without. `displaced`: why
    it needs another slot than the one it has."""

    settled: Reason | None = None
    cell: int = -1
    displaced: Reason | None = None


_NOTHING = Hold()


def hold(shipment: PlanShipment, cells: Grid, now: datetime, rules: PlanRules) -> Hold:
    """How its booking binds a shipment. A flight that comes late is no no-show."""
    booking = shipment.booking
    if booking is None:
        return _NOTHING
    here = shipment.sites.get(booking.times)
    if booking.begun:
        if here is None:
            raise Invalid(
                "an inspection has begun at a site the shipment may not go to",
                field="sites",
                remedy="give the times of the site where it stands",
            )
        return Hold(settled=_reason(ReasonCode.BEGUN))
    if here is None:
        return Hold(displaced=_reason(ReasonCode.SLOT_UNUSABLE))
    if here.ready > booking.start + rules.grace:
        late = here.ready - booking.start
        return Hold(displaced=_reason(ReasonCode.READY_AFTER_SLOT, late_min=late))
    return _when_ready(booking, here, cells, (now, rules))


def _when_ready(
    booking: Booking, here: AtSite, cells: Grid, at: tuple[datetime, PlanRules]
) -> Hold:
    now, rules = at
    expected = max(booking.start, here.ready)
    if now > expected + rules.grace:
        since, grace = now - expected, rules.grace
        return Hold(displaced=_reason(ReasonCode.NOT_SHOWN, since_min=since, grace_min=grace))
    to_start = booking.start - now
    cell = booked_cell(cells, booking)
    if to_start >= timedelta(0) and not _whole(cells, cell, cells_needed(here.inspection, rules)):
        return Hold(displaced=_reason(ReasonCode.SLOT_UNUSABLE, start_in_min=to_start))
    if to_start < rules.freeze:
        frozen = _reason(ReasonCode.FROZEN, start_in_min=to_start, freeze_min=rules.freeze)
        return Hold(settled=frozen, cell=cell)
    return Hold(cell=cell)


def _whole(cells: Grid, cell: int, needed: int) -> bool:
    for _ in range(needed):
        if cell < 0:
            return False
        cell = int(cells.following[cell])
    return True


def held_cells(shipment: PlanShipment, cells: Grid, rules: PlanRules) -> list[int]:
    """The cells of its booking that the grid has."""
    booking = shipment.booking
    here = shipment.sites.get(booking.times) if booking is not None else None
    if booking is None or here is None:
        return []
    starts = (booking.start + n * rules.slot for n in range(cells_needed(here.inspection, rules)))
    found = (cells.place.get((booking.bay_id, booking.place, start)) for start in starts)
    return [cell for cell in found if cell is not None]


def best_slack(shipment: PlanShipment, now: datetime) -> timedelta | None:
    """The most spare time any of its sites leaves; none when it has no deadline or no site."""
    known = [
        slack(start, here.ready, now)
        for here in shipment.sites.values()
        if (start := latest_start(shipment, here)) is not None
    ]
    return max(known, default=None)


def latest_start(shipment: PlanShipment, here: AtSite) -> datetime | None:
    """The last start at this site that its deadlines allow, none when none is known."""
    safe = shipment.viability.p10 if shipment.viability is not None else None
    known = [deadline for deadline in (safe, shipment.fixed_deadline) if deadline is not None]
    if not known:
        return None
    return latest_inspection_start(min(known), here.after, timedelta(0), here.inspection)


def _reason(code: ReasonCode, **minutes: timedelta) -> Reason:
    return Reason(code=code, minutes={name: span // _MINUTE for name, span in minutes.items()})
