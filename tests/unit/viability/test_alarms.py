"""Which alarms a verdict asks for, beyond those of the golden journeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind, priority_of
from services.core.domain.clearance.countback import InspectionPlan, SiteTimes, plan_inspection
from services.core.domain.identifiers import ShipmentId
from services.core.domain.shipment import LegMode, Shipment, ShipmentLeg, ShipmentState
from services.core.domain.viability.alarms import derive_alarms, next_alarm_change
from services.core.domain.viability.assessment import assess
from services.core.domain.viability.missed_slot import MISSED_AFTER, missed_at
from services.core.domain.viability.situation import OpenInspection, Situation
from services.core.domain.viability.verdict import ViabilityAssessment
from tests.unit.viability.builders import a_case, at, pieces_to_points, samples

TIMES = SiteTimes(
    picking=timedelta(minutes=30),
    inspection=timedelta(minutes=15),
    receiving=timedelta(minutes=30),
    onward=timedelta(minutes=60),
)


def alarms_at(
    minute: float,
    points: list[tuple[float, float]],
    *,
    needs_slot: bool = True,
    slot_from: datetime | None = None,
    ready_at: datetime | None = None,
) -> list[DerivedAlarm]:
    now, case = at(minute), a_case(heard_min=minute)
    verdict = assess(case, None, samples(points), now).assessment
    plan = plan_inspection(a_shipment(), TIMES, viable(verdict), now)
    plan = replace(plan, ready_at=ready_at or plan.ready_at)
    situation = Situation(plan=plan, needs_slot=needs_slot, slot_from=slot_from)
    return derive_alarms(case, verdict, situation, now)


def a_shipment() -> Shipment:
    return Shipment(shipment_id=ShipmentId(UUID(int=1)), state=ShipmentState.MOVING)


def viable(verdict: ViabilityAssessment) -> list[datetime]:
    return [u.p10 for u in (verdict.viable_until, verdict.viable_past_label) if u is not None]


def kinds(derived: list[DerivedAlarm]) -> list[AlarmKind]:
    return [alarm.kind for alarm in derived if alarm.raises]


def a_flight(departs: float, arrives: float) -> ShipmentLeg:
    return ShipmentLeg(
        ordinal=1, mode=LegMode.AIR, from_code="FRA", to_code="PVG", radio_off=True,
        planned_departure=at(departs), planned_arrival=at(arrives),
    )  # fmt: skip


SITUATION = Situation(plan=InspectionPlan(), needs_slot=False)
CALM = pieces_to_points([[0, 60, 5.0, 5.0]], 60)
LID = pieces_to_points([[0, 60, 5.0, 5.0], [60, 64, 5.0, 9.0]], 20)
HALF_SPENT = pieces_to_points([[0, 60, 5.0, 5.0], [60, 64, 5.0, 9.0], [64, 80, 9.0, 9.0]], 20)
WARMING = pieces_to_points([[0, 60, 5.0, 5.0], [60, 80, 5.0, 15.0]], 20)


def test_an_opened_lid_rings_nothing() -> None:
    """1 K/min: by the trend 25 °C is 16 min away, yet the label was left one minute ago."""
    assert kinds(alarms_at(64, LID)) == []


def test_a_box_that_has_left_its_label_and_runs_out_of_time_rings_twice_once_each() -> None:
    derived = alarms_at(80, WARMING)
    assert kinds(derived) == [AlarmKind.EXCURSION, AlarmKind.DEADLINE_NEAR]
    near = derived[1]
    assert near.facts["no_slot_in_time"] is True
    assert priority_of(near.kind, near.facts) == 1


def test_a_slot_that_was_missed_when_nothing_can_save_the_cells_any_more_is_most_urgent() -> None:
    near = alarms_at(80, WARMING, needs_slot=False, slot_from=at(60))[-1]
    assert near.kind is AlarmKind.DEADLINE_NEAR
    assert (near.facts["no_slot_in_time"], near.facts["slot_missed_s"]) == (True, 20 * 60)
    assert near.facts["slot_late_s"] is None
    assert priority_of(near.kind, near.facts) == 1


def test_a_departure_of_a_shipment_entered_under_way_may_still_be_told() -> None:
    """Silent by the timetable since minute 60: rings ten minutes after the shipment was entered."""
    case = a_case(heard_min=60)
    contact = replace(case.contact, known_since=at(100))
    case = replace(case, legs=(a_flight(30, 300),), contact=contact)

    def ringing(minute: float) -> list[AlarmKind]:
        verdict = assess(case, None, samples(CALM), at(minute)).assessment
        return kinds(derive_alarms(case, verdict, SITUATION, at(minute)))

    assert ringing(109.9) == []
    assert ringing(110) == [AlarmKind.UNCONFIRMED_SILENCE]
    assert ringing(344) == [AlarmKind.UNCONFIRMED_SILENCE]
    verdict = assess(case, None, samples(CALM), at(100)).assessment
    assert next_alarm_change(case, verdict, SITUATION, at(100)) == at(110)


def test_a_booked_shipment_does_not_ask_for_a_slot() -> None:
    assert kinds(alarms_at(80, WARMING, needs_slot=False)) == [AlarmKind.EXCURSION]


def test_a_slot_after_the_latest_start_saves_nobody_and_rings_as_if_there_were_none() -> None:
    verdict = assess(a_case(heard_min=80), None, samples(HALF_SPENT), at(80)).assessment
    latest = plan_inspection(a_shipment(), TIMES, viable(verdict), at(80)).latest_start
    assert latest is not None
    booked = partial(alarms_at, 80, HALF_SPENT, needs_slot=False)
    assert kinds(booked(slot_from=latest)) == [AlarmKind.EXCURSION]
    derived = booked(slot_from=latest + timedelta(minutes=1))
    assert kinds(derived) == [AlarmKind.EXCURSION, AlarmKind.DEADLINE_NEAR]
    assert (derived[1].facts["no_slot_in_time"], derived[1].facts["slot_late_s"]) == (False, 60)
    # In time itself, yet the goods are not.
    derived = booked(slot_from=latest, ready_at=latest + timedelta(minutes=2))
    assert kinds(derived) == [AlarmKind.EXCURSION, AlarmKind.DEADLINE_NEAR]
    assert derived[1].facts["slot_late_s"] == 120


@pytest.mark.parametrize(
    ("missed_min", "rings"), [(-5, False), (0, False), (0.9, False), (1, True), (16, True)]
)
def test_a_slot_that_has_passed_without_check_in_saves_nobody(
    missed_min: float, rings: bool
) -> None:
    slot = at(80 - missed_min)
    derived = alarms_at(80, HALF_SPENT, needs_slot=False, slot_from=slot)
    near = [one for one in derived if one.kind is AlarmKind.DEADLINE_NEAR and one.raises]
    assert bool(near) is rings
    for one in near:
        assert one.facts["slot_missed_s"] == missed_min * 60
        assert one.facts["slot_late_s"] is None, "it would be told anew with each judging"
        assert one.began_at >= slot


@pytest.mark.parametrize("wait_min", [0, 1, 12])
def test_somebody_looks_again_when_a_slot_is_missed(wait_min: float) -> None:
    """Judged at any instant before, the next change is no later than when the slot is missed."""
    slot = at(70)
    verdict = assess(a_case(heard_min=60), None, samples(CALM), at(60)).assessment
    plan = replace(
        plan_inspection(a_shipment(), TIMES, viable(verdict), at(60)),
        ready_at=slot + timedelta(minutes=wait_min),
    )
    situation = Situation(plan=plan, needs_slot=False, slot_from=slot)
    due = next_alarm_change(a_case(heard_min=60), verdict, situation, at(60))
    assert due is not None
    assert due <= slot + timedelta(minutes=wait_min) + MISSED_AFTER
    assert missed_at(situation) == slot + timedelta(minutes=wait_min) + MISSED_AFTER


def test_who_is_being_inspected_has_missed_nothing() -> None:
    inspection = OpenInspection(since=at(70), until=at(90), is_open=True)
    situation = replace(SITUATION, slot_from=at(60), inspection=inspection)
    assert missed_at(situation) is None


def test_a_near_deadline_that_can_be_met_is_less_urgent_than_an_excursion() -> None:
    assert priority_of(AlarmKind.DEADLINE_NEAR, {"no_slot_in_time": False}) == 2
    assert priority_of(AlarmKind.EXCURSION, {}) == 1
