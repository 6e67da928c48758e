"""Calibration: what was true, which record is in force, and what the verdict says of it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.domain.errors import Invalid
from services.core.domain.grade import Grade
from services.core.domain.units import to_us
from services.core.domain.viability.assessment import assess, continues
from services.core.domain.viability.calibration import (
    Calibration,
    Calibrator,
    Point,
    Seat,
    check_points,
)
from services.core.domain.viability.case import Case
from services.core.domain.viability.verdict import Evidence
from tests.support.effort import examples
from tests.unit.viability.builders import a_case, a_sample, at

OFFSET: tuple[Point, ...] = ((5.0, 4.0),)
EVER_US = 2**62


def a_record(
    points: tuple[Point, ...] = OFFSET,
    *,
    probe_id: str = "SN-1",
    valid: tuple[float, float] = (-1000, 100_000),
    recorded: float = 0,
) -> Calibration:
    return Calibration(
        probe_id=probe_id,
        points=points,
        valid_from=at(valid[0]),
        valid_until=at(valid[1]),
        recorded_at=at(recorded),
    )


def calibrated_case(*records: Calibration) -> Case:
    seat = Seat("CB-0001", "SN-1", to_us(at(-1000)), None)
    return replace(a_case(heard_min=60), calibrations=records, seats=(seat,))


def true_at(minute: float, *records: Calibration, probe: str | None = "SN-1") -> float | None:
    sample = a_sample(minute, 5.0)._replace(probe=probe)
    found, _ = Calibrator(records).take([sample], 0, EVER_US)
    return found[0].temp_c


def test_points_are_joined_by_straight_lines_and_held_beyond() -> None:
    record = a_record(((0.0, 0.5), (10.0, 9.5)))
    expected = {-20.0: -19.5, 0.0: 0.5, 5.0: 5.0, 7.5: 7.25, 10.0: 9.5, 30.0: 29.5}
    assert {read: record.true(read) for read in expected} == pytest.approx(expected)


@given(
    st.lists(st.floats(-200, 100), min_size=1, max_size=8, unique=True),
    st.floats(-1, 1),
    st.floats(-250, 150),
)
@settings(max_examples=examples(200), deadline=None)
def test_same_deviation_everywhere_is_an_offset_everywhere(
    reads: list[float], offset: float, temp_c: float
) -> None:
    record = a_record(tuple((read, read + offset) for read in sorted(reads)))
    assert record.true(temp_c) == pytest.approx(temp_c + offset)


@pytest.mark.parametrize(
    "points",
    [[], [(5.0, 4.9), (5.0, 5.1)], [(0.0, 5.0), (5.0, 0.0)], [(-300.0, 0.0)], [(0.0, 0.0)] * 33],
)
def test_points_without_a_curve_are_refused(points: list[Point]) -> None:
    with pytest.raises(Invalid) as refused:
        check_points(points)
    assert refused.value.remedy


def test_latest_beginning_is_in_force_and_of_two_the_later_entry() -> None:
    first = a_record(((5.0, 4.0),), valid=(0, 500))
    second = a_record(((5.0, 3.0),), valid=(100, 900), recorded=1)
    amended = a_record(((5.0, 2.0),), valid=(100, 900), recorded=2)
    records = (amended, first, second)
    assert [true_at(minute, *records) for minute in (-1, 0, 99, 100)] == [5.0, 4.0, 4.0, 2.0]


def test_reading_names_its_probe_or_means_the_only_one_in_the_product() -> None:
    assert true_at(1, a_record(), probe="SN-2") == 5.0
    case = calibrated_case(a_record())
    named = assess(case, None, [a_sample(1, 5.0)._replace(probe="SN-1")], at(2))
    unnamed = assess(case, None, [a_sample(1, 5.0)], at(2))
    assert (named.assessment.max_c, unnamed.assessment.max_c) == (4.0, 4.0)
    two = replace(case, seats=(*case.seats, Seat("CB-0001", "SN-9", 0, None)))
    assert assess(two, None, [a_sample(1, 5.0)], at(2)).assessment.max_c == 5.0


def test_error_value_of_a_probe_is_not_calibrated_into_a_measurement() -> None:
    found = assess(calibrated_case(a_record()), None, [a_sample(1, -127.0)], at(2))
    assert found.state.faults == 1
    assert found.assessment.min_c is None


def test_record_that_ran_out_is_applied_and_told() -> None:
    case = calibrated_case(a_record(valid=(0, 30)))
    found = [a_sample(minute, 5.0) for minute in range(60)]
    verdict = assess(case, None, found, at(59)).assessment
    assert verdict.max_c == 4.0
    assert verdict.evidence is Evidence.UNTRUSTED
    reason = {"code": "calibration_expired", "probe": "SN-1", "since": at(30)}
    assert reason in verdict.reasons
    in_time = assess(case, None, found[:30], at(29)).assessment
    assert in_time.evidence is Evidence.COMPLETE


def test_other_record_begins_the_fold_anew_and_is_another_question() -> None:
    found = [a_sample(minute, 5.0) for minute in range(60)]
    before = assess(a_case(heard_min=60), None, found, at(60))
    case = calibrated_case(a_record())
    assert not continues(case, before.state, [a_sample(61, 5.0)])
    after = assess(case, None, found, at(60))
    assert after.assessment.inputs_hash != before.assessment.inputs_hash
    # The same temperatures out of another record are another question too.
    same = calibrated_case(a_record(((5.0, 4.0), (6.0, 5.0))))
    assert assess(same, None, found, at(60)).assessment.inputs_hash != after.assessment.inputs_hash


@given(st.randoms(use_true_random=False), st.integers(0, 60))
@settings(max_examples=examples(40), deadline=None)
def test_order_and_cutting_change_nothing_with_records_that_follow_one_another(
    random: Random, cut: int
) -> None:
    case = calibrated_case(a_record(valid=(0, 20)), a_record(((5.0, 6.0),), valid=(30, 50)))
    found = [a_sample(minute, 4.0 + random.random()) for minute in range(61)]
    shuffled = random.sample(found, len(found))
    whole = assess(case, None, found, at(61))
    assert assess(case, None, shuffled, at(61)) == whole
    first = assess(case, None, found[:cut], at(61)).state
    assert assess(case, first, found[cut:], at(61)).assessment == whole.assessment


def test_grade_of_the_box_is_part_of_the_evidence() -> None:
    found = [a_sample(1, 5.0)]
    case = replace(a_case(heard_min=60), grade=Grade.BEST_EFFORT)
    verdict = assess(case, None, found, at(2)).assessment
    assert {"code": "delivery_grade", "grade": "best_effort"} in verdict.reasons
    assert verdict.inputs_hash != assess(a_case(), None, found, at(2)).assessment.inputs_hash
