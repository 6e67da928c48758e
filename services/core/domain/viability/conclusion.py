"""Draws the conclusion from a state: what it means at an instant, and when that will change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.core.domain.shipment import NO_SILENCE, ExpectedSilence, SilenceKind, judge_silence
from services.core.domain.units import from_us, hours, optional_from_us
from services.core.domain.viability.case import Case
from services.core.domain.viability.deadlines import BUDGET_WARNING, Deadlines, deadlines
from services.core.domain.viability.excursions import excursions_of, label_left, out_now
from services.core.domain.viability.fold import FoldRules
from services.core.domain.viability.forecast import Outlook, outlook
from services.core.domain.viability.inputs import inputs_hash
from services.core.domain.viability.profile import LimitKind, Side
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.verdict import (
    Condition,
    Evidence,
    Excursion,
    ViabilityAssessment,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One look at a state: everything the parts of a conclusion share.

    `at` is the instant judged: now, or the receipt when that has passed. `open_gap` is the time
    since the last judged reading when it is longer than the profile allows, else zero.
    """

    case: Case
    state: JourneyState
    rules: FoldRules
    now: datetime
    at: datetime
    open_gap: timedelta
    silence: ExpectedSilence
    outlook: Outlook | None
    excursions: tuple[Excursion, ...]

    @property
    def under_way(self) -> bool:
        received_at = self.case.clocks.received_at
        return received_at is None or self.now < received_at


def conclude(
    case: Case, state: JourneyState, rules: FoldRules, now: datetime
) -> ViabilityAssessment:
    """What the state says at `now`."""
    begin = case.judged_from
    if begin is None or now < begin:
        return _not_begun(case, state, now)
    view = _look(case, state, rules, begin, now)
    due = deadlines(view.case, view.rules, view.outlook, view.excursions, view.state)
    worst = _worst_case(view)
    broken = _broken(view)
    doubtful = {key for key, instant in worst.items() if instant <= view.at} - broken
    condition = _condition(view, due, broken, doubtful)
    hold_from = case.hold_from
    return ViabilityAssessment(
        as_of=now,
        condition=condition,
        evidence=_evidence(view),
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
        reasons=tuple(_reasons(view, due, doubtful)),
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


def _look(
    case: Case, state: JourneyState, rules: FoldRules, begin: datetime, now: datetime
) -> View:
    received_at = case.clocks.received_at
    at = now if received_at is None else min(now, received_at)
    since = optional_from_us(state.at_us) or begin
    open_gap = at - since if at - since > case.profile.max_gap else timedelta(0)
    return View(
        case=case,
        state=state,
        rules=rules,
        now=now,
        at=at,
        open_gap=open_gap,
        silence=_silence(case, state, begin, now),
        outlook=outlook(state, case.profile.value("trend_noise_k"), silent=open_gap > timedelta(0)),
        excursions=excursions_of(state, rules, at),
    )


def overdue_at(case: Case, begin: datetime) -> datetime:
    """When silence becomes an alarm: after the last contact, or since we have been listening."""
    contact = case.contact
    since = contact.last_heard_at or begin
    if contact.listening_since is not None:
        since = max(since, contact.listening_since)
    return since + contact.overdue_after


def _silence(case: Case, state: JourneyState, begin: datetime, now: datetime) -> ExpectedSilence:
    """What the silence means: of the box, or of its log when only old readings have come lately.

    Planned silence is known at once; any other counts when the box itself is overdue.
    """
    received_at = case.clocks.received_at
    overdue = now >= overdue_at(case, begin)
    newest = optional_from_us(state.heard_us) or begin
    quiet = overdue or now - newest > case.profile.max_gap
    if not quiet or (received_at is not None and now >= received_at):
        return NO_SILENCE
    since = (case.contact.last_heard_at or begin) if overdue else newest
    found = judge_silence(case.legs, since, optional_from_us(state.radio_off_us), now)
    return found if overdue or found.kind is SilenceKind.PLANNED else NO_SILENCE


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
    return Condition.WARNING if _warnings(view, due) else Condition.IN_RANGE


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


def _warnings(view: View, due: Deadlines) -> list[dict[str, Any]]:
    """Why the verdict warns: left the label just now, will leave it soon, most hold time used."""
    found: list[dict[str, Any]] = []
    for excursion in view.excursions:
        if excursion.returned_at is None and not excursion.confirmed:
            found.append(
                {"code": "outside_label", "side": excursion.side.value, "since": excursion.began_at}
            )
    if due.label_crossing is not None and due.label_crossing - view.at <= _early(view):
        found.append({"code": "leaving_label", "at": due.label_crossing})
    if due.budget_warning_at is not None and view.at >= due.budget_warning_at:
        found.append({"code": "hold_time", "share": BUDGET_WARNING, "until": due.hold_until})
    return found


def _early(view: View) -> timedelta:
    return hours(view.case.profile.value("early_warning_h"))


def _evidence(view: View) -> Evidence:
    if not view.case.clocks_trusted or view.state.clock_suspect:
        return Evidence.UNTRUSTED
    if view.silence.kind in (SilenceKind.OVERDUE, SilenceKind.UNCONFIRMED):
        return Evidence.STALE
    if view.open_gap and view.under_way:
        planned = view.silence.kind is SilenceKind.PLANNED
        return Evidence.SILENT_EXPECTED if planned else Evidence.STALE
    if view.state.unknown_us or view.open_gap:
        return Evidence.GAPPED
    return Evidence.COMPLETE


def _reasons(view: View, due: Deadlines, doubtful: set[str]) -> list[dict[str, Any]]:
    """Why the verdict is what it is: codes with their figures; the words are the page's."""
    found = [
        {
            "code": f"{'past' if e.returned_at else 'open'}_excursion",
            "side": e.side.value,
            "since": e.began_at,
            "peak_c": e.peak_c,
        }
        for e in view.excursions
        if e.confirmed
    ]
    found += [
        {"code": "limit_passed", "limit": key, "at": from_us(us)}
        for key, us in sorted(view.state.broken.items())
    ]
    found += [{"code": "worst_case_passes", "limit": key} for key in sorted(doubtful)]
    if due.hold_until is not None and view.at >= due.hold_until:
        found.append({"code": "hold_time_over", "at": due.hold_until})
    return found + _warnings(view, due) + _doubts(view)


def _doubts(view: View) -> list[dict[str, Any]]:
    """Why the evidence is not complete."""
    found: list[dict[str, Any]] = []
    if not view.case.clocks_trusted:
        found.append({"code": "clock_missing", "counted_from": view.case.hold_from})
    if view.state.clock_suspect:
        found.append({"code": "device_clock_corrected"})
    if view.outlook is None:
        found.append({"code": "never_heard"})
    unknown = timedelta(microseconds=view.state.unknown_us) + view.open_gap
    if unknown:
        found.append({"code": "unknown_time", "unknown_s": unknown.total_seconds()})
    if view.state.faults:
        found.append({"code": "probe_fault", "readings": view.state.faults})
    return found


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
        instants.append(due.label_crossing - _early(view))
    return min((i for i in instants if i is not None and i > view.now), default=None)


def _confirmations(view: View) -> list[datetime]:
    """When the excursions that are pending outlast the on-delay."""
    delay = timedelta(microseconds=view.rules.on_delay_us)
    return [e.began_at + delay for e in view.excursions if not e.confirmed]
