"""Why a verdict is what it is, and how sure: codes with their figures; words are the page's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.core.domain.shipment import SilenceKind
from services.core.domain.units import from_us, hours
from services.core.domain.viability.budgets import BUDGET_WARNING
from services.core.domain.viability.deadlines import Deadlines
from services.core.domain.viability.verdict import Budget, Evidence
from services.core.domain.viability.view import View


def warnings_of(view: View, due: Deadlines, budgets: Sequence[Budget]) -> list[dict[str, Any]]:
    """Why the verdict warns: left the label just now, will leave it soon, most of a budget used."""
    found: list[dict[str, Any]] = []
    for excursion in view.excursions:
        if excursion.returned_at is None and not excursion.confirmed:
            found.append(
                {"code": "outside_label", "side": excursion.side.value, "since": excursion.began_at}
            )
    if due.label_crossing is not None and due.label_crossing - view.at <= early_warning(view):
        found.append({"code": "leaving_label", "at": due.label_crossing})
    if view.rules.lag_us and view.state.at_us is not None and _air_outside(view):
        found.append({"code": "air_outside_label", "temp_c": view.state.air_c})
    for budget in budgets:
        if budget.binding and budget.warns_at is not None and view.at >= budget.warns_at:
            code = "hold_time" if budget.key == "hold" else "budget_used"
            reason = {"code": code, "share": BUDGET_WARNING, "until": budget.p10_at}
            found.append(reason if code == "hold_time" else {**reason, "budget": budget.key})
    return found


def _air_outside(view: View) -> bool:
    """The probe is outside the label, the product, which follows it slowly, is not yet."""
    sides = [side for side in (view.rules.high, view.rules.low) if side is not None]
    return any(s.beyond(view.state.air_c) > 0 >= s.beyond(view.state.at_c) for s in sides)


def early_warning(view: View) -> timedelta:
    """How long before leaving the label the verdict warns."""
    return hours(view.case.profile.value("early_warning_h"))


def evidence_of(view: View) -> Evidence:
    """How sure the verdict is: the first doubt that applies."""
    state = view.state
    untrusted = state.clock_suspect or state.run_out or view.stuck_since is not None
    if not view.case.clocks_trusted or untrusted:
        return Evidence.UNTRUSTED
    if view.silence.kind in (SilenceKind.OVERDUE, SilenceKind.UNCONFIRMED):
        return Evidence.STALE
    if view.open_gap and view.under_way:
        planned = view.silence.kind is SilenceKind.PLANNED
        return Evidence.SILENT_EXPECTED if planned else Evidence.STALE
    if view.state.unknown_us or view.open_gap:
        return Evidence.GAPPED
    return Evidence.COMPLETE


def reasons_of(
    view: View, due: Deadlines, budgets: Sequence[Budget], doubtful: set[str]
) -> list[dict[str, Any]]:
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
    return found + warnings_of(view, due, budgets) + _doubts(view)


def _doubts(view: View) -> list[dict[str, Any]]:
    """Why the evidence is not complete."""
    found: list[dict[str, Any]] = []
    if not view.case.clocks_trusted:
        found.append({"code": "clock_missing", "counted_from": view.case.hold_from})
    if view.state.clock_suspect:
        found.append({"code": "device_clock_corrected"})
    found += [
        {"code": "calibration_expired", "probe": probe, "since": from_us(us)}
        for probe, us in sorted(view.state.run_out.items())
    ]
    if view.case.grade:
        found.append({"code": "delivery_grade", "grade": view.case.grade.word})
    if view.outlook is None:
        found.append({"code": "never_heard"})
    unknown = timedelta(microseconds=view.state.unknown_us) + view.open_gap
    if unknown:
        found.append({"code": "unknown_time", "unknown_s": unknown.total_seconds()})
    if view.stuck_since is not None:
        found.append({"code": "probe_stuck", "since": view.stuck_since})
    if view.state.faults:
        found.append({"code": "probe_fault", "readings": view.state.faults})
    if view.state.spikes:
        found.append({"code": "probe_spike", "readings": view.state.spikes})
    return found
