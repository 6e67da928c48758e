"""When a shipment must and can be inspected: from its deadlines, its arrival and its site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.core.domain.clearance.bay_minutes import BayMinutes
from services.core.domain.clearance.priority import (
    BindingDeadline,
    earliest_deadline,
    latest_inspection_start,
    ready_at,
    slack,
)
from services.core.domain.shipment import (
    NEWS_ALLOWANCE,
    LegMode,
    Shipment,
    inspection_arrival,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTimes:
    """How long things take at a site of inspection, and from there to the consignee."""

    picking: timedelta
    inspection: timedelta
    receiving: timedelta
    onward: timedelta

    def at(self, bay: BayMinutes) -> SiteTimes:
        """The same in one of its bays."""
        return replace(
            self, picking=self.picking + bay.transfer, inspection=self.inspection + bay.longer
        )


NO_SITE = SiteTimes(
    picking=timedelta(0), inspection=timedelta(0), receiving=timedelta(0), onward=timedelta(0)
)
"""A shipment without a site: only its deadlines count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionPlan:
    """The deadline that binds, the last start that meets it, and when the goods stand ready."""

    deadline: datetime | None = None
    binding_deadline: BindingDeadline | None = None
    latest_start: datetime | None = None
    ready_at: datetime | None = None

    def slack(self, now: datetime) -> timedelta | None:
        """How long the inspection may still wait; None when there is no deadline."""
        return None if self.latest_start is None else slack(self.latest_start, self.ready_at, now)

    def leaving(self, bay: BayMinutes) -> InspectionPlan:
        """A plan by the minutes of a bay, put back to those of its site."""
        latest, ready = self.latest_start, self.ready_at
        return replace(
            self,
            latest_start=None if latest is None else latest + bay.longer,
            ready_at=None if ready is None else ready - bay.transfer,
        )


MOVED = timedelta(minutes=10)
"""A deadline that moves less is the same still, while there is slack (journey, 5)."""

NEAR = timedelta(hours=2)
"""Below so much slack a tenth of it is a move."""


def moved_little(before: datetime, after: datetime, spare: timedelta | None) -> bool:
    """Whether a deadline, or the latest start, has moved so little that nothing is told anew."""
    moved = abs(after - before)
    near = spare is not None and timedelta(0) < spare < NEAR
    return moved <= MOVED and not (near and spare is not None and moved > spare / 10)


def ranked_start(before: datetime | None, plan: InspectionPlan, now: datetime) -> datetime | None:
    """The latest start that the queue goes by: the last one that it was ranked by, as long as it
    has moved little, so that the order does not tremble. Whether a slot can save it is told at
    once."""
    latest, spare = plan.latest_start, plan.slack(now)
    if before is None or latest is None or spare is None:
        return latest
    was_in_time = before - (latest - spare) >= timedelta(0)
    if was_in_time != (spare >= timedelta(0)):
        return latest
    return before if moved_little(before, latest, spare) else latest


PICKING_GRACE = timedelta(hours=1)
"""How long after a site's usual picking time goods count as not picked. Own choice, grade O: the
usual time is what plans count with; half of all shipments take longer."""


def picking_due(shipment: Shipment, times: SiteTimes) -> datetime | None:
    """Until when goods that have flown in for their inspection are to be picked at the terminal.

    None before the last flight has landed, once they have moved on from it, and when they are
    inspected before they fly. Never before the landing had been known for a while.
    """
    running = [leg for leg in shipment.legs if leg.runs]
    flights = [leg for leg in running if leg.mode is LegMode.AIR]
    inspected_from = inspection_arrival(shipment.legs, shipment.site_id)
    if not flights or inspected_from is None:
        return None
    flight = flights[-1]
    landed, told = flight.actual_arrival, flight.arrival_told_at
    moved_on = any(
        leg.ordinal > flight.ordinal and leg.actual_departure is not None for leg in running
    )
    if landed is None or moved_on or inspected_from < landed:
        return None
    due = ready_at(landed, times.picking) + PICKING_GRACE
    return due if told is None else max(due, told + NEWS_ALLOWANCE)


def plan_inspection(
    shipment: Shipment, times: SiteTimes, viable: Sequence[datetime], now: datetime
) -> InspectionPlan:
    """Count back from the earliest deadline, and forward from the arrival.

    `viable` are the ends of viability in the order in which they are wanted: inside the label
    first, past it second. A deadline that no inspection can meet any more gives way to the next;
    the last one stands even then.
    """
    plan = InspectionPlan()
    for until in viable or (None,):
        plan = _count_back(shipment, times, until)
        spare = plan.slack(now)
        if spare is None or spare >= timedelta(0):
            break
    return plan


def _count_back(
    shipment: Shipment, times: SiteTimes, viable_until: datetime | None
) -> InspectionPlan:
    eta = inspection_arrival(shipment.legs, shipment.site_id)
    ready = None if eta is None else ready_at(eta, times.picking)
    found = earliest_deadline(viable_until, shipment.needed_by, shipment.cut_off)
    if found is None:
        return InspectionPlan(ready_at=ready)
    deadline, binding = found
    return InspectionPlan(
        deadline=deadline,
        binding_deadline=binding,
        latest_start=latest_inspection_start(
            deadline, times.onward, times.receiving, times.inspection
        ),
        ready_at=ready,
    )
