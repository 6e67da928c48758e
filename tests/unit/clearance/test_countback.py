"""The plan of an inspection: which deadline it is counted back from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.core.domain.clearance.countback import (
    InspectionPlan,
    SiteTimes,
    picking_due,
    plan_inspection,
    ranked_start,
)
from services.core.domain.clearance.priority import BindingDeadline
from services.core.domain.identifiers import ShipmentId, SiteId
from services.core.domain.shipment import (
    NEWS_ALLOWANCE,
    LegMode,
    LegStatus,
    Shipment,
    ShipmentLeg,
    ShipmentState,
    inspection_arrival,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TIMES = SiteTimes(
    picking=timedelta(minutes=30),
    inspection=timedelta(minutes=15),
    receiving=timedelta(minutes=30),
    onward=timedelta(minutes=60),
)


def at(hour: float) -> datetime:
    return NOW + timedelta(hours=hour)


def a_leg(ordinal: int, to_code: str, arrives: float, **more: Any) -> ShipmentLeg:
    return ShipmentLeg(
        ordinal=ordinal,
        from_code=more.pop("from_code", "FRA"),
        to_code=to_code,
        mode=more.pop("mode", LegMode.AIR),
        planned_departure=at(arrives - 1),
        planned_arrival=at(arrives),
        **more,
    )


def a_shipment(*legs: ShipmentLeg, **more: Any) -> Shipment:
    return Shipment(
        shipment_id=ShipmentId(UUID(int=1)),
        state=ShipmentState.MOVING,
        legs=legs,
        site_id=SiteId("PVG"),
        **more,
    )


def test_the_earliest_deadline_counts_and_all_that_follows_is_taken_off() -> None:
    plan = plan_inspection(a_shipment(needed_by=at(10), cut_off=at(12)), TIMES, [at(20)], NOW)
    assert (plan.deadline, plan.binding_deadline) == (at(10), BindingDeadline.NEEDED_BY)
    assert plan.latest_start == at(10) - timedelta(minutes=105)


def test_the_label_is_kept_while_an_inspection_can_be_early_enough() -> None:
    plan = plan_inspection(a_shipment(), TIMES, [at(3), at(9)], NOW)
    assert plan.deadline == at(3)


def test_a_label_that_no_inspection_can_keep_gives_way_to_the_limit_behind_it() -> None:
    plan = plan_inspection(a_shipment(), TIMES, [at(1), at(9)], NOW)
    assert plan.deadline == at(9)


def test_the_last_deadline_stands_even_when_nothing_can_meet_it() -> None:
    plan = plan_inspection(a_shipment(), TIMES, [at(0.2), at(1)], NOW)
    assert plan.deadline == at(1)
    spare = plan.slack(NOW)
    assert spare is not None
    assert spare < timedelta(0)


def test_ready_is_the_arrival_at_the_site_plus_picking() -> None:
    legs = (a_leg(1, "PVG", 4), a_leg(2, "ZJ", 6, mode=LegMode.ROAD, from_code="PVG"))
    plan = plan_inspection(a_shipment(*legs), TIMES, [at(20)], NOW)
    assert plan.ready_at == at(4.5)
    assert plan.slack(NOW) == at(20) - timedelta(minutes=105) - at(4.5)


def test_the_best_known_arrival_counts() -> None:
    leg = a_leg(1, "PVG", 4, estimated_arrival=at(5))
    assert inspection_arrival([leg], "PVG") == at(5)
    assert inspection_arrival([a_leg(1, "PVG", 4, actual_arrival=at(3))], "PVG") == at(3)


def test_without_a_leg_to_the_site_the_last_flight_counts() -> None:
    legs = [a_leg(1, "HKG", 2), a_leg(2, "SHA", 4), a_leg(3, "ZJ", 6, mode=LegMode.ROAD)]
    assert inspection_arrival(legs, "PVG") == at(4)
    assert inspection_arrival(legs[2:], "PVG") == at(6)


def test_a_cancelled_flight_does_not_arrive() -> None:
    legs = [a_leg(1, "PVG", 2, status=LegStatus.CANCELLED), a_leg(2, "PVG", 8)]
    assert inspection_arrival(legs, "PVG") == at(8)


def test_goods_that_start_at_the_site_are_there_already() -> None:
    assert inspection_arrival([a_leg(1, "NRT", 4, from_code="PVG")], "PVG") is None


@pytest.mark.parametrize(
    ("spare_min", "moved_min", "ranked_anew"),
    [
        (300, 10, False),
        (300, 10.1, True),
        (300, -10.1, True),
        (100, 10, False),
        (60, 6, False),
        (60, 6.5, True),
        (-20, 9, False),
        (4, 5, True),
        (-2, -5, True),
    ],
)
def test_the_queue_ranks_anew_when_the_latest_start_has_moved_enough(
    spare_min: float, moved_min: float, ranked_anew: bool
) -> None:
    """More than 10 min; below two hours more than a tenth; at once when it can be saved no more,
    or again."""
    latest = NOW + timedelta(minutes=spare_min)
    before = latest - timedelta(minutes=moved_min)
    found = ranked_start(before, InspectionPlan(latest_start=latest), NOW)
    assert found == (latest if ranked_anew else before)


def test_goods_that_have_landed_are_to_be_picked_within_an_hour_of_the_usual_time() -> None:
    flying = a_leg(1, "PVG", 2)
    landed = replace(flying, actual_arrival=at(2.5), status=LegStatus.LANDED)
    assert picking_due(a_shipment(flying), TIMES) is None
    assert picking_due(a_shipment(landed), TIMES) == at(4)
    before = a_leg(1, "HKG", 1, actual_arrival=at(1))
    assert picking_due(a_shipment(before, replace(flying, ordinal=2)), TIMES) is None


def test_a_landing_that_is_told_late_leaves_time_to_tell_of_the_picking() -> None:
    landed = a_leg(1, "PVG", 2, actual_arrival=at(2), status=LegStatus.LANDED)
    in_time, late = replace(landed, arrival_told_at=at(2.1)), replace(landed, arrival_told_at=at(9))
    assert picking_due(a_shipment(in_time), TIMES) == at(3.5)
    assert picking_due(a_shipment(late), TIMES) == at(9) + NEWS_ALLOWANCE


def test_what_is_inspected_before_it_flies_or_has_moved_on_waits_for_no_picking() -> None:
    by_road = a_leg(1, "PVG", 1, mode=LegMode.ROAD, from_code="ZJ", actual_arrival=at(1))
    out = a_leg(2, "FRA", 12, from_code="PVG", actual_arrival=at(12))
    assert picking_due(a_shipment(by_road, out), TIMES) is None
    landed = a_leg(1, "PVG", 2, actual_arrival=at(2))
    onward = a_leg(2, "ZJ", 4, mode=LegMode.ROAD, from_code="PVG")
    assert picking_due(a_shipment(landed, onward), TIMES) == at(3.5)
    gone = replace(onward, actual_departure=at(3))
    assert picking_due(a_shipment(landed, gone), TIMES) is None
