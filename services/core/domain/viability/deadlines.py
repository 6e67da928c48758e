"""The two deadlines of a payload: until when it is inside its label, and until when it is viable.

Viable until the earliest of the hold time's end and, on each side, the nearest limit that is not
broken yet: the label while it stands, then the glass transition, the absolute limit, freezing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.core.domain.viability.case import Case
from services.core.domain.viability.excursions import label_left, out_now
from services.core.domain.viability.forecast import NEVER, Crossing, Outlook
from services.core.domain.viability.profile import Limit, LimitKind
from services.core.domain.viability.rules import FoldRules, SideRule
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.verdict import (
    BindingConstraint,
    Budget,
    Excursion,
    Forecast,
    LimitInForce,
    ViableUntil,
)

_CONSTRAINTS = {
    LimitKind.LABEL: BindingConstraint.LABEL_LIMIT,
    LimitKind.GLASS_TRANSITION: BindingConstraint.GLASS_TRANSITION,
    LimitKind.ABSOLUTE: BindingConstraint.ABSOLUTE_LIMIT,
    LimitKind.FREEZE_POINT: BindingConstraint.FREEZE_POINT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Until when, and because of what. `label_crossing` is the likely instant of leaving it."""

    hold_until: datetime | None
    in_label_until: datetime | None
    viable_until: ViableUntil | None
    viable_past_label: ViableUntil | None
    binding: BindingConstraint | None
    label_crossing: datetime | None
    limit_in_force: LimitInForce | None
    forecast: Forecast | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ahead:
    """A limit that is not broken yet, with its crossing and the side's rule."""

    limit: Limit
    rule: SideRule
    crossing: Crossing


def deadlines(
    case: Case,
    rules: FoldRules,
    outlook: Outlook | None,
    excursions: Sequence[Excursion],
    state: JourneyState,
    budgets: Sequence[Budget] = (),
) -> Deadlines:
    """Both deadlines, from the clock, from what is used up, and from the limits ahead."""
    start = case.hold_from
    hold_until = None if start is None else start + case.profile.hold
    spent = [_spent(budget) for budget in budgets if _counts(budget, state)]
    ahead = _limits_ahead(rules, outlook, excursions, state)
    label = _label_crossings(case, rules, outlook, excursions)
    nearest = min(
        (a for a in ahead if a.crossing.p10 is not None),
        key=lambda a: (a.crossing.p10, a.limit.key),
        default=None,
    )
    past = _limits_ahead(rules, outlook, excursions, state, past_label=True)
    return Deadlines(
        hold_until=hold_until,
        in_label_until=_in_label(hold_until, label, excursions),
        viable_until=_viable(hold_until, [*(a.crossing for a in ahead), *spent]),
        viable_past_label=_viable(hold_until, [*(a.crossing for a in past), *spent]),
        binding=_binding(hold_until, nearest, [b for b in budgets if _counts(b, state)]),
        label_crossing=min((c.p50 for c in label if c.p50 is not None), default=None),
        limit_in_force=_in_force(ahead, nearest, outlook),
        forecast=_forecast(nearest, outlook),
    )


def _limits_ahead(
    rules: FoldRules,
    outlook: Outlook | None,
    excursions: Sequence[Excursion],
    state: JourneyState,
    *,
    past_label: bool = False,
) -> list[_Ahead]:
    """On each side the nearest binding limit that is not broken; a pending stay counts as out."""
    found = []
    for rule in (rules.high, rules.low):
        if rule is None:
            continue
        out = out_now(excursions, rule.side)
        left = past_label or out or label_left(excursions, rule.side)
        for limit in rule.ladder:
            passed = left if limit.kind is LimitKind.LABEL else limit.key in state.broken
            if limit.kind is LimitKind.LABEL and rule.leave_is_allowed:
                continue
            if limit.binding and not passed:
                found.append(
                    _Ahead(limit=limit, rule=rule, crossing=_cross(outlook, rule, limit, out))
                )
                break
    return found


def _cross(outlook: Outlook | None, rule: SideRule, limit: Limit, out: bool) -> Crossing:
    return NEVER if outlook is None else outlook.crossing(rule, limit.temperature_c, out=out)


def _label_crossings(
    case: Case, rules: FoldRules, outlook: Outlook | None, excursions: Sequence[Excursion]
) -> list[Crossing]:
    """When the label will be left, on each side where the temperature is inside it now."""
    if outlook is None:
        return []
    return [
        outlook.crossing(rule, rule.label_c, out=False)
        for rule in (rules.high, rules.low)
        if rule is not None and not out_now(excursions, rule.side)
    ]


def _in_label(
    hold_until: datetime | None, label: Iterable[Crossing], excursions: Sequence[Excursion]
) -> datetime | None:
    left = [e.began_at for e in excursions if e.inside_at is None]
    ahead = [c.p10 for c in label if c.p10 is not None]
    instants = left or ahead
    if hold_until is not None:
        instants = [*instants, hold_until]
    return min(instants, default=None)


def _viable(hold_until: datetime | None, crossings: Iterable[Crossing]) -> ViableUntil | None:
    if hold_until is None:
        return None
    crossings = list(crossings)
    return ViableUntil(
        p10=min([hold_until, *(c.p10 for c in crossings if c.p10 is not None)]),
        p50=min([hold_until, *(c.p50 for c in crossings if c.p50 is not None)]),
    )


def _binding(
    hold_until: datetime | None, nearest: _Ahead | None, budgets: Sequence[Budget]
) -> BindingConstraint | None:
    """What comes first, cautiously; the hold time when nothing is earlier."""
    if hold_until is None:
        return None if nearest is None else _CONSTRAINTS[nearest.limit.kind]
    first, found = hold_until, BindingConstraint.HOLD_CLOCK
    for budget in budgets:
        if budget.p10_at is not None and budget.p10_at < first:
            first, found = budget.p10_at, budget.constraint
    p10 = None if nearest is None else nearest.crossing.p10
    if nearest is not None and p10 is not None and p10 < first:
        return _CONSTRAINTS[nearest.limit.kind]
    return found


def _counts(budget: Budget, state: JourneyState) -> bool:
    """Whether a budget sets the deadline: it binds, and is no allowance used up already."""
    return budget.binding and budget.key not in state.broken


def _spent(budget: Budget) -> Crossing:
    return Crossing(p10=budget.p10_at, p50=budget.p50_at)


def _in_force(
    ahead: Sequence[_Ahead], nearest: _Ahead | None, outlook: Outlook | None
) -> LimitInForce | None:
    """The limit to draw: the one forecast to be reached first, else the nearest in kelvin."""
    if not ahead:
        return None
    temp_c = 0.0 if outlook is None else outlook.temp_c
    shown = nearest or min(ahead, key=lambda a: abs(a.limit.temperature_c - temp_c))
    limit = shown.limit
    return LimitInForce(kind=limit.kind, side=limit.side, temperature_c=limit.temperature_c)


def _forecast(nearest: _Ahead | None, outlook: Outlook | None) -> Forecast | None:
    if nearest is None or outlook is None:
        return None
    line = outlook.likely_line(round(nearest.rule.sign))
    margin = 0.0 if line is None else nearest.rule.sign * line.quantile * line.slope_error_k_per_h
    slope = None if line is None else line.slope_k_per_h
    return Forecast(
        limit_kind=nearest.limit.kind,
        side=nearest.limit.side,
        limit_c=nearest.limit.temperature_c,
        p10_at=nearest.crossing.p10,
        p50_at=nearest.crossing.p50,
        slope_c_per_h=slope,
        slope_hi_c_per_h=None if slope is None else slope + margin,
    )
