"""The trend of the temperature: an exponentially weighted line through the latest readings.

With weights w = exp(−age / τ) and age counted from the newest reading, the line T(u) = a + b·u
minimises Σ w (T − a − b·u)². Six weighted sums hold all that is needed, so a reading costs the
same however long the journey is. The formulas are written out in the viability explanation.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

Z_90 = 1.2815515655446004
"""One-sided 90 % point of the normal distribution."""

SIGNIFICANCE = 3.0
"""A slope is real when it exceeds so many of its standard errors. Own choice, grade O."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The fitted line at the newest reading: level in °C, slope in K/h, and their errors."""

    level_c: float
    slope_k_per_h: float
    level_error_k: float
    slope_error_k_per_h: float
    quantile: float

    def significant(self, sign: int) -> bool:
        """Whether the temperature really moves that way (+1 warmer, −1 colder)."""
        return sign * self.slope_k_per_h > SIGNIFICANCE * self.slope_error_k_per_h

    def hours_to(self, limit_c: float, sign: int, *, cautious: bool) -> float | None:
        """Hours until the line reaches the limit; 0 when beyond it; None when it never does.

        Cautious takes the one-sided 90 % bounds of level and slope instead of their best values.
        """
        margin = self.quantile if cautious else 0.0
        distance = sign * (limit_c - self.level_c) - margin * self.level_error_k
        speed = sign * self.slope_k_per_h + margin * self.slope_error_k_per_h
        if distance <= 0:
            return 0.0
        return distance / speed if speed > 0 else None


@dataclass(slots=True)
class Trend:
    """The weighted sums. Mutable for speed; only the fold changes it.

    Temperatures count from `reference_c`, ages in hours (so u ≤ 0 for older readings).
    """

    reference_c: float = 0.0
    w: float = 0.0
    wu: float = 0.0
    wuu: float = 0.0
    wy: float = 0.0
    wuy: float = 0.0
    wyy: float = 0.0
    ww: float = 0.0

    def add(self, elapsed_h: float, temp_c: float, tau_h: float) -> None:
        """Let the older readings age by `elapsed_h`, and take one in at age zero."""
        if self.w == 0.0:
            self.reference_c = temp_c
        k = exp(-elapsed_h / tau_h)
        y = temp_c - self.reference_c
        w, wu, wy = self.w, self.wu, self.wy
        self.wuu = k * (self.wuu - 2.0 * elapsed_h * wu + elapsed_h * elapsed_h * w)
        self.wuy = k * (self.wuy - elapsed_h * wy)
        self.wu = k * (wu - elapsed_h * w)
        self.w = k * w + 1.0
        self.wy = k * wy + y
        self.wyy = k * self.wyy + y * y
        self.ww = k * k * self.ww + 1.0

    def line(self, noise_k: float) -> Line | None:
        """The fitted line; None while fewer than four readings' weight or no time is behind it."""
        spread = self.wuu - self.wu * self.wu / self.w if self.w > 0 else 0.0
        effective = self.w * self.w / self.ww if self.ww > 0 else 0.0
        if effective < 4.0 or spread <= 1e-9:
            return None
        mean_u, mean_y = self.wu / self.w, self.wy / self.w
        slope = (self.wuy - mean_u * self.wy) / spread
        residual = self.wyy - mean_y * self.wy - slope * slope * spread
        freedom = effective - 2.0
        variance = max(residual / self.w * effective / freedom, noise_k * noise_k)
        unit = variance / effective
        return Line(
            level_c=self.reference_c + mean_y - slope * mean_u,
            slope_k_per_h=slope,
            level_error_k=sqrt(unit * (1.0 + mean_u * mean_u * self.w / spread)),
            slope_error_k_per_h=sqrt(unit * self.w / spread),
            quantile=_student_90(freedom),
        )


def _student_90(freedom: float) -> float:
    """One-sided 90 % point of Student's t, by the first term of the Cornish–Fisher series."""
    return Z_90 + (Z_90**3 + Z_90) / (4.0 * freedom)
