"""Counts the time beyond thresholds: excursion bands, and the glass transition."""

from __future__ import annotations

from services.core.domain.units import Microseconds
from services.core.domain.viability.gaps import time_beyond, worst_time_beyond
from services.core.domain.viability.rules import Meter, SideRule
from services.core.domain.viability.state import JourneyState, Tally
from services.core.domain.viability.walk import Piece


def count(state: JourneyState, rule: SideRule, piece: Piece) -> None:
    """Take one straight piece along the thresholds of one side."""
    for meter in rule.meters:
        if piece.z0 > meter.beyond_k or piece.z1 > meter.beyond_k:
            _beyond(state, meter, piece)


def _beyond(state: JourneyState, meter: Meter, piece: Piece) -> None:
    level = meter.beyond_k
    tally = state.tallies.setdefault(meter.key, Tally())
    if not tally.is_open:
        tally.is_open, tally.crossings = True, tally.crossings + 1
        tally.run_us = 0
    begin_us = piece.us0 if piece.z0 > level else piece.cross(level)
    end_us = piece.us1 if piece.z1 > level else piece.cross(level)
    _use_up(state, meter, tally, begin_us, end_us)
    length_us = end_us - begin_us
    tally.total_us += length_us
    tally.run_us += length_us
    tally.longest_us = max(tally.longest_us, tally.run_us)
    tally.worst_total_us += length_us
    tally.worst_run_us += length_us
    tally.worst_longest_us = max(tally.worst_longest_us, tally.worst_run_us)
    tally.is_open = piece.z1 > level
    if not tally.is_open:
        tally.worst_run_us = 0


def _use_up(
    state: JourneyState, meter: Meter, tally: Tally, begin_us: Microseconds, end_us: Microseconds
) -> None:
    """Note each allowance that this stretch uses up, and when."""
    for kind, allowed_us, _ in meter.allowances:
        used_us = tally.run_us if kind == "single" else tally.total_us
        at_us = begin_us + max(0, allowed_us - used_us)
        if at_us <= end_us:
            state.broken.setdefault(f"{meter.key}_{kind}", at_us)


def count_gap(
    state: JourneyState, rule: SideRule, ends: tuple[float, float], length_us: Microseconds
) -> None:
    """What the worst case of a gap adds; its best case is counted as a piece like any other.

    Where a gap ends beyond the threshold, what may have been beyond it there belongs to the run
    that goes on behind it.
    """
    z0, z1 = ends
    for meter in rule.meters:
        level = meter.beyond_k
        worst_us = worst_time_beyond(max(z0, z1), level, length_us, rule)
        extra_us = worst_us - time_beyond(z0 - level, z1 - level, length_us)
        if extra_us <= 0:
            continue
        tally = state.tallies.setdefault(meter.key, Tally())
        run_us = tally.worst_run_us if tally.is_open else 0
        tally.worst_total_us += extra_us
        tally.worst_longest_us = max(tally.worst_longest_us, run_us + worst_us)
        if tally.is_open:
            tally.worst_run_us += extra_us
        elif z1 > level:
            tally.worst_run_us = extra_us
