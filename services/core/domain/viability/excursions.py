"""The excursions of a journey, over or open, as a state shows them at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.core.domain.units import from_us, optional_from_us, to_us
from services.core.domain.viability.profile import Side
from services.core.domain.viability.rules import FoldRules, SideRule
from services.core.domain.viability.state import Breach, Episode, JourneyState, SideState
from services.core.domain.viability.verdict import Excursion


def excursions_of(state: JourneyState, rules: FoldRules, at: datetime) -> tuple[Excursion, ...]:
    """All stays outside the label that count, and the open one even while it is still pending.

    An open stay is confirmed when, going by its last reading, it has outlasted the on-delay.
    """
    found = [_over(episode, rules) for episode in state.episodes]
    found += [
        _open(rule, side, rules, at)
        for rule, side in ((rules.high, state.high), (rules.low, state.low))
        if rule is not None and side.start_us is not None
    ]
    return tuple(sorted(found, key=lambda excursion: (excursion.began_at, excursion.side)))


def _over(episode: Episode, rules: FoldRules) -> Excursion:
    return Excursion(
        side=episode.side,
        began_at=from_us(episode.start_us),
        peak_c=episode.peak_c,
        confirmed=episode.inside_us - episode.start_us >= rules.on_delay_us,
        inside_at=from_us(episode.inside_us),
        returned_at=from_us(episode.returned_us),
        breaches=_breaches(episode.breaches),
        outside=timedelta(microseconds=episode.out_us),
    )


def _open(rule: SideRule, side: SideState, rules: FoldRules, at: datetime) -> Excursion:
    start_us = side.start_us or 0
    end_us = to_us(at) if side.inside_us is None else side.inside_us
    return Excursion(
        side=rule.side,
        began_at=from_us(start_us),
        peak_c=side.peak_c,
        confirmed=end_us - start_us >= rules.on_delay_us,
        inside_at=optional_from_us(side.inside_us),
        breaches=_breaches(side.breaches),
        outside=timedelta(microseconds=side.out_us),
    )


def _breaches(breaches: Sequence[Breach]) -> tuple[tuple[str, datetime], ...]:
    return tuple((breach.limit, from_us(breach.at_us)) for breach in breaches)


def label_left(excursions: Sequence[Excursion], side: Side) -> bool:
    """Whether the label was left on this side for longer than the on-delay."""
    return any(e.confirmed and e.side is side for e in excursions)


def out_now(excursions: Sequence[Excursion], side: Side) -> bool:
    """Whether the temperature is outside the label on this side now, pending or confirmed."""
    return any(e.side is side and e.inside_at is None for e in excursions)
