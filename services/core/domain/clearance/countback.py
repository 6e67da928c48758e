"""When a shipment must and can be inspected: from its deadlines, its arrival and its site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.core.domain.clearance.priority import (
    BindingDeadline,
    earliest_deadline,
    latest_inspection_start,
    ready_at,
    slack,
)
from services.core.domain.shipment import Shipment, inspection_arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTimes:
    """How long things take at a site of inspection, and from there to the consignee."""

    picking: timedelta
    inspection: timedelta
    receiving: timedelta
    onward: timedelta


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
