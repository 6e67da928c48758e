"""The way a box takes: real distances, no holes in time, radio off in flight only."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from simulators.geography import Point, between, distance_m, noisy_fix
from simulators.lanes import LANES
from simulators.places import PLACES
from simulators.route import Journey, draw_journey

PRESENT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def journey(
    lane: str = "FRA-PVG", *, seed: int = 1, step: str | None = None, share: float = 0.5
) -> Journey:
    """Half way through its middle step, unless another is asked for: the flight of most lanes."""
    steps = LANES[lane].steps
    name = step or steps[len(steps) // 2].name
    return draw_journey(LANES[lane], Random(seed), present=PRESENT, step_name=name, share=share)


def place(code: str) -> Point:
    return Point(PLACES[code].lat, PLACES[code].lon)


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [("FRA", "PVG", 8850), ("NRT", "PVG", 1770), ("HKG", "PVG", 1240), ("LAX", "PVG", 10430)],
)
def test_great_circles_have_the_length_that_airlines_publish(a: str, b: str, km: float) -> None:
    assert distance_m(place(a), place(b)) / 1000 == pytest.approx(km, rel=0.02)


def test_half_way_is_equally_far_from_both_ends() -> None:
    middle = between(place("FRA"), place("PVG"), 0.5)
    assert distance_m(place("FRA"), middle) == pytest.approx(distance_m(middle, place("PVG")))
    assert middle.lat > 55  # the great circle passes over Russia, not along a parallel


def test_the_way_over_the_pacific_crosses_the_date_line_without_a_leap() -> None:
    way = [between(place("LAX"), place("PVG"), share / 100) for share in range(101)]
    legs_km = [distance_m(a, b) / 1000 for a, b in pairwise(way)]
    assert max(legs_km) == pytest.approx(104, rel=0.02)
    assert {point.lon > 0 for point in way} == {True, False}
    assert all(-180 <= point.lon <= 180 for point in way)


def test_a_fix_is_as_wrong_as_it_says() -> None:
    lots, true = Random(3), place("PVG")
    errors = [
        distance_m(true, Point((fix := noisy_fix(true, 10.0, lots)).lat, fix.lon))
        for _ in range(2000)
    ]
    rms = (sum(e * e for e in errors) / len(errors)) ** 0.5
    assert rms == pytest.approx(10.0, rel=0.1)


@pytest.mark.parametrize("lane", sorted(LANES))
def test_segments_follow_one_another_without_holes(lane: str) -> None:
    segments = journey(lane).segments
    assert all(a.ends == b.begins and a.step.to == b.step.at for a, b in pairwise(segments))


@pytest.mark.parametrize("lane", sorted(LANES))
def test_durations_stay_inside_their_spread(lane: str) -> None:
    for seed in range(20):
        for segment in journey(lane, seed=seed).segments:
            hours = (segment.ends - segment.begins) / timedelta(hours=1)
            spread = segment.step.hours
            assert spread.low_h - 0.01 <= hours <= spread.high_h + 0.01


def test_the_journey_stands_at_present_where_it_was_asked_to() -> None:
    segment = journey(step="customs", share=0.25).at(PRESENT)
    assert segment.step.name == "customs"
    assert segment.share(PRESENT) == pytest.approx(0.25, abs=0.001)


def test_the_radio_is_off_in_flight_only() -> None:
    off = [s.step.name for s in journey().segments if not s.radio_on]
    assert off == ["flight"]


def test_a_box_inspected_in_zhangjiang_goes_there_before_customs() -> None:
    names = [s.name for s in LANES["HKG-PVG"].inspected_at("ZJ").steps]
    assert names[-3:] == ["onward", "customs", "handover"]
    assert LANES["HKG-PVG"].inspected_at("PVG") is LANES["HKG-PVG"]


def test_the_cabin_loses_pressure_and_gets_it_back() -> None:
    trip = journey()
    flight = trip.step("flight")
    assert trip.pressure_hpa(flight.begins) == pytest.approx(1013)
    assert trip.pressure_hpa(PRESENT) == pytest.approx(780)
    assert trip.pressure_hpa(flight.ends) == pytest.approx(1013)


def test_an_apron_is_colder_in_a_winter_night_than_on_a_summer_afternoon() -> None:
    fra = PLACES["FRA"]
    night = fra.outdoors_c(datetime(2026, 1, 20, 2, tzinfo=UTC))
    afternoon = fra.outdoors_c(datetime(2026, 7, 20, 14, tzinfo=UTC))
    assert night < 0 < 20 < afternoon


def test_the_same_seed_draws_the_same_journey() -> None:
    assert journey(seed=5).segments == journey(seed=5).segments
    assert journey(seed=5).segments != journey(seed=6).segments
