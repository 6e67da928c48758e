"""One straight piece of the temperature along one side of the label: excursions and limits."""

from __future__ import annotations

from typing import NamedTuple

from services.core.domain.units import Microseconds
from services.core.domain.viability.gaps import time_beyond
from services.core.domain.viability.rules import FoldRules, SideRule
from services.core.domain.viability.state import Breach, Episode, JourneyState, SideState


class Piece(NamedTuple):
    """A straight piece of the temperature along one side; z counts K beyond the label."""

    us0: Microseconds
    z0: float
    us1: Microseconds
    z1: float
    temp_c: float

    def cross(self, level: float) -> Microseconds:
        """Where the piece meets the level; its beginning when it does not cross it."""
        us0, z0, us1, z1, _ = self
        if (z0 > level) == (z1 > level):
            return us0
        return us0 + round((us1 - us0) * ((level - z0) / (z1 - z0)))


def piece_of(rule: SideRule, us0: Microseconds, c0: float, us1: Microseconds, c1: float) -> Piece:
    """The straight line between two readings, as one side sees it."""
    return Piece(us0, rule.beyond(c0), us1, rule.beyond(c1), c1)


def walk(state: JourneyState, rule: SideRule, rules: FoldRules, piece: Piece) -> None:
    """Take one piece along one side: time beyond the label, episodes, limits passed."""
    side = state.side(rule.side)
    out_us = time_beyond(piece.z0, piece.z1, piece.us1 - piece.us0)
    state.out_us += out_us
    if side.start_us is None:
        _leave(side, piece)
    elif side.inside_us is not None:
        _come_or_go(state, side, rule, rules, piece)
    side.out_us += out_us if side.start_us is not None else 0
    if side.start_us is None or side.inside_us is not None:
        return
    if rule.sign * (piece.temp_c - side.peak_c) > 0:
        side.peak_c = piece.temp_c
    _pass_limits(state, side, rule, piece)
    if piece.z1 <= -rule.deadband_k:
        _come_back(state, side, rule, rules, piece)


def _leave(side: SideState, piece: Piece) -> None:
    if piece.z1 > 0:
        side.start_us, side.inside_us = piece.cross(0.0), None
        side.peak_c, side.breaches = piece.temp_c, ()


def _come_back(
    state: JourneyState, side: SideState, rule: SideRule, rules: FoldRules, piece: Piece
) -> None:
    """Inside again by the deadband: too short to count, or the off-delay begins."""
    inside_us = piece.cross(-rule.deadband_k)
    if inside_us - (side.start_us or 0) < rules.on_delay_us and not side.breaches:
        side.reset()
        return
    side.inside_us = inside_us
    if piece.us1 - inside_us >= rules.off_delay_us:
        _end(state, side, rule, rules)


def _come_or_go(
    state: JourneyState, side: SideState, rule: SideRule, rules: FoldRules, piece: Piece
) -> None:
    """During the off-delay: it ends, or the temperature leaves again and it is the same episode."""
    leaves = piece.z1 > 0
    through_us = piece.cross(0.0) if leaves else piece.us1
    if through_us - (side.inside_us or 0) >= rules.off_delay_us:
        _end(state, side, rule, rules)
        _leave(side, piece)
    elif leaves:
        side.inside_us = None


def _end(state: JourneyState, side: SideState, rule: SideRule, rules: FoldRules) -> None:
    inside_us = side.inside_us or 0
    state.episodes.append(
        Episode(
            side=rule.side,
            start_us=side.start_us or 0,
            inside_us=inside_us,
            returned_us=inside_us + rules.off_delay_us,
            peak_c=side.peak_c,
            breaches=side.breaches,
            out_us=side.out_us,
        )
    )
    side.reset()


def _pass_limits(state: JourneyState, side: SideState, rule: SideRule, piece: Piece) -> None:
    """Note each limit beyond the label that this piece passes for the first time in the episode."""
    for key, limit_z in rule.limits:
        if piece.z1 > limit_z and all(breach.limit != key for breach in side.breaches):
            at_us = piece.cross(limit_z)
            side.breaches = (*side.breaches, Breach(limit=key, at_us=at_us))
            state.broken.setdefault(key, at_us)
