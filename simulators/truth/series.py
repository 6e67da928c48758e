"""A temperature over time as two arrays, and what can be read off it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Series:
    """Temperatures at rising times (seconds since 1970), straight lines between."""

    def __init__(self, times: Iterable[float], temps_c: Iterable[float]) -> None:
        self.times: Floats = np.fromiter(times, float)
        self.temps_c: Floats = np.fromiter(temps_c, float)

    def __len__(self) -> int:
        return len(self.times)

    def between(self, start_s: float, end_s: float) -> Series:
        """The points from `start_s` to `end_s`, both included."""
        chosen = (self.times >= start_s) & (self.times <= end_s)
        return Series(self.times[chosen], self.temps_c[chosen])

    def followed_by(self, other: Series) -> Series:
        """This line and then the other."""
        return Series([*self.times, *other.times], [*self.temps_c, *other.temps_c])

    def first_beyond(self, sign: float, level_c: float) -> float | None:
        """When it first lies above the level, with `sign` −1 below it; None when never."""
        over = sign * (self.temps_c - level_c)
        hits = np.flatnonzero(over > 0)
        if not len(hits):
            return None
        at = int(hits[0])
        if at == 0:
            return float(self.times[0])
        return crossing(
            (float(self.times[at - 1]), float(over[at - 1])),
            (float(self.times[at]), float(over[at])),
            0.0,
        )

    def seconds_beyond(self, sign: float, level_c: float) -> float:
        """How long it lies beyond the level."""
        over = sign * (self.temps_c - level_c)
        before, after, length = over[:-1], over[1:], np.diff(self.times)
        rise = np.abs(after - before)
        above = np.maximum(np.maximum(before, after), 0.0)
        share = np.divide(above, rise, out=(above > 0).astype(float), where=rise > 0)
        share = np.where((before > 0) & (after > 0), 1.0, np.minimum(share, 1.0))
        return float(np.sum(share * length))

    def summary(self, step_s: float) -> list[tuple[int, float, float, float]]:
        """For each stretch of `step_s`: its beginning, the lowest, mean and highest value."""
        if not len(self):
            return []
        stretch = (self.times // step_s).astype(np.int64)
        starts = np.flatnonzero(np.diff(stretch, prepend=stretch[0] - 1))
        low = np.minimum.reduceat(self.temps_c, starts)
        high = np.maximum.reduceat(self.temps_c, starts)
        counts = np.diff(starts, append=len(self))
        mean = np.add.reduceat(self.temps_c, starts) / counts
        begins = (stretch[starts] * step_s).astype(np.int64)
        return [
            (int(at), round(float(lo), 3), round(float(mid), 3), round(float(hi), 3))
            for at, lo, mid, hi in zip(begins, low, mean, high, strict=True)
        ]


def crossing(before: tuple[float, float], after: tuple[float, float], level: float) -> float:
    """When the straight line between two (time, value) points meets the level."""
    (t0, z0), (t1, z1) = before, after
    return t1 if z1 == z0 else t0 + (t1 - t0) * (level - z0) / (z1 - z0)
