"""Tells when the wall clock was set, or the machine slept: it moved otherwise than time passes."""

from __future__ import annotations

from datetime import timedelta

from services.core.domain.telemetry import TOLERATED
from services.core.runtime.clock import Clock

STEP_S = 30.0
"""Less is what machines correct by themselves, and less than any silence allowed. Grade O."""


DOUBTED_S = 24 * 3600.0
"""So long a clock that was set and not set back is doubted; after that it is the one there is. Own
choice, grade O."""


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


class ClockDoubt:
    """Whether this machine's clock was set lately, and not back: others cannot be judged by it.

    By a server that was set back two hours every box is two hours ahead, for as long as its boot
    lasts. What is set back by as much is right again at once.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock, self._steps = clock, ClockSteps(clock)
        self._moved, self._since_s = timedelta(0), 0.0

    def __call__(self) -> bool:
        """To be asked whenever a clock is to be judged."""
        elapsed_s = self._clock.monotonic_s()
        moved = self._steps.step()
        if moved is not None:
            self._moved, self._since_s = self._moved + moved, elapsed_s
        elif elapsed_s - self._since_s > DOUBTED_S:
            self._moved = timedelta(0)
        return abs(self._moved) > TOLERATED * self._clock.rate
