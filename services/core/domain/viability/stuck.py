"""A probe that gives the same value for ever: told from a calm one by how it behaved before.

A probe that repeated its value in a share p of its readings repeats it n times in a row with a
chance of p^n. Below one in a million, over half an hour at least, the value is no measurement any
more: since its first repetition nothing is known. A logger that always says the same is left alone.
"""

from __future__ import annotations

from math import log

from services.core.domain.units import MINUTE_US, Microseconds
from services.core.domain.viability.state import JourneyState

CHANCE = 1e-6
"""The chance below which a row of equal values is no coincidence. Own choice, grade O."""

SHORTEST_US = 30 * MINUTE_US
"""The shortest row that may count. Own choice, grade O."""

PAIRS_BEFORE = 30
"""So many pairs of readings must have shown how the probe behaves. Own choice, grade O."""


def stuck_since(state: JourneyState) -> Microseconds | None:
    """Since when the last value stands still; None while it may be a coincidence."""
    run, at_us = state.same_pairs, state.at_us
    before = state.measured - 1 - run
    if at_us is None or before < PAIRS_BEFORE or at_us - state.same_since_us < SHORTEST_US:
        return None
    share = (state.equal_pairs + 1) / (before + 2)
    return state.same_since_us if run * log(share) < log(CHANCE) else None
