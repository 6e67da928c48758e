"""The model's parts against figures worked out by hand: age, lag, bands, container, the rest."""

from __future__ import annotations

from datetime import timedelta
from math import exp
from random import Random

import pytest

from services.core.domain.viability.assessment import assess
from services.core.domain.viability.case import Case, Clocks
from services.core.domain.viability.container import ContainerKind
from services.core.domain.viability.rates import PROXY_CD34_2006
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.shipped import CART_CRYO_150, LEUKAPHERESIS_FRESH_2_8
from services.core.domain.viability.verdict import (
    BindingConstraint,
    Condition,
    Evidence,
)
from tests.unit.viability.builders import a_case, a_profile, a_sample, at, pieces_to_points
from tests.unit.viability.judged import Steps, budget, steps, verdict_of


@pytest.mark.parametrize(
    ("temp_c", "rate"),
    [(2, 0.88), (5, 1.0), (8, 1.13), (15, 1.51), (21, 1.9), (25, 3.85), (30, 9.1)],
)
def test_the_literature_table_gives_the_rates_of_the_paper(temp_c: float, rate: float) -> None:
    assert PROXY_CD34_2006.raw(temp_c) == pytest.approx(rate, rel=0.01)


THE_VECTOR: Steps = [(0, 30, 5.0), (30, 36, 15.0)]


def test_with_the_sponsors_switch_the_age_budget_binds() -> None:
    """30 h at 5 °C + 6 h at 15 °C: 30 + 6 × 1.506 = 39.04 h (the paper: 39.05); 32.96 are left."""
    profile = a_profile(age_binds=True)
    verdict = verdict_of(profile, steps(THE_VECTOR))
    aged = budget(verdict, "age")
    assert aged.used / timedelta(hours=1) == pytest.approx(39.05, abs=0.02)
    assert (aged.limit - aged.used) / timedelta(hours=1) == pytest.approx(32.95, abs=0.02)
    assert verdict.binding_constraint is BindingConstraint.AGE_BUDGET
    assert verdict.viable_until is not None
    left_h = (verdict.viable_until.p10 - at(36 * 60)) / timedelta(hours=1)
    assert left_h == pytest.approx(32.96 / 1.506, abs=0.02)


def test_without_it_the_age_is_shown_and_the_hold_time_binds() -> None:
    verdict = verdict_of(LEUKAPHERESIS_FRESH_2_8, steps([*THE_VECTOR, (36, 40, 5.0)]))
    assert not budget(verdict, "age").binding
    assert verdict.binding_constraint is BindingConstraint.HOLD_CLOCK
    assert verdict.viable_until is not None
    assert verdict.viable_until.p10 == at(72 * 60)


@pytest.mark.parametrize("edge_c", [2.0, 8.0])
def test_inside_the_label_age_never_runs_faster_than_the_clock(edge_c: float) -> None:
    profile = a_profile(age_binds=True)
    verdict = verdict_of(profile, steps([(0, 71.9, edge_c)]))
    assert budget(verdict, "age").used <= budget(verdict, "hold").used
    assert verdict.viable_until is not None
    assert verdict.viable_until.p10 == at(72 * 60)


@pytest.mark.parametrize(("minutes", "rise_k"), [(2, 1.43), (10, 5.90), (20, 9.48)])
def test_the_product_follows_the_air_by_its_time_constant(minutes: float, rise_k: float) -> None:
    """τ = 20 min, air +15 K: 15 · (1 − e^(−t/20))."""
    profile = a_profile(numbers={"lag_tau_min": 20.0})
    verdict = verdict_of(profile, [(0.0, 5.0), (minutes, 20.0)])
    assert verdict.product_c == pytest.approx(5.0 + rise_k, abs=0.005)
    assert verdict.product_c == pytest.approx(5.0 + 15 * (1 - exp(-minutes / 20)))


def test_air_outside_the_label_warns_before_the_product_is() -> None:
    profile = a_profile(numbers={"lag_tau_min": 20.0})
    verdict = verdict_of(profile, [(0.0, 5.0), (2.0, 20.0)])
    assert verdict.condition is Condition.WARNING
    assert "air_outside_label" in [reason["code"] for reason in verdict.reasons]


@pytest.mark.parametrize(
    ("parts", "kinetic_c"),
    [([(0, 18, 5.0), (18, 24, 14.0)], 8.29), ([(0, 20, 5.0), (20, 24, 15.0)], 7.70)],
)
def test_the_mean_kinetic_temperature_is_the_papers(parts: Steps, kinetic_c: float) -> None:
    verdict = verdict_of(LEUKAPHERESIS_FRESH_2_8, steps(parts, every_min=1.0))
    assert verdict.kinetic_c == pytest.approx(kinetic_c, abs=0.02)


def test_a_frozen_product_has_no_mean_kinetic_temperature() -> None:
    assert verdict_of(CART_CRYO_150, steps([(0, 24, -160.0)])).kinetic_c is None


def test_crossings_of_the_glass_transition_are_counted_and_timed() -> None:
    """−140 → −130 and back, 10 min each way, twice: above −135 for 10 min each time."""
    points = [(0, -140.0), (10, -130.0), (20, -140.0), (30, -130.0), (40, -140.0)]
    verdict = verdict_of(CART_CRYO_150, [(float(m), c) for m, c in points])
    assert verdict.glass_transitions == 2
    assert verdict.above_glass_transition == timedelta(minutes=20)


def a_dewar(tilts: list[float], *, binding: bool = True) -> tuple[Case, list[Sample]]:
    """One reading each 5 min at −190 °C, leaning as given; nominal 240 h, derated to 168 h."""
    numbers = {"container_hold_h": 240.0}
    profile = a_profile(CART_CRYO_150, numbers, binding=binding)
    case = Case(
        profile=profile,
        clocks=Clocks(collection_end=at(0), pack_closed_at=at(0), container_charged_at=at(-600)),
    )
    found = [a_sample(5.0 * n, -190.0, tilt_deg=tilt) for n, tilt in enumerate(tilts)]
    return case, found


def test_a_dry_shipper_on_its_side_loses_its_charge_36_times_faster() -> None:
    """10 h before packing upright, 1 h upright, 2 h on its side: 11 + 2 × 36 = 83 h used.

    Likely 240 − 83 = 157 h are left, cautiously 168 − 83 = 85 h, or 85 / 36 h if it stays so.
    """
    case, found = a_dewar([0.0] * 12 + [80.0] * 25)
    verdict = assess(case, None, found, at(180)).assessment
    charge = budget(verdict, "container")
    assert charge.used == timedelta(hours=83)
    assert verdict.container is not None
    assert verdict.container.remaining == timedelta(hours=157)
    assert verdict.container.cautious_remaining == timedelta(hours=85)
    assert verdict.tilted == timedelta(hours=2)
    assert verdict.tilted_since == at(60)
    assert verdict.binding_constraint is BindingConstraint.CONTAINER
    assert verdict.viable_until is not None
    assert verdict.viable_until.p10 == at(180) + timedelta(hours=85) / 36
    assert verdict.viable_until.p50 == at(120 * 60)


def test_the_literatures_dewar_is_shown_and_ends_nothing() -> None:
    case, found = a_dewar([80.0] * 37, binding=False)
    verdict = assess(case, None, found, at(180)).assessment
    assert verdict.container is not None
    assert verdict.binding_constraint is BindingConstraint.HOLD_CLOCK


def test_a_refill_begins_the_hold_time_of_the_container_anew_and_no_budget() -> None:
    case, found = a_dewar([80.0] * 37)
    refilled = [*found, a_sample(181.0, None, event="refilled"), a_sample(185.0, -190.0)]
    verdict = assess(case, None, refilled, at(185)).assessment
    assert budget(verdict, "container").used == timedelta(minutes=4)
    assert budget(verdict, "hold").used == timedelta(minutes=185)


def test_a_measured_temperature_overrules_an_estimate_that_has_run_out() -> None:
    """Upside down for three hours uses 10 + 3 × 60 = 190 h of 168: yet it is −190 °C inside."""
    case, found = a_dewar([170.0] * 37)
    verdict = assess(case, None, found, at(180)).assessment
    assert verdict.container is not None
    assert verdict.container.outlived
    assert verdict.condition is Condition.IN_RANGE
    assert verdict.binding_constraint is BindingConstraint.HOLD_CLOCK


def test_a_passive_box_lasts_by_the_ambient_it_stands_in() -> None:
    """30 h at 30 °C with coolant at 5 °C; 2 h at 17.5 °C use one, 2 h at 30 °C use two."""
    profile = a_profile(
        numbers={"container_hold_h": 30.0, "coolant_melts_c": 5.0, "ambient_qualified_c": 30.0},
        container=ContainerKind.PASSIVE_BOX,
    )
    found = [a_sample(5.0 * n, 5.0, ambient_c=17.5 if n < 24 else 30.0) for n in range(49)]
    verdict = assess(a_case(profile, heard_min=240), None, found, at(240)).assessment
    assert budget(verdict, "container").used == timedelta(hours=3)
    assert verdict.viable_until is not None
    assert verdict.viable_until.p10 == at(240) + timedelta(hours=27)


def test_a_probe_that_used_to_move_and_stands_still_is_not_believed() -> None:
    """Noise for two hours, then one value for 90 min: nothing is known since it began."""
    chance = Random(1)
    noise = [(float(m), round(chance.gauss(5.0, 0.05), 2)) for m in range(120)]
    still = [(float(m), 5.5) for m in range(120, 211)]
    verdict = verdict_of(LEUKAPHERESIS_FRESH_2_8, noise + still)
    assert verdict.evidence is Evidence.UNTRUSTED
    assert verdict.stuck_since == at(120)
    assert verdict.unknown == timedelta(minutes=90)


def test_a_probe_that_has_always_said_the_same_is_believed() -> None:
    verdict = verdict_of(LEUKAPHERESIS_FRESH_2_8, [(float(m), 5.0) for m in range(600)])
    assert verdict.stuck_since is None
    assert verdict.evidence is Evidence.COMPLETE


def test_the_estimate_is_relative_and_from_literature() -> None:
    """24 h at 5 °C: e^(−0.0022 × 24) = 94.9 %, from 90.0 % to 97.6 %."""
    verdict = verdict_of(LEUKAPHERESIS_FRESH_2_8, steps([(0, 24, 5.0)]))
    assert verdict.estimate is not None
    assert verdict.estimate.p50 == pytest.approx(94.9, abs=0.05)
    assert verdict.estimate.p10 == pytest.approx(90.0, abs=0.05)
    assert verdict.estimate.p90 == pytest.approx(97.6, abs=0.05)


def test_the_stays_that_count_and_those_too_short_are_the_time_outside_the_label() -> None:
    """Beyond 8 °C from 60 3/7 to 80 4/7 min, and from 120 3/4 to 122 1/4."""
    pieces = [[0, 60, 5, 5], [60, 61, 5, 12], [61, 80, 12, 12], [80, 81, 12, 5], [81, 120, 5, 5],
              [120, 121, 5, 9], [121, 122, 9, 9], [122, 123, 9, 5], [123, 180, 5, 5]]  # fmt: skip
    verdict = verdict_of(LEUKAPHERESIS_FRESH_2_8, pieces_to_points(pieces))
    (stay,) = verdict.excursions
    second = timedelta(seconds=1)
    assert stay.outside == pytest.approx(timedelta(minutes=20 + 1 / 7), abs=second)
    assert verdict.out_of_label - stay.outside == pytest.approx(timedelta(minutes=1.5), abs=second)
