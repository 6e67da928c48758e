"""Tells when the wall clock was set, or the machine slept: it moved otherwise than time passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.core.domain.telemetry import TOLERATED
from services.core.domain.witnesses import Witnesses
from services.core.runtime.clock import Clock

STEP_S = 30.0
"""Less is what machines correct by themselves, and less than any silence allowed. Grade O."""


DOUBTED_S = 24 * 3600.0
"""So long a clock that was set and not set back, or began behind what was written down, is doubted;
after that it is the one there is. Own choice, grade O."""


@dataclass(frozen=True, slots=True)
class Written:
    """An instant by this clock that was kept, and how far it was doubted then."""

    at: datetime
    off: timedelta = timedelta(0)


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
    """Whether this machine's clock may be wrong: others cannot be judged by it then.

    By a server that was set back two hours every box is two hours ahead, for as long as its boot
    lasts. It is doubted when it was set, until it is set back by as much; when it began behind the
    newest instant that was ever written down, until it is set past that; and when most boxes
    contradict it. Once most agree with it, it is right whatever else is known.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock, self._steps = clock, ClockSteps(clock)
        self._witnesses = Witnesses()
        self._moved, self._owed, self._since_s = timedelta(0), timedelta(0), clock.monotonic_s()
        self._tolerated = TOLERATED * clock.rate

    def begin(self, written: Sequence[Written]) -> None:
        """What was written down before this process began, and how far off its clock was then."""
        now = self._clock.now()
        if not written:
            return
        self._owed = max(one.at - one.off for one in written) - now
        last = max(written, key=lambda one: one.at)
        if last.off > self._tolerated and now >= last.at - self._tolerated:
            self._moved = last.off  # Nobody has set it back meanwhile.

    def heard(self, box_no: int, lag: timedelta) -> None:
        """A live reading was received so long after its box says that it was taken."""
        elapsed_s = self._clock.monotonic_s()
        self._take_step(elapsed_s)
        self._witnesses.heard(box_no, lag, elapsed_s)

    @property
    def off(self) -> timedelta:
        """How far it is from what is right, ahead above zero: nothing when it is not doubted.

        To be asked whenever a clock is to be judged. Behind what was written it may be further.
        """
        elapsed_s = self._clock.monotonic_s()
        self._take_step(elapsed_s)
        self._ask_boxes(elapsed_s)
        if elapsed_s - self._since_s > DOUBTED_S:
            self._moved = self._owed = timedelta(0)
        known = -self._owed if self._owed > self._tolerated else self._moved
        return known if abs(known) > self._tolerated else timedelta(0)

    def _ask_boxes(self, elapsed_s: float) -> None:
        """What most of them say stands above all else."""
        told = self._witnesses.lag(elapsed_s)
        if told is None:
            return
        self._moved, self._owed, self._since_s = told, timedelta(0), elapsed_s

    def _take_step(self, elapsed_s: float) -> None:
        moved = self._steps.step()
        if moved is None:
            return
        self._ask_boxes(elapsed_s)
        self._witnesses.forget()
        self._since_s = elapsed_s
        if self._owed > self._tolerated:
            # Past what was written it may be set as far as it likes: it was off for a while.
            self._owed -= moved
        else:
            self._moved += moved
