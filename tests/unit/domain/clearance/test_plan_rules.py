"""The rules of the plan, one at a time, and as properties of larger random cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random

import numpy as np
import pytest

from services.core.domain.clearance.plan import Plan, plan
from services.core.domain.clearance.plan_parts import (
    AtSite,
    PlanRules,
    PlanShipment,
    PlanSlot,
    Proposal,
    ProposalKind,
    ReasonCode,
    times_of,
)
from services.core.domain.errors import Invalid
from services.core.domain.identifiers import BayId
from tests.unit.domain.clearance.plan_builders import (
    NOW,
    PVG,
    SLOT,
    ZJ,
    a_booking,
    a_pressed_case,
    a_random_case,
    a_shipment,
    a_slot,
    at,
    slots,
)

RULES = PlanRules()


def proposal(made: Plan, key: str = "A") -> Proposal:
    return next(found for found in made.proposals if found.shipment == key)


@cache
def larger_cases() -> list[tuple[list[PlanShipment], list[PlanSlot], Plan]]:
    """Random cases with their plans; every second one presses booked shipments to give way."""
    found = []
    for seed in range(24):
        shipments, grid = a_random_case(seed, most=12, starts=16, longest=1 + seed % 3)
        if seed % 2:
            shipments, grid = a_pressed_case(seed)
        found.append((shipments, grid, plan(shipments, grid, NOW)))
    return found


def test_a_shipment_gets_the_first_slot_after_it_is_ready() -> None:
    found = proposal(plan([a_shipment(ready=20)], slots(0, 8), NOW))
    assert (found.kind, found.reason.code) == (ProposalKind.BOOK, ReasonCode.FITS_IN_TIME)
    assert found.slot == a_slot(30)
    assert found.reason.minutes == {"spare_min": 600 - 15 - 60 - 30}


def test_the_one_with_less_time_left_goes_first() -> None:
    made = plan([a_shipment("A", safe=900), a_shipment("B", safe=110)], slots(0, 2), NOW)
    assert proposal(made, "B").slot == a_slot(0)
    assert proposal(made, "A").slot == a_slot(15)


def test_an_inspection_of_40_minutes_takes_three_slots_in_a_row() -> None:
    gap = [*slots(0, 2), *slots(45, 3)]
    found = proposal(plan([a_shipment(inspection=40)], gap, NOW))
    assert found.slot == a_slot(45)
    assert found.end == at(90)


def test_a_bay_of_another_class_or_without_the_equipment_is_not_used() -> None:
    needs_refill = a_shipment(equipment=frozenset({"refill"}))
    wrong = [a_slot(0), replace(a_slot(15), bay_class="ambient", equipment=frozenset({"refill"}))]
    right = replace(a_slot(30), equipment=frozenset({"refill", "scale"}))
    assert proposal(plan([needs_refill], wrong, NOW)).reason.code is ReasonCode.NO_FREE_SLOT
    assert proposal(plan([needs_refill], [*wrong, right], NOW)).slot == right


def test_the_site_that_gets_it_to_its_use_sooner_is_chosen() -> None:
    here = a_shipment().sites[PVG]
    sites = {PVG: here, ZJ: replace(here, after=timedelta(minutes=10))}
    far = replace(a_slot(30), site_id=ZJ, bay_id=BayId("ZJ-C1"))
    assert proposal(plan([a_shipment(safe=80, sites=sites)], [a_slot(30), far], NOW)).slot == far


def test_a_bay_with_minutes_of_its_own_is_reckoned_with_them() -> None:
    waiting = a_shipment(safe=200)
    slow = AtSite(ready=at(20), inspection=timedelta(minutes=40), after=timedelta(minutes=60))
    sites = {**waiting.sites, times_of(PVG, "PVG-C2", own=True): slow}
    there = slots(0, 8, bay_id=BayId("PVG-C2"), own_times=True)
    found = proposal(plan([replace(waiting, sites=sites)], there, NOW))
    assert found.slot == there[2]
    assert (found.end, found.reason.minutes["spare_min"]) == (at(75), 70)
    sooner_done = slots(45, 1)
    found = proposal(plan([replace(waiting, sites=sites)], [*there, *sooner_done], NOW))
    assert found.slot == sooner_done[0]


def test_a_reserved_slot_is_kept_for_urgent_ones_until_three_hours_before() -> None:
    kept = replace(a_slot(200), reserved=True)
    calm, urgent = a_shipment(safe=3000), a_shipment(safe=420)
    assert proposal(plan([calm], [kept], NOW)).kind is ProposalKind.TO_PEOPLE
    assert proposal(plan([urgent], [kept], NOW)).reason.code is ReasonCode.FITS_RESERVED
    released = plan([calm], [kept], at(21))
    assert proposal(released).reason.code is ReasonCode.FITS_IN_TIME


def test_without_a_claim_to_the_quota_an_urgent_one_waits_for_the_release() -> None:
    kept = replace(a_slot(200), reserved=True)
    outside = a_shipment(safe=420, quota=False)
    assert proposal(plan([outside], [kept], NOW)).kind is ProposalKind.TO_PEOPLE


def test_one_with_time_to_spare_gives_way_and_is_told_the_minutes() -> None:
    booked = a_shipment("A", safe=2000, booking=a_booking(60))
    hurried = a_shipment("B", safe=140)
    made = plan([booked, hurried], [a_slot(60), a_slot(300)], NOW)
    moved = proposal(made, "A")
    assert (moved.kind, moved.reason.code) == (ProposalKind.BUMP, ReasonCode.LATER_KEEPS_SPARE)
    assert moved.reason.minutes == {"by_min": 240, "kept_min": 240, "spare_min": 1625}
    assert proposal(made, "B").slot == a_slot(60)


@pytest.mark.parametrize(
    "booked",
    [
        a_shipment("A", safe=2000, booking=a_booking(60, bumped=True)),
        a_shipment("A", safe=300 + 75 + 239, booking=a_booking(60)),
    ],
    ids=["bumped once before", "under four hours left afterwards"],
)
def test_who_may_not_be_bumped_keeps_the_slot(booked: PlanShipment) -> None:
    made = plan([booked, a_shipment("B", safe=140)], [a_slot(60), a_slot(300)], NOW)
    assert proposal(made, "A").kind is ProposalKind.KEEP


def test_a_booking_inside_the_freeze_horizon_stays() -> None:
    booked = a_shipment("A", safe=2000, booking=a_booking(45))
    made = plan([booked, a_shipment("B", safe=140)], [a_slot(45), a_slot(300)], NOW)
    assert proposal(made, "A").reason.code is ReasonCode.FROZEN
    assert proposal(made, "A").reason.minutes["start_in_min"] == 45


def test_a_gain_smaller_than_the_move_is_worth_moves_nobody() -> None:
    booked = a_shipment("A", safe=2000, booking=a_booking(120))
    assert proposal(plan([booked], [a_slot(75), a_slot(120)], NOW)).kind is ProposalKind.KEEP


def test_a_flight_that_comes_late_is_given_a_later_slot_and_is_no_no_show() -> None:
    late = a_shipment(ready=200, safe=900, booking=a_booking(120))
    found = proposal(plan([late], slots(120, 8), NOW))
    assert (found.kind, found.reason.code) == (ProposalKind.RELOCATE, ReasonCode.READY_AFTER_SLOT)
    assert found.slot == a_slot(210)


def test_one_ready_within_the_grace_keeps_its_slot() -> None:
    almost = a_shipment(ready=145, safe=900, booking=a_booking(120))
    assert proposal(plan([almost], slots(120, 8), NOW)).kind is ProposalKind.KEEP


def test_who_is_not_shown_within_the_grace_is_planned_anew() -> None:
    missed = a_shipment(ready=-120, safe=900, booking=a_booking(-31))
    found = proposal(plan([missed], slots(0, 4), NOW))
    assert (found.kind, found.reason.code) == (ProposalKind.RELOCATE, ReasonCode.NOT_SHOWN)
    assert found.reason.minutes["grace_min"] == 30
    waiting = a_shipment(ready=-120, safe=900, booking=a_booking(-30))
    assert proposal(plan([waiting], slots(0, 4), NOW)).kind is ProposalKind.KEEP


def test_a_bay_that_became_unfit_sends_its_booking_elsewhere_even_inside_the_horizon() -> None:
    booked = a_shipment(safe=900, booking=a_booking(30))
    found = proposal(plan([booked], slots(30, 4, place=2), NOW))
    assert (found.kind, found.reason.code) == (ProposalKind.RELOCATE, ReasonCode.SLOT_UNUSABLE)


def test_an_inspection_that_has_begun_is_not_touched() -> None:
    begun = a_shipment(safe=2000, booking=a_booking(-15, begun=True))
    assert proposal(plan([begun], [], NOW)).reason.code is ReasonCode.BEGUN


def test_what_no_slot_can_save_takes_none_from_what_can_be_saved() -> None:
    lost, savable = a_shipment("A", safe=70), a_shipment("B", safe=400)
    made = plan([lost, savable], [a_slot(15)], NOW)
    assert proposal(made, "B").slot == a_slot(15)
    assert proposal(made, "A").reason.code is ReasonCode.NO_SLOT_IN_TIME
    assert proposal(made, "A").reason.minutes == {"short_min": 5}


def test_what_no_slot_can_save_keeps_its_booking() -> None:
    lost = a_shipment("A", safe=70, booking=a_booking(90))
    made = plan([lost, a_shipment("B", safe=200)], [a_slot(90)], NOW)
    assert proposal(made, "A").kind is ProposalKind.KEEP
    assert proposal(made, "B").kind is ProposalKind.TO_PEOPLE


def test_without_any_slot_everybody_goes_to_people() -> None:
    made = plan([a_shipment("A"), a_shipment("B", safe=None)], [], NOW)
    assert {found.kind for found in made.proposals} == {ProposalKind.TO_PEOPLE}
    assert made.expected_loss == 2.0


def test_a_key_given_twice_is_refused() -> None:
    with pytest.raises(Invalid, match="twice"):
        plan([a_shipment(), a_shipment()], [], NOW)


def test_nobody_is_bumped_twice_and_four_hours_are_kept() -> None:
    bumps = 0
    for shipments, _grid, made in larger_cases():
        by_key = {shipment.key: shipment for shipment in shipments}
        for found in made.proposals:
            booking = by_key[found.shipment].booking
            if found.kind is ProposalKind.BUMP and booking is not None:
                bumps += 1
                assert not booking.bumped
                assert found.spare is None or found.spare >= RULES.bump_keeps
    assert bumps


def test_nothing_within_the_freeze_horizon_moves_or_is_moved_into() -> None:
    for shipments, _grid, made in larger_cases():
        by_key = {shipment.key: shipment for shipment in shipments}
        for found in made.proposals:
            booking = by_key[found.shipment].booking
            if booking is None or found.kind not in (ProposalKind.ADVANCE, ProposalKind.BUMP):
                continue
            assert booking.start >= NOW + RULES.freeze
            assert found.slot is not None
            assert found.slot.start >= NOW + RULES.freeze


def test_no_cell_is_given_twice() -> None:
    for _shipments, _grid, made in larger_cases():
        held: set[tuple[str, int, object]] = set()
        for found in made.proposals:
            if found.slot is None or found.end is None:
                continue
            start = found.slot.start
            while start < found.end:
                cell = (found.slot.bay_id, found.slot.place, start)
                assert cell not in held
                held.add(cell)
                start += SLOT


def test_reasons_name_no_other_shipment() -> None:
    for shipments, _grid, made in larger_cases():
        keys = {shipment.key for shipment in shipments}
        for found in made.proposals:
            assert all(isinstance(value, int) for value in found.reason.minutes.values())
            assert not keys.intersection(found.reason.minutes)


def test_the_order_in_which_things_are_given_changes_nothing() -> None:
    for seed, (shipments, grid, made) in enumerate(larger_cases()):
        lots = Random(seed)
        shuffled, mixed = list(shipments), list(grid)
        lots.shuffle(shuffled)
        lots.shuffle(mixed)
        assert plan(shuffled, mixed, NOW) == made


def test_a_new_plan_of_the_same_things_proposes_the_same() -> None:
    for shipments, grid, made in larger_cases():
        assert plan(shipments, grid, NOW, previous=made).proposals == made.proposals


def test_after_one_change_the_rows_taken_over_are_those_worked_out_anew() -> None:
    for shipments, grid, made in larger_cases():
        changed = [*shipments[1:], a_shipment("NEW", safe=300)]
        again = plan(changed, grid, at(1), previous=made)
        anew = plan(changed, grid, at(1))
        np.testing.assert_array_equal(again.worked.risks.table, anew.worked.risks.table)
        np.testing.assert_array_equal(again.worked.risks.latest, anew.worked.risks.latest)


def test_after_one_change_nobody_is_worse_off_than_changes_of_mind_are_worth() -> None:
    for shipments, grid, made in larger_cases():
        changed = [*shipments[1:], a_shipment("NEW", safe=300)]
        again, anew = plan(changed, grid, NOW, previous=made), plan(changed, grid, NOW)
        if again.exact:
            assert again.cost <= anew.cost + 1e-9
            worth = RULES.change_of_mind * len(changed)
            assert again.cost >= anew.cost - worth - 1e-9
