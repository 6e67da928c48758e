"""The mean kinetic temperature of the last day, for display only; never of frozen products."""

from __future__ import annotations

from functools import lru_cache
from math import exp, log

from services.core.domain.units import HOUR_US, ZERO_C_K, Microseconds
from services.core.domain.viability.state import JourneyState

ENERGY_OVER_GAS_K = 83_144.0 / 8.314462618
"""ΔH/R of 83.144 kJ/mol, as in USP ⟨1160⟩, in kelvin."""

HOURS = 24
"""The window that USP ⟨1079.2⟩ sets for 2–8 °C, in whole hours and the one that has begun."""


def warm(
    state: JourneyState, from_us: Microseconds, from_c: float, to_us: Microseconds, to_c: float
) -> None:
    """Add the straight line between two readings to the sum of the hour in which it ends."""
    mean = (_term(from_c) + _term(to_c)) / 2.0
    length_us, hour = to_us - from_us, (to_us - 1) // HOUR_US
    buckets = state.kinetic
    if buckets and buckets[-1][0] == hour:
        _, total, us = buckets[-1]
        buckets[-1] = (hour, total + mean * length_us, us + length_us)
        return
    buckets.append((hour, mean * length_us, length_us))
    while buckets[0][0] < hour - HOURS:
        del buckets[0]


@lru_cache(maxsize=20_000)
def _term(temp_c: float) -> float:
    return exp(-ENERGY_OVER_GAS_K / (temp_c + ZERO_C_K))


def mean_kinetic_c(state: JourneyState) -> float | None:
    """(ΔH/R) / (−ln of the mean of exp(−ΔH/RT)), in °C."""
    us = sum(bucket[2] for bucket in state.kinetic)
    total = sum(bucket[1] for bucket in state.kinetic)
    if us <= 0 or total <= 0.0:
        return None
    return ENERGY_OVER_GAS_K / -log(total / us) - ZERO_C_K
