"""The age of a payload: time weighted by how fast a temperature uses it up."""

from __future__ import annotations

from services.core.domain.units import Microseconds
from services.core.domain.viability.rates import Rates
from services.core.domain.viability.rules import FoldRules
from services.core.domain.viability.state import JourneyState

COARSEST_K = 1.0
"""The worst case of a gap is followed in steps of so many kelvin."""

MOST_STEPS = 200


def age(state: JourneyState, from_us: Microseconds, at_us: Microseconds, rates: Rates) -> float:
    """The age at `at_us` in microseconds: by the clock before the first reading, then by rates.

    After the last reading its temperature goes on.
    """
    if state.first_us is None or state.at_us is None:
        return float(at_us - from_us)
    measured_us = state.first_us - from_us + state.age_us
    return measured_us + (at_us - state.at_us) * rates.at(state.at_c)


def age_in_gap(
    state: JourneyState, line: tuple[Microseconds, float, Microseconds, float], rules: FoldRules
) -> None:
    """What a gap adds at its worst: the warmer end drifts up for the whole of it."""
    rates = rules.rates
    if rates is None:
        return
    us0, c0, us1, c1 = line
    length_us = us1 - us0
    worst_us = drifting(rates, max(c0, c1), rules.high.drift_k_per_us, float(length_us))
    state.worst_age_us += max(0.0, worst_us - length_us * rates.mean(c0, c1))


def drifting(rates: Rates, from_c: float, drift_k_per_us: float, length_us: float) -> float:
    """The age gained in a stretch that begins at a temperature and drifts up."""
    return length_us * rates.mean(from_c, from_c + drift_k_per_us * length_us)


def until_used(rates: Rates, from_c: float, drift_k_per_us: float, left_us: float) -> float:
    """How long such a stretch may last until so much age is gained: kelvin by kelvin."""
    if drift_k_per_us <= 0.0:
        return left_us / rates.at(from_c)
    step_us, spent_us, temp_c = COARSEST_K / drift_k_per_us, 0.0, from_c
    for _ in range(MOST_STEPS):
        rate = rates.mean(temp_c, temp_c + COARSEST_K)
        if rate * step_us >= left_us:
            return spent_us + left_us / rate
        left_us, spent_us, temp_c = (
            left_us - rate * step_us,
            spent_us + step_us,
            temp_c + COARSEST_K,
        )
    return spent_us
