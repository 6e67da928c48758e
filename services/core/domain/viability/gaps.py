"""Time without data: what is unknown, and which limits its worst case passes.

The best case is the straight line between the ends. The worst case is the worse end drifting on,
away from the inside, at the profile's rate for the whole of the gap.
"""

from __future__ import annotations

from services.core.domain.units import Microseconds
from services.core.domain.viability.rules import FoldRules, SideRule
from services.core.domain.viability.state import JourneyState


def take_gap(
    state: JourneyState, ends: tuple[Microseconds, float, Microseconds, float], rules: FoldRules
) -> None:
    """Count a gap as unknown, and note which limits its worst case passes."""
    us0, c0, us1, c1 = ends
    length_us = us1 - us0
    state.unknown_us += length_us
    state.longest_gap_us = max(state.longest_gap_us, length_us)
    for rule in (rules.high, rules.low):
        if rule is None:
            continue
        z0, z1 = rule.beyond(c0), rule.beyond(c1)
        out_us = worst_time_beyond(max(z0, z1), 0.0, length_us, rule)
        if out_us >= rules.on_delay_us:
            state.worst_broken.setdefault(rule.label_key, us0)
        for key, limit_z in rule.limits:
            if worst_time_beyond(max(z0, z1), limit_z, length_us, rule) > 0:
                state.worst_broken.setdefault(key, us0)
        state.worst_extra_out_us += max(0, out_us - time_beyond(z0, z1, length_us))


def worst_time_beyond(
    worst_z: float, limit_z: float, length_us: Microseconds, rule: SideRule
) -> Microseconds:
    """How long the worst case of a gap lies beyond a limit."""
    if worst_z > limit_z:
        return length_us
    if rule.drift_k_per_us <= 0.0:
        return 0
    return max(0, length_us - round((limit_z - worst_z) / rule.drift_k_per_us))


def time_beyond(z0: float, z1: float, length_us: Microseconds) -> Microseconds:
    """How long a straight line from z0 to z1 lies above zero."""
    if z0 > 0 and z1 > 0:
        return length_us
    if z0 <= 0 and z1 <= 0:
        return 0
    return round(length_us * (max(z0, z1) / abs(z1 - z0)))
