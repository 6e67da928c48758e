"""What a forecast must not promise, and what must not frighten: lids, returns, swaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import exp, log

import pytest

from services.core.domain.viability.assessment import assess, continues, fold
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
    """12 °C falls to 5 °C within five minutes; once it stands there nothing points at 2 °C."""
    pieces = [[0, 60, 5.0, 12.0], [60, 65, 12.0, 5.0], [65, 180, 5.0, 5.0]]
    points = [(m, c + 0.05 * (-1) ** i) for i, (m, c) in enumerate(pieces_to_points(pieces))]
    found = samples(points)
    warned = [
        minute
        for minute in range(66, 180)
        if "leaving_label" in codes(judged([s for s in found if s.placed_us <= to(minute)], minute))
    ]
    assert warned == []


@pytest.mark.parametrize("every_s", [10, 60])
def test_a_return_that_goes_on_to_the_other_side_warns_of_it(every_s: float) -> None:
    """11 K/h from 12 °C on: 2 °C is reached at minute 114.5."""
    pieces = [[0, 60, 5.0, 12.0], [60, 120, 12.0, 1.0]]
    points = pieces_to_points(pieces, every_s)
    found = samples([(m, c + 0.05 * (-1) ** i) for i, (m, c) in enumerate(points)])
    for minute in (90, 110):
        verdict = judged([s for s in found if s.placed_us <= to(minute)], minute)
        assert "leaving_label" in codes(verdict)
        assert verdict.viable_until is not None
        assert verdict.viable_until.p50 == pytest.approx(at(114.5), abs=timedelta(minutes=5))


def test_a_probe_that_jumps_brings_the_end_forward_for_two_hours_at_most() -> None:
    """0.8 K between two readings, then calm: a step is a movement until it is forgotten."""
    points = [(m, (5.8 if m >= 120 else 5.0) + 0.03 * (-1) ** m) for m in range(300)]
    found = samples(points)
    ends = [
        judged([s for s in found if s.placed_us <= to(minute)], minute).viable_until
        for minute in range(120, 300, 5)
    ]
    assert all(end is not None and end.p10 <= end.p50 <= HOLD_ENDS for end in ends)
    early = [end is not None and end.p10 < HOLD_ENDS for end in ends]
    assert any(early)
    assert not any(early[24:])


def test_what_trembles_at_the_edge_of_the_label_keeps_its_trend() -> None:
    """0.5 K/h through 8 °C, by 0.1 K to and fro: 25 °C is out of sight, the trend is not lost."""
    points = [(m, 7.0 + m / 120 + 0.1 * (-1) ** m) for m in range(150)]
    state = fold(a_case(heard_min=149), None, samples(points))
    line = state.trend.line(0.05)
    assert line is not None
    assert line.slope_k_per_h == pytest.approx(0.5, abs=0.2)
    assert state.trend.w > 25


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


LAID_IN = samples(
    [
        *((60 + m, 7.0 - 2.0 * exp(-m / 4)) for m in range(1, 41)),
        *((100 + m, 7.0 + 2 * m / 60) for m in range(1, 26)),
    ]
)
"""A warm bag comes in at minute 60: the probe follows it from 5 to 7 °C with 4 min; from minute 100
on the box warms by 2 K/h and leaves its label at minute 130."""


def test_a_warm_bag_laid_in_is_no_trend_of_the_one_that_stayed() -> None:
    """Likely the hold time is kept, cautiously the warming goes on; later trends count again."""
    case = replace(a_case(heard_min=66), joined=(at(60),))
    at_once = assess(case, None, CALM + LAID_IN[:6], at(66)).assessment.viable_until
    later = assess(case, None, CALM + LAID_IN, at(125)).assessment.viable_until
    unknown = judged(CALM + LAID_IN[:6], 66).viable_until
    assert at_once is not None
    assert later is not None
    assert unknown is not None
    assert unknown.p50 < at(120)  # nobody has entered that it came
    assert at_once.p50 == HOLD_ENDS
    assert at_once.p10 < at(120)
    assert later.p50 == pytest.approx(at(130), abs=timedelta(minutes=5))


def test_the_bag_that_goes_on_alone_after_a_split_keeps_its_trend() -> None:
    """Only the one that leaves is in another box; that of the box is left where it was."""
    warming = samples(pieces_to_points([[0, 60, 4.0, 6.0]]))
    left = [s._replace(box_id="CB-0002") for s in samples([(m, 6.0) for m in range(61, 81)])]
    stayed = samples(pieces_to_points([[61, 80, 6.0 + 2 / 60, 6.0 + 40 / 60]]))
    for rest, until in ((left, HOLD_ENDS), (stayed, at(120))):
        verdict = judged(warming + rest, 80)
        assert verdict.viable_until is not None
        assert verdict.viable_until.p50 == pytest.approx(until, abs=timedelta(seconds=1))


def test_what_was_laid_in_is_known_to_the_checkpoint_from_its_reading_on() -> None:
    """Half and half gives the same bytes; what is entered later is judged from before it."""
    alone = a_case(heard_min=125)
    case, found = replace(alone, joined=(at(60.5),)), CALM + LAID_IN
    whole = fold(case, None, found)
    for cut in (30, 61, 62, 90):
        half = fold(case, None, found[:cut])
        assert fold(case, half, found[cut:]).to_document() == whole.to_document()
    assert continues(case, fold(alone, None, CALM), LAID_IN)
    assert not continues(case, fold(alone, None, found[:80]), found[80:])
