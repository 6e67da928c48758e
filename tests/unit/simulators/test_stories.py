"""Mishaps of journeys: what becomes known and when, what truly happens, what the papers say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from services.core.wire.payload import EventMessage
from simulators.factory import make_box
from simulators.papers import REPACKED, SWAP_FOUND, news_of, shipment_paper
from simulators.plan import BoxPlan, Run, plan_boxes
from simulators.scenario import load_scenario

START = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
RUN = Run(scenario=load_scenario("mishaps"), seed=7, start=START)


def of(story: str) -> list[BoxPlan]:
    return [plan for plan in plan_boxes(RUN, RUN.scenario.boxes) if plan.group.story == story]


def kinds(plan: BoxPlan) -> list[str]:
    return [news.kind for news in news_of(plan)]


def test_an_offloaded_shipment_leaves_hours_after_its_timetable() -> None:
    (plan,) = of("offloaded")
    flight = plan.journey.step("flight")
    assert flight.begins - flight.planned_begin >= timedelta(hours=2)
    told = kinds(plan)
    assert told.index("offloaded") < told.index("departed", told.index("offloaded"))


def test_a_cancelled_flight_is_told_with_the_next_one() -> None:
    news = next(n for n in news_of(of("flight_cancelled")[0]) if n.kind == "leg_cancelled")
    assert news.estimated_departure
    assert news.estimated_arrival
    assert news.at < news.estimated_departure < news.estimated_arrival


def test_a_diverted_flight_departs_on_time_and_lands_two_hours_late() -> None:
    (plan,) = of("diverted")
    flight = plan.journey.step("flight")
    assert flight.begins - flight.planned_begin < timedelta(hours=1)
    assert flight.ends - flight.planned_end > timedelta(hours=1.5)
    assert kinds(plan).index("diverted") < kinds(plan).index("picked")


def test_after_a_cancellation_nothing_is_told() -> None:
    assert kinds(of("cancelled")[0]) == ["cancelled"]


def test_a_split_shipment_is_entered_once_with_two_bags_in_two_boxes() -> None:
    first, second = of("split")
    assert first.reference == second.reference
    assert (first.ships, second.ships) == (True, False)
    bags = shipment_paper(first)["payloads"]
    assert [bag["box_id"] for bag in bags] == [first.box_id, second.box_id]
    assert first.journey is second.journey


def test_swapped_bags_are_entered_in_each_others_box_and_found_by_one() -> None:
    first, second = of("swapped")
    assert shipment_paper(first)["payloads"][0]["box_id"] == second.box_id
    assert shipment_paper(second)["payloads"][0]["box_id"] == first.box_id
    assert [SWAP_FOUND in kinds(plan) for plan in (first, second)] == [True, False]


def test_a_moved_bag_is_entered_once_and_its_move_is_told_at_its_hour() -> None:
    first, second = of("repacked")
    assert (first.ships, second.ships, second.carries) == (True, False, False)
    assert [bag["box_id"] for bag in shipment_paper(first)["payloads"]] == [first.box_id]
    (move,) = (news for news in news_of(first) if news.kind == REPACKED)
    assert move.at == first.story_at == RUN.present - timedelta(seconds=600)
    assert REPACKED not in kinds(second)


def test_a_moved_bag_brings_its_temperature_into_the_other_box() -> None:
    first, second = of("repacked")
    assert first.story_at
    giver, taker = make_box(RUN, first), make_box(RUN, second)
    giver.advance(first.story_at)
    taker.advance(first.story_at - timedelta(seconds=1))
    assert taker.world.box.payload_c < 6 < 8 < giver.world.box.payload_c
    energy_j = taker.world.box.stored_j - taker.world.box.heat_in_j
    taker.advance(first.story_at + timedelta(seconds=60))
    assert taker.world.box.payload_c == pytest.approx(giver.world.box.payload_c, abs=0.3)
    taker.advance(RUN.present)
    assert taker.world.box.payload_c < giver.world.box.payload_c
    kept_j = taker.world.box.stored_j - taker.world.box.heat_in_j
    assert kept_j == pytest.approx(energy_j, abs=1.0)


def test_a_box_is_used_again_after_it_was_emptied_and_charged() -> None:
    (plan,) = of("reused")
    assert plan.former
    assert plan.former.box_id == plan.box_id
    assert plan.former.reference != plan.reference
    assert len(plan.former.reference) <= 12
    assert plan.former.journey.ends < plan.journey.begins
    box = make_box(RUN, plan)
    box.advance(RUN.present)
    events = [r.kind for r in box.log.since(0) if isinstance(r, EventMessage)]
    assert events.index("packed") < events.index("unpacked") < events.index("refilled")


def test_a_bare_probe_says_what_the_air_in_the_box_is_while_the_payload_is_calm() -> None:
    plan = next(
        p for p in plan_boxes(RUN, RUN.scenario.boxes) if p.group.faults and not p.group.story
    )
    bare = replace(plan, group=msgspec.structs.replace(plan.group, probe="air"))
    buffered_box, bare_box = make_box(RUN, plan), make_box(RUN, bare)
    for box in (buffered_box, bare_box):
        box.advance(RUN.present)
    calm_c = buffered_box.world.box.payload_c
    assert bare_box.world.box.payload_c == pytest.approx(calm_c, abs=0.1)
    assert calm_c < 7
    assert bare_box.world.probe.temp_c > buffered_box.world.probe.temp_c + 2


def test_a_cold_store_without_power_warms_and_what_stands_in_it_feels_it() -> None:
    room = next(p for p in plan_boxes(RUN, RUN.scenario.boxes) if p.group.container == "room")
    box = make_box(RUN, room)
    box.advance(RUN.present - timedelta(seconds=1900))
    before_c = box.world.box.payload_c
    box.advance(RUN.present + timedelta(seconds=1700))
    assert box.world.box.payload_c > before_c + 4
    assert not room.ships
