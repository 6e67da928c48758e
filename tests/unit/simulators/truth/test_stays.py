"""Stays outside the label and passings of limits, against closed forms."""

import math
from collections.abc import Callable

import pytest

from simulators.truth.limits import Bound, Delays
from simulators.truth.series import Series
from simulators.truth.stays import Sharpness, Stay, find_stays

MINUTE = 60.0
HIGH = Bound(kind="label", side="high", level_c=8.0)
LOW = Bound(kind="label", side="low", level_c=2.0)
DELAYS = Delays(deadband_k=0.3, on_delay_s=5 * MINUTE, off_delay_s=10 * MINUTE)


def line(temp_at: Callable[[float], float], minutes: int, step_s: float = MINUTE) -> Series:
    """A temperature as a function of minutes, sampled."""
    steps = range(int(minutes * MINUTE / step_s) + 1)
    return Series((n * step_s for n in steps), (temp_at(n * step_s / MINUTE) for n in steps))


def between(*points: tuple[float, float]) -> Series:
    """Straight lines through (minute, temperature)."""
    return Series((at * MINUTE for at, _ in points), (temp_c for _, temp_c in points))


def stays(series: Series, bound: Bound = HIGH, **sharpness: float) -> list[Stay]:
    return find_stays(series, bound, DELAYS, Sharpness(**sharpness))


@pytest.mark.parametrize("step_s", [10.0, 60.0, 420.0])
def test_constant_warming_leaves_the_label_at_a_known_instant(step_s: float) -> None:
    """5 °C and 0.1 K a minute: 8 °C after thirty minutes, whatever the sampling."""
    (stay,) = stays(line(lambda minute: 5 + 0.1 * minute, 60, step_s))
    assert stay.began_s == pytest.approx(30 * MINUTE)
    assert stay.inside_s is None


def test_exponential_warming_passes_a_level_when_the_logarithm_says() -> None:
    """From 5 °C towards 21 °C with τ = 3 h: t = τ ln(16 / (21 − 8))."""
    series = line(lambda minute: 21 - 16 * math.exp(-minute / 180), 240)
    expected_s = 180 * MINUTE * math.log(16 / 13)
    assert series.first_beyond(1.0, 8.0) == pytest.approx(expected_s, abs=0.5)


def test_cooling_leaves_on_the_low_side() -> None:
    (stay,) = stays(line(lambda minute: 5 - 0.1 * minute, 60), LOW)
    assert stay.side == "low"
    assert stay.began_s == pytest.approx(30 * MINUTE)


def test_it_is_inside_again_by_the_deadband_and_over_after_the_off_delay() -> None:
    """Up and down by 0.1 K a minute: 8.0 at 30 and 50 min, 7.7 at 53."""
    (stay,) = stays(between((0, 5), (40, 9), (80, 5)))
    assert stay.began_s == pytest.approx(30 * MINUTE)
    assert stay.inside_s == pytest.approx(53 * MINUTE)
    assert stay.over_s == pytest.approx(63 * MINUTE)
    assert stay.peak_c == 9


def test_a_stay_shorter_than_the_on_delay_never_was_one() -> None:
    assert stays(between((0, 7), (10, 8.1), (12, 7), (60, 7))) == []


def test_two_leavings_within_the_off_delay_are_one_stay() -> None:
    series = between((0, 9), (10, 9), (11, 7), (15, 7), (16, 9), (30, 9), (31, 7), (60, 7))
    assert len(stays(series)) == 1


def test_two_leavings_further_apart_are_two_stays() -> None:
    series = between((0, 9), (10, 9), (11, 7), (25, 7), (26, 9), (40, 9), (41, 7), (60, 7))
    first, second = stays(series)
    assert first.over_s is not None
    assert first.over_s < second.began_s


def test_off_delay_ends_between_two_distant_points() -> None:
    series = between((0, 9), (10, 9), (11, 7), (35, 9), (50, 9))
    assert len(stays(series)) == 2


def test_one_that_just_counts_is_not_certain_and_one_that_just_does_not_is_possible() -> None:
    # Above 8 from 7.5 to 12.5 min, inside at 14: 6.5 min outside, peak half a kelvin over.
    series = between((0, 5), (10, 9), (12, 8.2), (14, 7.7), (60, 5))
    assert len(stays(series)) == 1
    assert stays(series, longer_s=3 * MINUTE) == []
    assert stays(series, margin_k=1.0) == []
    brief = between((0, 7), (10, 8.1), (12, 7), (60, 7))
    assert len(stays(brief, margin_k=-0.5, longer_s=-MINUTE)) == 1


def test_time_beyond_a_level_is_the_area_of_the_triangle_above_it() -> None:
    """A peak of 9 with 0.1 K a minute on both sides is above 8 for twenty minutes."""
    series = between((0, 5), (40, 9), (80, 5))
    assert series.seconds_beyond(1.0, 8.0) == pytest.approx(20 * MINUTE)
    assert series.seconds_beyond(-1.0, 2.0) == 0


def test_a_summary_keeps_the_extremes_of_each_stretch() -> None:
    series = line(lambda minute: minute, 29)
    rows = series.summary(600.0)
    assert [row[0] for row in rows] == [0, 600, 1200]
    assert rows[1] == (600, 10.0, 14.5, 19.0)
