"""What the boxes say of the server's clock: many that agree are more to be believed than it is."""

from __future__ import annotations

from datetime import timedelta
from statistics import median_low

from services.core.domain.telemetry import TOLERATED

FEWEST = 5
"""So many boxes at least: fewer are wrong together too easily. Own choice, grade O."""

HEARD_S = 600.0
"""What a box has said counts for so long. Own choice, grade O."""

LOOKED_EVERY_S = 1.0
MANY = 100
"""So many are counted again no more often: ten thousand cost a millisecond or two."""


class Witnesses:
    """Remembers of each box how long before its receipt its newest reading was taken.

    To be told only of readings that come live, by the box's own time: a backlog says nothing.
    """

    def __init__(self) -> None:
        self._lags: dict[int, tuple[timedelta, float]] = {}
        self._found: timedelta | None = None
        self._looked_s: float | None = None

    def heard(self, box_no: int, lag: timedelta, elapsed_s: float) -> None:
        """`lag`: of its newest reading, below zero when it was received before it was taken."""
        self._lags[box_no] = lag, elapsed_s

    def forget(self) -> None:
        """The clock was set: what was said of it is said of another."""
        self._lags.clear()
        self._found, self._looked_s = None, None

    def lag(self, elapsed_s: float) -> timedelta | None:
        """The lag on which more than half of the boxes agree; None when they are too few."""
        is_old = self._looked_s is None or elapsed_s - self._looked_s >= LOOKED_EVERY_S
        if is_old or len(self._lags) < MANY:
            self._looked_s, self._found = elapsed_s, self._count(elapsed_s)
        return self._found

    def _count(self, elapsed_s: float) -> timedelta | None:
        self._lags = {
            box_no: (lag, heard_s)
            for box_no, (lag, heard_s) in self._lags.items()
            if elapsed_s - heard_s <= HEARD_S
        }
        if len(self._lags) < FEWEST:
            return None
        lags = [lag for lag, _ in self._lags.values()]
        middle = median_low(lags)
        agree = sum(abs(lag - middle) <= TOLERATED for lag in lags)
        return middle if agree >= FEWEST and 2 * agree > len(lags) else None
