"""Draws the conclusion from a state: what it means at an instant, and when that will change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.core.domain.units import from_us, optional_from_us
from services.core.domain.viability.budgets import budgets_of
from services.core.domain.viability.case import Case
from services.core.domain.viability.deadlines import Deadlines, deadlines
from services.core.domain.viability.excursions import label_left, out_now
from services.core.domain.viability.facts import facts_of
from services.core.domain.viability.fold import settle
from services.core.domain.viability.inputs import inputs_hash
from services.core.domain.viability.profile import LimitKind, Side
from services.core.domain.viability.reasons import (
    early_warning,
    evidence_of,
    reasons_of,
    warnings_of,
)
from services.core.domain.viability.rules import FoldRules
from services.core.domain.viability.spikes import believed_from, is_believed
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.verdict import (
    BindingConstraint,
    Budget,
    Condition,
    Evidence,
    ViabilityAssessment,
)
from services.core.domain.viability.view import View, look, overdue_at


def conclude(
    case: Case, state: JourneyState, rules: FoldRules, now: datetime
) -> ViabilityAssessment:
    """What the state says at `now`."""
    begin = case.judged_from
    if begin is None or now < begin:
        return _not_begun(case, state, now)
    if is_believed(state, rules, now):
        state = settle(state, rules)
    view = look(case, state, rules, begin, now)
    budgets = budgets_of(view)
    due = deadlines(view.case, view.rules, view.outlook, view.excursions, view.state, budgets)
    worst = _worst_case(view, budgets)
    broken = _broken(view, budgets)
    doubtful = {key for key, instant in worst.items() if instant <= view.at} - broken
    condition = _condition(view, due, budgets, broken, doubtful)
    hold_from = case.hold_from
    return ViabilityAssessment(
        as_of=now,
        condition=condition,
        evidence=evidence_of(view),
        qa_hold=bool(broken) or condition is Condition.EXPIRED,
        hold_until=due.hold_until,
        in_label_until=due.in_label_until,
        viable_until=due.viable_until,
        viable_past_label=due.viable_past_label,
        binding_constraint=due.binding,
        next_change_at=_next_change(view, due, worst, budgets),
        inputs_hash=inputs_hash(case, state),
        elapsed=view.at - hold_from if hold_from else timedelta(0),
        out_of_label=timedelta(microseconds=state.out_us),
        worst_out_of_label=timedelta(microseconds=state.out_us + state.worst_extra_out_us),
        unknown=timedelta(microseconds=state.unknown_us) + view.open_gap,
        longest_gap=max(timedelta(microseconds=state.longest_gap_us), view.open_gap),
        **facts_of(view, budgets),
        min_c=state.min_c,
        max_c=state.max_c,
        limit_in_force=due.limit_in_force,
        forecast=due.forecast,
        silence=view.silence,
        excursions=view.excursions,
        broken=tuple(sorted(broken)),
        reasons=tuple(reasons_of(view, due, budgets, doubtful)),
    )


def _not_begun(case: Case, state: JourneyState, now: datetime) -> ViabilityAssessment:
    begin = case.judged_from
    return ViabilityAssessment(
        as_of=now,
        condition=Condition.NOT_STARTED,
        evidence=Evidence.COMPLETE,
        qa_hold=False,
        hold_until=None,
        in_label_until=None,
        viable_until=None,
        viable_past_label=None,
        binding_constraint=None,
        next_change_at=begin,
        inputs_hash=inputs_hash(case, state),
    )


def _worst_case(view: View, budgets: Sequence[Budget]) -> dict[str, datetime]:
    """When the worst case passes each limit: in past gaps, and in the one that is open now.

    The label counts as passed once the worst case has been beyond it for the on-delay.
    """
    worst = {key: from_us(us) for key, us in view.state.worst_broken.items()}
    if view.outlook is None:
        return worst
    worst |= _worst_budgets(view, budgets)
    if not view.open_gap:
        return worst
    delay = timedelta(microseconds=view.rules.on_delay_us)
    for rule in (view.rules.high, view.rules.low):
        if rule is None:
            continue
        out = out_now(view.excursions, rule.side)
        for limit in rule.ladder:
            crossing = view.outlook.crossing(rule, limit.temperature_c, out=out).p10
            if crossing is not None:
                after = delay if limit.kind is LimitKind.LABEL else timedelta(0)
                worst.setdefault(limit.key, crossing + after)
    return worst


def _worst_budgets(view: View, budgets: Sequence[Budget]) -> dict[str, datetime]:
    """When the worst case of gaps uses up a budget that binds, while its best case may not.

    Without any gap both cases are one, and a forecast alone makes nothing doubtful.
    """
    found = {}
    for budget in budgets:
        if not budget.binding or budget.key == "hold":
            continue
        if budget.worst_used > budget.used and budget.worst_used >= budget.limit:
            found[budget.key] = view.at
        elif view.open_gap and budget.p10_at is not None:
            found[budget.key] = budget.p10_at
    return found


def _broken(view: View, budgets: Sequence[Budget]) -> set[str]:
    """The limits passed for certain: the label after its on-delay, the others at once."""
    binding = {
        limit.key for side in Side for limit in view.case.profile.limits(side) if limit.binding
    }
    allowances = {b.key for b in budgets if b.constraint is BindingConstraint.EXCURSION_BUDGET}
    binding |= {b.key for b in budgets if b.key in allowances and b.binding}
    broken = {key for key in view.state.broken if key in binding}
    broken |= {b.key for b in budgets if b.key in allowances & binding and b.is_used_up}
    return broken | {
        f"{LimitKind.LABEL}_{side}" for side in Side if label_left(view.excursions, side)
    }


def _condition(
    view: View, due: Deadlines, budgets: Sequence[Budget], broken: set[str], doubtful: set[str]
) -> Condition:
    found = _hard_condition(view, budgets, broken, doubtful)
    if found is not None:
        return found
    if view.outlook is None:
        return Condition.NOT_STARTED
    return Condition.WARNING if warnings_of(view, due, budgets) else Condition.IN_RANGE


def _hard_condition(
    view: View, budgets: Sequence[Budget], broken: set[str], doubtful: set[str]
) -> Condition | None:
    if any(b.binding and b.is_used_up and b.key in ("hold", "age") for b in budgets):
        return Condition.EXPIRED
    if any(not key.startswith(LimitKind.LABEL) for key in broken):
        return Condition.BREACHED
    if doubtful or (view.outlook is None and view.open_gap):
        return Condition.CANNOT_BE_JUDGED
    if any(e.confirmed and e.returned_at is None for e in view.excursions):
        return Condition.EXCURSION
    return None


def _next_change(
    view: View, due: Deadlines, worst: dict[str, datetime], budgets: Sequence[Budget]
) -> datetime | None:
    """The earliest instant after now at which the answer changes by itself."""
    if not view.under_way:
        return None
    case, state = view.case, view.state
    since = optional_from_us(state.at_us) or case.judged_from or view.now
    instants = [
        since + case.profile.max_gap + timedelta(microseconds=1),
        overdue_at(case, case.judged_from or view.now),
        due.hold_until,
        *(instant for b in budgets if b.binding for instant in (b.p50_at, b.p10_at, b.warns_at)),
        view.silence.expected_until,
        case.clocks.received_at,
        optional_from_us(believed_from(state, view.rules)),
        *worst.values(),
        *_confirmations(view),
        *(leg.departure for leg in case.legs if leg.radio_off),
    ]
    if due.label_crossing is not None:
        instants.append(due.label_crossing - early_warning(view))
    return min((i for i in instants if i is not None and i > view.now), default=None)


def _confirmations(view: View) -> list[datetime]:
    """When the excursions that are pending outlast the on-delay."""
    delay = timedelta(microseconds=view.rules.on_delay_us)
    return [e.began_at + delay for e in view.excursions if not e.confirmed]
