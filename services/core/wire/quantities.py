"""Units that devices use, converted once, at the edge, into those of our contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Linear(NamedTuple):
    """Ours = (theirs + `before`) · `factor` / `divisor`: exact where the numbers are."""

    before: float = 0.0
    factor: float = 1.0
    divisor: float = 1.0

    def convert(self, value: float) -> float:
        """The value in our unit, without the noise of the arithmetic."""
        return round((value + self.before) * self.factor / self.divisor, 9)


_SAME = Linear()
_TEMPERATURE = {
    "C": _SAME,
    "K": Linear(before=-273.15),
    "F": Linear(before=-32.0, factor=5.0, divisor=9.0),
    "dC": Linear(divisor=10.0),
    "cC": Linear(divisor=100.0),
    "mC": Linear(divisor=1000.0),
    "dF": Linear(before=-320.0, factor=5.0, divisor=90.0),
}
_PERCENT = {"%": _SAME, "ratio": Linear(factor=100.0)}
_LENGTH = {"m": _SAME, "km": Linear(factor=1000.0), "ft": Linear(factor=0.3048)}
_DEGREES_PER_RADIAN = 57.29577951308232
_STANDARD_GRAVITY = 9.80665

UNITS: Mapping[str, Mapping[str, Linear]] = {
    "temp_c": _TEMPERATURE,
    "ambient_c": _TEMPERATURE,
    "pressure_hpa": {
        "hPa": _SAME,
        "mbar": _SAME,
        "Pa": Linear(divisor=100.0),
        "kPa": Linear(factor=10.0),
        "bar": Linear(factor=1000.0),
    },
    "rh_pct": _PERCENT,
    "battery_pct": _PERCENT,
    "lat": {"deg": _SAME, "udeg": Linear(divisor=1e6), "1e-7deg": Linear(divisor=1e7)},
    "lon": {"deg": _SAME, "udeg": Linear(divisor=1e6), "1e-7deg": Linear(divisor=1e7)},
    "acc_m": _LENGTH,
    "tilt_deg": {"deg": _SAME, "rad": Linear(factor=_DEGREES_PER_RADIAN)},
    "shock_g": {
        "g": _SAME,
        "mg": Linear(divisor=1000.0),
        "m/s2": Linear(divisor=_STANDARD_GRAVITY),
    },
}
"""By the field of our contract: each unit it can be said in. The first is our own."""
