"""A clock that was set is told from one that runs."""

from datetime import UTC, datetime, timedelta

import pytest

from services.core.runtime.clock import FixedClock
from services.core.runtime.clocksteps import ClockSteps


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
