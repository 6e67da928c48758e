"""A clock that was set is told from one that runs."""

from datetime import UTC, datetime, timedelta

import pytest

from services.core.runtime.clock import FixedClock
from services.core.runtime.clocksteps import DOUBTED_S, ClockDoubt, ClockSteps, Written


def test_time_that_passes_and_small_corrections_are_no_step() -> None:
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    steps = ClockSteps(clock)
    for _ in range(100):
        clock.advance(timedelta(hours=1))
        clock.step(timedelta(seconds=29))
        assert steps.step() is None


@pytest.mark.parametrize("minutes", [120, -120, 0.5, -0.5])
def test_a_step_is_told_once(minutes: float) -> None:
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    steps = ClockSteps(clock)
    clock.advance(timedelta(seconds=5))
    clock.step(timedelta(minutes=minutes))
    assert steps.step() == timedelta(minutes=minutes)
    assert steps.step() is None


@pytest.mark.parametrize("hours", [2, -2])
def test_a_clock_that_was_set_is_doubted_until_it_is_set_back(hours: int) -> None:
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    doubted = ClockDoubt(clock)
    assert not doubted.off
    clock.step(timedelta(hours=hours))
    clock.advance(timedelta(minutes=10))
    assert doubted.off
    clock.step(timedelta(hours=-hours, seconds=40))
    assert not doubted.off


def test_a_clock_that_is_not_set_back_is_the_one_there_is_after_a_day() -> None:
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    doubted = ClockDoubt(clock)
    clock.step(timedelta(hours=-2))
    assert doubted.off
    clock.advance(timedelta(seconds=DOUBTED_S - 1))
    assert doubted.off
    clock.advance(timedelta(seconds=2))
    assert not doubted.off


def test_corrections_that_are_tolerated_raise_no_doubt() -> None:
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    doubted = ClockDoubt(clock)
    clock.step(timedelta(seconds=119))
    assert not doubted.off


def test_a_clock_that_begins_behind_what_was_written_is_doubted_until_it_is_set_past_that() -> None:
    clock = FixedClock(datetime(2026, 11, 22, 10, tzinfo=UTC))
    doubt = ClockDoubt(clock)
    doubt.begin([Written(clock.now() + timedelta(hours=2)), Written(clock.now())])
    assert doubt.off == timedelta(hours=-2)
    clock.advance(timedelta(hours=3))  # It is as wrong as it was, whatever it shows by now.
    assert doubt.off == timedelta(hours=-2)
    clock.step(timedelta(hours=9))
    assert not doubt.off


def test_a_clock_that_begins_with_what_was_written_is_trusted() -> None:
    clock = FixedClock(datetime(2026, 11, 22, 10, tzinfo=UTC))
    for written in ([], [Written(clock.now() + timedelta(seconds=119))], [Written(clock.now())]):
        doubt = ClockDoubt(clock)
        doubt.begin(written)
        assert not doubt.off


@pytest.mark.parametrize("hours", [2, -2])
def test_a_doubt_outlives_the_process(hours: int) -> None:
    """What a process that knew wrote down says it to the next one."""
    off = timedelta(hours=hours)
    clock = FixedClock(datetime(2026, 11, 22, 10, tzinfo=UTC))
    written = [Written(clock.now() - timedelta(minutes=1), off)]
    doubt = ClockDoubt(clock)
    doubt.begin(written)
    assert abs(doubt.off - off) <= timedelta(minutes=1)
    right = FixedClock(clock.now() - off)
    doubt = ClockDoubt(right)
    doubt.begin(written)
    assert not doubt.off


def told_by(boxes: int, lag: timedelta, clock: FixedClock, doubt: ClockDoubt) -> None:
    for box_no in range(boxes):
        doubt.heard(box_no, lag)
    clock.advance(timedelta(seconds=1))


@pytest.mark.parametrize("hours", [2, -2])
def test_five_boxes_that_contradict_the_clock_are_believed_and_four_are_not(hours: int) -> None:
    clock, lag = FixedClock(datetime(2026, 11, 22, tzinfo=UTC)), timedelta(hours=hours)
    doubt = ClockDoubt(clock)
    told_by(4, lag, clock, doubt)
    assert not doubt.off
    told_by(5, lag, clock, doubt)
    assert doubt.off == lag
    clock.step(-lag)
    told_by(5, timedelta(seconds=2), clock, doubt)
    assert not doubt.off


def test_boxes_that_agree_with_the_clock_end_the_doubt_of_what_was_written() -> None:
    """Then it was what was written that was wrong."""
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    doubt = ClockDoubt(clock)
    doubt.begin([Written(clock.now() + timedelta(days=2))])
    told_by(4, timedelta(seconds=1), clock, doubt)
    assert doubt.off == timedelta(days=-2)
    told_by(5, timedelta(seconds=1), clock, doubt)
    assert not doubt.off


def test_boxes_that_do_not_agree_prove_nothing() -> None:
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    doubt = ClockDoubt(clock)
    for box_no in range(12):
        doubt.heard(box_no, timedelta(hours=-box_no))
    assert not doubt.off
