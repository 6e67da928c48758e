"""What a forecast must not promise, and what must not frighten: lids, returns, swaps."""

from __future__ import annotations

from datetime import timedelta
from math import exp, log

import pytest

from services.core.domain.viability.assessment import assess
from services.core.domain.viability.container import ContainerKind
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.verdict import (
    BindingConstraint,
    Condition,
    ViabilityAssessment,
)
from tests.unit.viability.builders import a_case, a_profile, a_sample, at, pieces_to_points, samples

HOLD_ENDS = at(72 * 60)
CALM = samples(pieces_to_points([[0, 60, 5.0, 5.0]]))


def judged(found: list[Sample], now_min: float) -> ViabilityAssessment:
    return assess(a_case(heard_min=now_min), None, found, at(now_min)).assessment


def codes(verdict: ViabilityAssessment) -> set[str]:
    return {reason["code"] for reason in verdict.reasons}


@pytest.mark.parametrize(
    ("ambient_c", "around_c"),
    [(22.0, 22.0), (None, 30.0)],
)
def test_an_open_lid_is_not_counted_on_to_hold(ambient_c: float | None, around_c: float) -> None:
    """From 5 °C towards A with 2 h: 8 °C is reached after 2 h · ln((A − 5)/(A − 8))."""
    open_box = [s._replace(lid_open=s.placed_us >= CALM[50].placed_us, ambient_c=ambient_c)
                for s in CALM]  # fmt: skip
    verdict = judged(open_box, 60)
    assert verdict.viable_until is not None
    ahead = timedelta(hours=2 * log((around_c - 5) / (around_c - 8)))
    assert verdict.viable_until.p10 == pytest.approx(at(60) + ahead, abs=timedelta(seconds=1))
    assert verdict.viable_until.p50 == HOLD_ENDS
    assert verdict.binding_constraint is BindingConstraint.LABEL_LIMIT
    assert verdict.condition is Condition.IN_RANGE


@pytest.mark.parametrize("why", ["shut again", "in a cold store", "another box"])
def test_a_lid_that_can_do_no_harm_moves_no_deadline(why: str) -> None:
    found = [s._replace(lid_open=10 <= i < 50 or why == "in a cold store", ambient_c=4.0)
             for i, s in enumerate(CALM)]  # fmt: skip
    if why == "another box":
        found = [s._replace(lid_open=True) for s in CALM[:50]]
        found += [s._replace(box_id="CB-0002", lid_open=None) for s in CALM[50:]]
    verdict = judged(found, 60)
    assert verdict.viable_until is not None
    assert verdict.viable_until.p10 == HOLD_ENDS


def test_an_open_lid_uses_up_the_charge_25_times_as_fast_cautiously() -> None:
    """30 h at 30 °C: half an hour with the lid open, then shut until 120.

    Likely 2 h are used, cautiously 0.5 + 25 · 0.5 + 1 = 14 h: 16 h are left at minute 120.
    """
    profile = a_profile(
        numbers={"container_hold_h": 30.0, "coolant_melts_c": 5.0, "ambient_qualified_c": 30.0},
        container=ContainerKind.PASSIVE_BOX,
    )
    found = [a_sample(m, 5.0, ambient_c=30.0) for m in range(0, 121, 10)]
    found += [a_sample(30.5, None, event="lid_opened"), a_sample(60.5, None, event="lid_closed")]
    case = a_case(profile, heard_min=120)
    verdict = assess(case, None, found, at(120)).assessment
    assert verdict.container is not None
    assert verdict.container.remaining == timedelta(hours=28)
    assert verdict.container.cautious_remaining == timedelta(hours=16)


def test_a_steep_return_into_the_label_does_not_warn_of_the_other_side() -> None:
    """12 °C falls to 5 °C within five minutes; 35 min later nothing points at 2 °C."""
    pieces = [[0, 60, 5.0, 12.0], [60, 65, 12.0, 5.0], [65, 180, 5.0, 5.0]]
    points = [(m, c + 0.05 * (-1) ** i) for i, (m, c) in enumerate(pieces_to_points(pieces))]
    found = samples(points)
    warned = [
        minute
        for minute in range(66, 180)
        if "leaving_label" in codes(judged([s for s in found if s.placed_us <= to(minute)], minute))
    ]
    assert max(warned, default=0) < 100


def to(minute: int) -> int:
    return a_sample(minute, None).placed_us


def test_in_another_box_the_trend_begins_anew_and_in_the_same_one_again() -> None:
    """Warming at 6 K/h in one box; calm at its last value in the next, and back in the first."""
    warming = samples(pieces_to_points([[0, 20, 4.0, 6.0]]))
    calm = [s._replace(box_id="CB-0002") for s in samples([(m, 6.0) for m in range(21, 31)])]
    back = samples([(m, 6.0) for m in range(31, 41)])
    for found, now_min in ((warming + calm, 30), (warming + calm + back, 40)):
        verdict = judged(found, now_min)
        assert verdict.viable_until is not None
        assert verdict.viable_until.p10 == verdict.viable_until.p50 == HOLD_ENDS


def test_a_probe_that_follows_a_warm_bag_into_another_box_is_no_trend() -> None:
    """At 9.4 °C in the first box; the other's probe follows it from 5 °C with 4 min.

    Likely the hold time is kept, cautiously the warming goes on. After half an hour trends count:
    6 K/h from minute 100 on reach 25 °C at 100 + 60 · 15.6/6 = 256 min.
    """
    warm = samples(pieces_to_points([[0, 60, 9.4, 9.4]]))
    follows = [(60 + m, 9.4 - 4.4 * exp(-m / 4)) for m in range(1, 40)]
    rises = [(100 + m, 9.4 + 6 * m / 60) for m in range(60)]
    other = [s._replace(box_id="CB-0002") for s in samples(follows + rises)]
    at_once, later = judged(warm + other[:12], 72), judged(warm + other, 159)
    assert at_once.viable_until is not None
    assert at_once.viable_until.p50 == HOLD_ENDS
    assert at_once.viable_until.p10 < at(180)
    assert later.viable_until is not None
    assert later.viable_until.p50 == pytest.approx(at(256), abs=timedelta(minutes=10))
