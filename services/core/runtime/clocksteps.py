"""Tells when the wall clock was set, or the machine slept: it moved otherwise than time passes."""

from __future__ import annotations

from datetime import timedelta

from services.core.runtime.clock import Clock

STEP_S = 30.0
"""Less is what machines correct by themselves, and less than any silence allowed. Grade O."""


class ClockSteps:
    """Compares the wall clock with the one that only runs; asked often, drift is no step."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at, self._elapsed_s = clock.now(), clock.monotonic_s()

    def step(self) -> timedelta | None:
        """By how much the clock was set since this was asked last; None when it was not."""
        now, elapsed_s = self._clock.now(), self._clock.monotonic_s()
        passed = timedelta(seconds=(elapsed_s - self._elapsed_s) * self._clock.rate)
        moved = now - self._at - passed
        self._at, self._elapsed_s = now, elapsed_s
        return moved if abs(moved) >= timedelta(seconds=STEP_S) * self._clock.rate else None
