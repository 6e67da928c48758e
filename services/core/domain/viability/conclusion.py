"""Draws the conclusion from a state: what it means at an instant, and when that will change."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.core.domain.units import from_us, optional_from_us
from services.core.domain.viability.case import Case
from services.core.domain.viability.deadlines import Deadlines, deadlines
from services.core.domain.viability.excursions import label_left, out_now
from services.core.domain.viability.inputs import inputs_hash
from services.core.domain.viability.profile import LimitKind, Side
from services.core.domain.viability.reasons import (
    early_warning,
    evidence_of,
    reasons_of,
    warnings_of,
)
from services.core.domain.viability.rules import FoldRules
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.verdict import Condition, Evidence, ViabilityAssessment
from services.core.domain.viability.view import View, look, overdue_at


def conclude(
    case: Case, state: JourneyState, rules: FoldRules, now: datetime
) -> ViabilityAssessment:
    """What the state says at `now`."""
    begin = case.judged_from
    if begin is None or now < begin:
        return _not_begun(case, state, now)
    view = look(case, state, rules, begin, now)
    due = deadlines(view.case, view.rules, view.outlook, view.excursions, view.state)
    worst = _worst_case(view)
    broken = _broken(view)
    doubtful = {key for key, instant in worst.items() if instant <= view.at} - broken
    condition = _condition(view, due, broken, doubtful)
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
        next_change_at=_next_change(view, due, worst),
        inputs_hash=inputs_hash(case, state),
        elapsed=view.at - hold_from if hold_from else timedelta(0),
        out_of_label=timedelta(microseconds=state.out_us),
        worst_out_of_label=timedelta(microseconds=state.out_us + state.worst_extra_out_us),
        unknown=timedelta(microseconds=state.unknown_us) + view.open_gap,
        longest_gap=max(timedelta(microseconds=state.longest_gap_us), view.open_gap),
        min_c=state.min_c,
        max_c=state.max_c,
        limit_in_force=due.limit_in_force,
        forecast=due.forecast,
        silence=view.silence,
        excursions=view.excursions,
        broken=tuple(sorted(broken)),
        reasons=tuple(reasons_of(view, due, doubtful)),
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


def _worst_case(view: View) -> dict[str, datetime]:
    """When the worst case passes each limit: in past gaps, and in the one that is open now.

    The label counts as passed once the worst case has been beyond it for the on-delay.
    """
    worst = {key: from_us(us) for key, us in view.state.worst_broken.items()}
    if view.outlook is None or not view.open_gap:
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


def _broken(view: View) -> set[str]:
    """The limits passed for certain: the label after its on-delay, the others at once."""
    binding = {
        limit.key for side in Side for limit in view.case.profile.limits(side) if limit.binding
    }
    broken = {key for key in view.state.broken if key in binding}
    return broken | {
        f"{LimitKind.LABEL}_{side}" for side in Side if label_left(view.excursions, side)
    }


def _condition(view: View, due: Deadlines, broken: set[str], doubtful: set[str]) -> Condition:
    found = _hard_condition(view, due, broken, doubtful)
    if found is not None:
        return found
    if view.outlook is None:
        return Condition.NOT_STARTED
    return Condition.WARNING if warnings_of(view, due) else Condition.IN_RANGE


def _hard_condition(
    view: View, due: Deadlines, broken: set[str], doubtful: set[str]
) -> Condition | None:
    if due.hold_until is not None and view.at >= due.hold_until:
        return Condition.EXPIRED
    if any(not key.startswith(LimitKind.LABEL) for key in broken):
        return Condition.BREACHED
    if doubtful or (view.outlook is None and view.open_gap):
        return Condition.CANNOT_BE_JUDGED
    if any(e.confirmed and e.returned_at is None for e in view.excursions):
        return Condition.EXCURSION
    return None


def _next_change(view: View, due: Deadlines, worst: dict[str, datetime]) -> datetime | None:
    """The earliest instant after now at which the answer changes by itself."""
    if not view.under_way:
        return None
    case, state = view.case, view.state
    since = optional_from_us(state.at_us) or case.judged_from or view.now
    instants = [
        since + case.profile.max_gap + timedelta(microseconds=1),
        overdue_at(case, case.judged_from or view.now),
        due.hold_until,
        due.budget_warning_at,
        view.silence.expected_until,
        case.clocks.received_at,
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
