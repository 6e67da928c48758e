"""The forecast against lines whose crossings are known exactly."""

from __future__ import annotations

from datetime import timedelta
from math import exp, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.domain.viability.assessment import assess
from services.core.domain.viability.profile import MaterialProfile
from services.core.domain.viability.shipped import CART_CRYO_150, SHIPPED_PROFILES
from services.core.domain.viability.trend import Trend
from services.core.domain.viability.verdict import BindingConstraint, Condition
from tests.support.effort import examples
from tests.unit.viability.builders import a_case, a_profile, at, pieces_to_points, ramp, samples


@given(slope=st.floats(1.0, 40.0), every_s=st.sampled_from([10, 60, 300]))
@settings(max_examples=examples(60), deadline=None)
def test_a_straight_line_meets_the_limit_when_it_must(slope: float, every_s: int) -> None:
    """From 3 °C the label's 8 °C is 5 K away: 5 / slope hours, asked after half of that."""
    cross_min = 300 / slope
    half_min = cross_min / 2
    points = ramp(0, half_min, 3.0, 3.0 + slope * half_min / 60, every_s)
    verdict = assess(a_case(heard_min=half_min), None, samples(points), at(half_min)).assessment
    if verdict.forecast is None:  # too few readings for a line
        assert len(points) < 16
        return
    assert verdict.viable_until is not None
    assert verdict.viable_until.p50 == pytest.approx(at(cross_min), abs=timedelta(seconds=1))
    assert verdict.viable_until.p10 <= verdict.viable_until.p50
    assert verdict.binding_constraint is BindingConstraint.LABEL_LIMIT


def test_the_cautious_bounds_are_those_of_the_formulas() -> None:
    """Equal weights cannot be had; so the sums are done again here, term by term."""
    tau_h, noise = 0.5, 0.05
    readings = [(i / 60, 5.0 + 0.8 * i / 60 + (0.1 if i % 2 else -0.1)) for i in range(90)]
    trend = Trend()
    for i, (hour, temp_c) in enumerate(readings):
        trend.add(hour - readings[i - 1][0] if i else 0.0, temp_c, tau_h)
    line = trend.line(noise)

    newest = readings[-1][0]
    weights = [exp(-(newest - hour) / tau_h) for hour, _ in readings]
    total = sum(weights)
    mean_u = sum(w * (h - newest) for w, (h, _) in zip(weights, readings, strict=True)) / total
    mean_t = sum(w * t for w, (_, t) in zip(weights, readings, strict=True)) / total
    spread = sum(
        w * (h - newest - mean_u) ** 2 for w, (h, _) in zip(weights, readings, strict=True)
    )
    slope = (
        sum(
            w * (h - newest - mean_u) * (t - mean_t)
            for w, (h, t) in zip(weights, readings, strict=True)
        )
        / spread
    )
    rest = sum(
        w * (t - mean_t - slope * (h - newest - mean_u)) ** 2
        for w, (h, t) in zip(weights, readings, strict=True)
    )
    effective = total**2 / sum(w * w for w in weights)
    variance = rest / total * effective / (effective - 2)
    assert line is not None
    assert line.slope_k_per_h == pytest.approx(slope)
    assert line.level_c == pytest.approx(mean_t - slope * mean_u)
    assert line.slope_error_k_per_h == pytest.approx(sqrt(variance / effective * total / spread))
    assert line.level_error_k == pytest.approx(
        sqrt(variance / effective * (1 + mean_u**2 * total / spread))
    )


def test_a_dewar_that_breaks_after_hours_of_calm_is_forecast_by_its_new_slope() -> None:
    """−160 °C for 3 h, then 30 K/h: −135 °C lies 50 min after the break, at minute 230."""
    points = pieces_to_points([[0, 180, -160.0, -160.0], [180, 205, -160.0, -147.5]], 30)
    verdict = assess(
        a_case(CART_CRYO_150, heard_min=205), None, samples(points), at(205)
    ).assessment
    assert verdict.condition is Condition.EXCURSION
    assert verdict.viable_until is not None
    assert verdict.viable_until.p10 <= at(230) + timedelta(minutes=2)
    assert verdict.viable_until.p50 == pytest.approx(at(230), abs=timedelta(minutes=5))


@pytest.mark.parametrize("noise_k", [0.0, 0.1])
def test_a_calm_box_keeps_its_whole_hold_time(noise_k: float) -> None:
    points = [(m, 5.0 + noise_k * (-1) ** m) for m in range(360)]
    verdict = assess(a_case(heard_min=359), None, samples(points), at(359)).assessment
    assert verdict.viable_until is not None
    assert verdict.viable_until.p10 == verdict.viable_until.p50 == at(72 * 60)


EDGES = [
    pytest.param(profile, edge, id=f"{profile.profile_id} at {edge:g}")
    for profile in SHIPPED_PROFILES
    for edge in (profile.label_lo_c, profile.label_hi_c)
    if edge is not None
]


@pytest.mark.parametrize("age_binds", [False, True])
@pytest.mark.parametrize(("shipped", "edge_c"), EDGES)
def test_held_at_either_label_edge_each_profile_reaches_its_full_hold(
    shipped: MaterialProfile, edge_c: float, age_binds: bool
) -> None:
    """Also where the sponsor's switch makes the rate table binding: r is at most 1 in the label."""
    profile = a_profile(shipped, age_binds=age_binds and shipped.rate_table is not None)
    hold_min = round(profile.value("hold_h") * 60)
    points = [(m, edge_c) for m in range(0, hold_min, 5)]
    case = a_case(profile, heard_min=hold_min - 5)
    verdict = assess(case, None, samples(points), at(hold_min - 1)).assessment
    assert verdict.viable_until is not None
    assert verdict.viable_until.p10 == verdict.viable_until.p50 == at(hold_min)
    assert verdict.in_label_until == at(hold_min)
    assert (verdict.broken, verdict.qa_hold, verdict.excursions) == ((), False, ())
    over = assess(case, None, samples(points), at(hold_min)).assessment
    assert over.condition is Condition.EXPIRED
