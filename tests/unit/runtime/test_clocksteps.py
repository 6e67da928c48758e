"""A clock that was set is told from one that runs."""

from datetime import UTC, datetime, timedelta

import pytest

from services.core.runtime.clock import FixedClock
from services.core.runtime.clocksteps import DOUBTED_S, ClockDoubt, ClockSteps


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
    assert not doubted()
    clock.step(timedelta(hours=hours))
    clock.advance(timedelta(minutes=10))
    assert doubted()
    clock.step(timedelta(hours=-hours, seconds=40))
    assert not doubted()


def test_a_clock_that_is_not_set_back_is_the_one_there_is_after_a_day() -> None:
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    doubted = ClockDoubt(clock)
    clock.step(timedelta(hours=-2))
    assert doubted()
    clock.advance(timedelta(seconds=DOUBTED_S - 1))
    assert doubted()
    clock.advance(timedelta(seconds=2))
    assert not doubted()


def test_corrections_that_are_tolerated_raise_no_doubt() -> None:
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    doubted = ClockDoubt(clock)
    clock.step(timedelta(seconds=119))
    assert not doubted()
