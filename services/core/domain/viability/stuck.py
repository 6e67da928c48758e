"""A probe that gives the same value for ever: told from a calm one by how it behaved before.

A measured temperature flickers: up and down by several of its smallest steps. A probe that used
to flicker and repeated its value in a share p of its readings repeats it n times in a row with a
chance of p^n. Below one in a million, over half an hour at least, the value is no measurement any
more: since its first repetition nothing is known. A coarse or calm logger, which never flickered
by more than one step or only followed its box, is left alone.
"""

from __future__ import annotations

from math import log

from services.core.domain.units import MINUTE_US, Microseconds
from services.core.domain.viability.state import Flicker

CHANCE = 1e-6
"""The chance below which a row of equal values is no coincidence. Own choice, grade O."""

SHORTEST_US = 30 * MINUTE_US
"""The shortest row that may count. Own choice, grade O."""

PAIRS_BEFORE = 30
"""So many pairs of readings must have shown how the probe behaves. Own choice, grade O."""

REVERSALS = 1 / 3
"""White noise turns back at two steps of three, a temperature that moves hardly ever. Grade O."""

STEPS = 2.0
"""The mean step of a flicker in smallest steps; one that only rounds has 1. Own choice, O."""


def flicker(known: Flicker, us: Microseconds, step_k: float) -> None:
    """Take in the difference of two readings."""
    if step_k == 0.0:
        known.run += 1
        return
    size_k = abs(step_k)
    known.equal += known.run
    known.run, known.since_us = 0, us
    known.steps += 1
    known.sum_k += size_k
    if known.least_k == 0.0 or size_k < known.least_k:
        known.least_k = size_k
    if step_k * known.last_k < 0.0:
        known.reversals += 1
    known.last_k = step_k


def stuck_since(known: Flicker, at_us: Microseconds | None) -> Microseconds | None:
    """Since when the last value stands still; None while it may be a coincidence."""
    pairs = known.steps + known.equal
    if at_us is None or known.run == 0 or at_us - known.since_us < SHORTEST_US:
        return None
    flickered = (
        pairs >= PAIRS_BEFORE
        and known.reversals >= REVERSALS * known.steps
        and known.sum_k >= STEPS * known.least_k * known.steps
    )
    share = (known.equal + 1) / (pairs + 2)
    return known.since_us if flickered and known.run * log(share) < log(CHANCE) else None
