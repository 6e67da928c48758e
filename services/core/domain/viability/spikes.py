"""A reading that leaps: no payload warms like that, so it waits for a second one that agrees.

It waits no longer than the on-delay. What is then taken in is taken in at the instant it was read,
so that a true leap begins when it began; a spike is counted, stays stored, and meets no limit.
"""

from __future__ import annotations

from datetime import datetime

from services.core.domain.units import MINUTE_US, Microseconds, to_us
from services.core.domain.viability.rules import FoldRules
from services.core.domain.viability.state import JourneyState

LEAP_K = 2.0
"""A smaller difference is never held back. Own choice, grade O."""

LEAP_K_PER_US = 1.0 / MINUTE_US
"""A kelvin a minute is beyond what a packed payload does. Own choice, grade O."""


def leaps(
    state: JourneyState, us: Microseconds, temp_c: float, box_id: str, rules: FoldRules
) -> bool:
    """Whether a reading is too far from the one before it to be believed by itself.

    Not after a gap or in another box, where anything may have happened; nor in the air, which does
    leap when a lid is opened and which the product follows slowly.
    """
    size_k = abs(temp_c - state.at_c)
    if size_k <= LEAP_K or state.at_us is None or rules.lag_us:
        return False
    length_us = us - state.at_us
    together = box_id == state.at_box and length_us <= rules.max_gap_us
    return together and size_k > LEAP_K_PER_US * length_us


def is_spike(state: JourneyState, us: Microseconds, temp_c: float, box_id: str) -> bool:
    """Whether the next reading shows that the one held back was a spike: it is nearer the old."""
    if state.leapt is None or box_id != state.at_box:
        return False
    return abs(temp_c - state.leapt[1]) >= abs(temp_c - state.at_c)


def believed_from(state: JourneyState, rules: FoldRules) -> Microseconds | None:
    """When a reading held back counts even if nothing more is heard: no alarm waits longer."""
    if state.leapt is None:
        return None
    return min(state.leapt[0] + rules.on_delay_us, max(rules.until_us, state.leapt[0]))


def is_believed(state: JourneyState, rules: FoldRules, now: datetime) -> bool:
    """Whether a reading is held back, and has been for the on-delay."""
    from_us = believed_from(state, rules)
    return from_us is not None and to_us(now) >= from_us
