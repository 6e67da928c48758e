"""Bands against figures worked out by hand: one stay, all stays, and what gaps may have hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.core.domain.viability.verdict import BindingConstraint, Condition
from tests.unit.viability.builders import a_profile
from tests.unit.viability.judged import budget, steps, verdict_of

WARM = {"threshold_c": 8.0, "single_min": 60.0, "cumulative_min": 90.0}


def test_bands_replace_the_label_as_the_deadline_and_count_single_and_cumulative() -> None:
    """Two stays of 40 min at 10 °C: single 40 of 60, cumulative 80 of 90 min."""
    profile = a_profile(bands=[WARM])
    parts = [(0, 1, 5.0), (1, 1 + 2 / 3, 10.0), (1 + 2 / 3, 3, 5.0), (3, 3 + 2 / 3, 10.0)]
    verdict = verdict_of(profile, steps(parts, every_min=2.0))
    single, cumulative = (
        budget(verdict, "band_warm_single"),
        budget(verdict, "band_warm_cumulative"),
    )
    assert single.used / timedelta(minutes=1) == pytest.approx(40, abs=0.1)
    assert cumulative.used / timedelta(minutes=1) == pytest.approx(80, abs=0.1)
    assert verdict.condition is Condition.EXCURSION
    assert verdict.binding_constraint is BindingConstraint.EXCURSION_BUDGET
    assert verdict.viable_until is not None
    assert (verdict.viable_until.p10 - verdict.as_of) / timedelta(minutes=1) == pytest.approx(
        10, abs=0.1
    )


@pytest.mark.parametrize(("minute", "broken"), [(119.0, False), (120.0, True)])
def test_an_allowance_is_used_up_when_its_time_is_reached(minute: float, broken: bool) -> None:
    """Beyond 8 °C from minute 60 to the second; 60 min are allowed in one stay."""
    points = [(0.0, 5.0), (59.0, 8.0), (60.0, 8.0), *((float(m), 9.0) for m in range(61, 121))]
    verdict = verdict_of(a_profile(bands=[WARM]), [p for p in points if p[0] <= minute])
    assert ("band_warm_single" in verdict.broken) is broken
    assert (verdict.condition is Condition.BREACHED) is broken


def test_a_band_from_literature_is_counted_and_ends_nothing() -> None:
    profile = a_profile(bands=[{**WARM, "binding": False}])
    verdict = verdict_of(profile, steps([(0, 1, 5.0), (1, 3, 10.0)]))
    assert budget(verdict, "band_warm_single").is_used_up
    assert verdict.condition is Condition.EXCURSION


def test_a_gap_whose_worst_case_uses_up_a_band_cannot_be_judged() -> None:
    """An hour without data at 7.9 °C: at 3 K/h the worst case is beyond 8 °C for 58 of 30 min."""
    profile = a_profile(
        numbers={"gap_drift_up_k_per_h": 3.0, "on_delay_min": 120.0},
        bands=[{"single_min": 30.0}],
    )
    points = [(float(m), 7.9) for m in (*range(0, 61, 5), *range(120, 181, 5))]
    verdict = verdict_of(profile, points)
    assert verdict.condition is Condition.CANNOT_BE_JUDGED
    assert budget(verdict, "band_warm_single").worst_used == timedelta(minutes=58)


def test_an_earlier_stay_does_not_make_the_one_that_lasts_longer() -> None:
    """40 min at 10 °C, back, then 25 min and 4 min of silence: 29 of 60, at worst the 40 before."""
    parts = [(0, 1, 5.0), (1, 1 + 2 / 3, 10.0), (1 + 2 / 3, 3, 5.0), (3, 3 + 5 / 12, 10.0)]
    points = steps(parts, every_min=2.5)
    verdict = verdict_of(a_profile(bands=[WARM]), points, minute=points[-1][0] + 4)
    single = budget(verdict, "band_warm_single")
    assert single.used / timedelta(minutes=1) == pytest.approx(29, abs=0.1)
    assert single.worst_used / timedelta(minutes=1) == pytest.approx(40, abs=0.1)


def test_what_may_have_been_beyond_in_a_gap_goes_on_behind_it() -> None:
    """5 °C, 20 min without data, then 9 °C: the stay may have begun in the gap.

    At 30 K/h it is beyond 8 °C after 6 min at the earliest: 14 min, and 10 min behind the gap.
    """
    profile = a_profile(numbers={"gap_drift_up_k_per_h": 30.0}, bands=[WARM])
    points = [(float(m), 5.0) for m in range(0, 61, 5)] + [(80.0, 9.0), (85.0, 9.0), (90.0, 9.0)]
    verdict = verdict_of(profile, points)
    single = budget(verdict, "band_warm_single")
    assert single.used / timedelta(minutes=1) == pytest.approx(15, abs=0.01)
    assert single.worst_used > single.used
    assert single.p10_at is not None
    assert single.p10_at - verdict.as_of == single.limit - single.worst_used
