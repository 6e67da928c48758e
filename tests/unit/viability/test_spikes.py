"""A reading that leaps counts when a second one agrees, or when the on-delay is over."""

from __future__ import annotations

from datetime import timedelta

from services.core.domain.units import MINUTE_US
from services.core.domain.viability.assessment import assess
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.verdict import Condition, ViabilityAssessment
from tests.unit.viability.builders import a_case, a_sample, at, pieces_to_points, samples

CALM = samples(pieces_to_points([[0, 60, 5.0, 5.0]]))


def judged(found: list[Sample], now_min: float) -> ViabilityAssessment:
    return assess(a_case(heard_min=now_min), None, found, at(now_min)).assessment


def test_single_readings_that_leap_are_spikes_and_meet_no_limit() -> None:
    """Two past the freezing point within the off-delay, by 11 K in a minute."""
    found = [s._replace(temp_c=-6.0) if i in (20, 24) else s for i, s in enumerate(CALM)]
    verdict = judged(found, 60)
    assert verdict.condition is Condition.IN_RANGE
    assert not verdict.broken
    assert not verdict.excursions
    assert verdict.min_c == 5.0
    assert {"code": "probe_spike", "readings": 2} in verdict.reasons


def test_a_leap_that_a_second_reading_agrees_with_began_when_it_began() -> None:
    found = [s._replace(temp_c=-6.0) if i >= 40 else s for i, s in enumerate(CALM)]
    verdict = judged(found, 60)
    assert verdict.broken == ("freeze_point_low", "label_low")
    stay = verdict.excursions[0]
    assert stay.began_at == at(39) + timedelta(microseconds=round(MINUTE_US * 3 / 11))
    assert all(reason["code"] != "probe_spike" for reason in verdict.reasons)


def test_a_leap_waits_no_longer_than_the_on_delay() -> None:
    """The last reading leaps and nothing follows: after 5 min, the on-delay, it counts."""
    found = [*CALM, a_sample(61, -6.0)]
    before, after = judged(found, 65.99), judged(found, 66)
    assert before.next_change_at == at(66)
    assert not before.broken
    assert after.condition is Condition.BREACHED


def test_a_spike_that_rang_is_taken_back_by_the_next_reading() -> None:
    found = [*CALM, a_sample(61, -6.0), a_sample(71, 5.0)]
    rang, after = judged(found[:-1], 66), judged(found, 71)
    assert rang.condition is Condition.BREACHED
    assert after.condition is Condition.IN_RANGE
    assert not after.broken


def test_a_reading_in_another_box_says_nothing_of_the_leap_before_it() -> None:
    """The bag froze in one box and is calm in the next: what was read last there counts."""
    found = [*CALM, a_sample(61, -6.0), a_sample(62, 5.0, box_id="CB-0002")]
    assert judged(found, 62).condition is Condition.BREACHED
