"""A verdict as the state row and the pages show it: JSON with instants as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.core.domain.clearance.countback import InspectionPlan
from services.core.domain.shipment import ExpectedSilence, SilenceKind
from services.core.domain.units import from_us
from services.core.domain.viability.case import Case
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.verdict import (
    BindingConstraint,
    Budget,
    Excursion,
    ViabilityAssessment,
)


def columns(assessment: ViabilityAssessment, plan: InspectionPlan) -> dict[str, Any]:
    """The verdict as columns of the state row, JSON columns apart."""
    viable = assessment.viable_until
    return {
        "condition": assessment.condition.value,
        "evidence": assessment.evidence.value,
        "qa_hold": assessment.qa_hold,
        "in_label_until": assessment.in_label_until,
        "viable_until_p10": viable and viable.p10,
        "viable_until_p50": viable and viable.p50,
        "binding_constraint": assessment.binding_constraint and assessment.binding_constraint.value,
        "binding_deadline": plan.binding_deadline and plan.binding_deadline.value,
        "deadline": plan.deadline,
        "latest_inspection_start": plan.latest_start,
        "ready_at": plan.ready_at,
    }


def last_reading(
    case: Case,
    state: JourneyState,
    *,
    revised: bool,
    before: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any] | None:
    """The last measured reading, with the last position and charge known, and when it was that late
    data last changed what had been said."""
    last, fix = state.last, state.fix
    if last is None:
        return None
    last_shown = before.get("last_reading") or {}
    line = state.trend.line(case.profile.value("trend_noise_k"))
    return {
        "box_id": last.box_id,
        "placed_at": _text(from_us(last.placed_us)),
        "received_at": _text(from_us(last.received_us)),
        "temp_c": last.temp_c,
        "trend_c_per_h": None if line is None else round(line.slope_k_per_h, 2),
        "lat": fix and fix.lat,
        "lon": fix and fix.lon,
        "acc_m": fix and fix.acc_m,
        "battery_pct": state.battery_pct,
        "lid_open": last.lid_open,
        "tilt_deg": last.tilt_deg,
        "ambient_c": last.ambient_c,
        "revised": revised,
        "revised_at": _text(now) if revised else last_shown.get("revised_at"),
    }


def summary(assessment: ViabilityAssessment, state: JourneyState) -> dict[str, Any]:
    """The figures behind the verdict."""
    limit, hold_until = assessment.limit_in_force, assessment.hold_until
    remaining = None if hold_until is None else (hold_until - assessment.as_of).total_seconds()
    return {
        "elapsed_s": round(assessment.elapsed.total_seconds()),
        "hold_remaining_s": None if remaining is None else max(0, round(remaining)),
        "budgets": [_budget(one) for one in assessment.budgets],
        "container": _container(assessment),
        "estimate": _estimate(assessment),
        "product_c": _rounded(assessment.product_c),
        "mean_kinetic_24h_c": _rounded(assessment.kinetic_c),
        "above_glass_transition_s": round(assessment.above_glass_transition.total_seconds()),
        "glass_transitions": assessment.glass_transitions,
        "tilted_s": round(assessment.tilted.total_seconds()),
        "tilted_since": assessment.tilted_since and _text(assessment.tilted_since),
        "stuck_since": assessment.stuck_since and _text(assessment.stuck_since),
        "out_of_label_s": round(assessment.out_of_label.total_seconds()),
        "worst_out_of_label_s": round(assessment.worst_out_of_label.total_seconds()),
        "stays": [_stay(one) for one in assessment.excursions if one.confirmed],
        "unknown_s": round(assessment.unknown.total_seconds()),
        "longest_gap_s": round(assessment.longest_gap.total_seconds()),
        "min_c": assessment.min_c,
        "max_c": assessment.max_c,
        "limit_in_force_c": limit and limit.temperature_c,
        "limit_kind": limit and limit.kind,
        "limit_side": limit and limit.side.value,
        "forecast": _forecast(assessment),
        "caveats": _caveats(assessment),
        "reasons": [plain(reason) for reason in assessment.reasons],
        "preview": [[_text(from_us(us)), temp_c] for us, temp_c in state.preview],
        "silence": _silence(assessment.silence),
        "position_estimate": None,
    }


MOVING = frozenset({"elapsed_s", "hold_remaining_s", "budgets", "container", "estimate"})
"""Figures of the summary that move with the clock alone; pages compute them from `pace`."""


_BY_THE_CLOCK = frozenset(
    {BindingConstraint.HOLD_CLOCK, BindingConstraint.AGE_BUDGET, BindingConstraint.CONTAINER}
)


def _caveats(assessment: ViabilityAssessment) -> list[str]:
    """What the deadline counts on that no measurement can tell.

    Where no trend sets it, it takes the box to go on keeping its cold: a lost coolant or vacuum
    shows only once the temperature moves.
    """
    viable = assessment.viable_until
    ahead = viable is not None and viable.p10 > assessment.as_of
    return ["cold_loss_unseen"] if ahead and assessment.binding_constraint in _BY_THE_CLOCK else []


def _budget(budget: Budget) -> dict[str, Any]:
    return {
        "key": budget.key,
        "binding": budget.binding,
        "used_s": round(budget.used.total_seconds()),
        "worst_used_s": round(budget.worst_used.total_seconds()),
        "limit_s": round(budget.limit.total_seconds()),
        "share": round(budget.share, 4),
        "pace": round(budget.pace, 4),
        "p10_at": budget.p10_at and _text(budget.p10_at),
        "p50_at": budget.p50_at and _text(budget.p50_at),
        "warns_at": budget.warns_at and _text(budget.warns_at),
    }


def _container(assessment: ViabilityAssessment) -> dict[str, Any] | None:
    facts = assessment.container
    if facts is None:
        return None
    return {
        "remaining_s": round(facts.remaining.total_seconds()),
        "cautious_remaining_s": round(facts.cautious_remaining.total_seconds()),
        "charge_known": facts.charge_known,
        "outlived": facts.outlived,
    }


def _estimate(assessment: ViabilityAssessment) -> dict[str, Any] | None:
    """Advisory, from literature on other cells; shown to quality assurance only."""
    estimate = assessment.estimate
    if estimate is None:
        return None
    return {
        "basis": "literature_proxy",
        "p10_percent": round(estimate.p10, 1),
        "p50_percent": round(estimate.p50, 1),
        "p90_percent": round(estimate.p90, 1),
        "source": estimate.source,
    }


def _rounded(temp_c: float | None) -> float | None:
    return None if temp_c is None else round(temp_c, 2)


def told(assessment: ViabilityAssessment) -> dict[str, Any]:
    """What makes one verdict another: kept with the checkpoint, compared with the next."""
    viable = assessment.viable_until
    return {
        "condition": assessment.condition.value,
        "evidence": assessment.evidence.value,
        "qa_hold": assessment.qa_hold,
        "binding_constraint": assessment.binding_constraint,
        "broken": list(assessment.broken),
        "excursions": [_excursion(one) for one in assessment.excursions if one.confirmed],
        "viable_until_p10": None if viable is None else _text(viable.p10),
    }


def plain(reason: dict[str, Any]) -> dict[str, Any]:
    """A reason with its instants as text."""
    return {
        name: _text(value) if isinstance(value, datetime) else value
        for name, value in reason.items()
    }


def _excursion(excursion: Excursion) -> list[Any]:
    returned = excursion.returned_at
    return [excursion.side.value, _text(excursion.began_at), returned and _text(returned)]


def _stay(excursion: Excursion) -> list[Any]:
    """From leaving the label until it is inside again, and the seconds beyond it in between."""
    began, inside = excursion.began_at, excursion.inside_at
    return [_text(began), inside and _text(inside), round(excursion.outside.total_seconds(), 1)]


def _forecast(assessment: ViabilityAssessment) -> dict[str, Any] | None:
    forecast = assessment.forecast
    if forecast is None:
        return None
    slope, bound = forecast.slope_c_per_h, forecast.slope_hi_c_per_h
    return {
        "limit_kind": forecast.limit_kind,
        "side": forecast.side.value,
        "limit_c": forecast.limit_c,
        "p10_at": forecast.p10_at and _text(forecast.p10_at),
        "p50_at": forecast.p50_at and _text(forecast.p50_at),
        "slope_c_per_h": None if slope is None else round(slope, 2),
        "slope_hi_c_per_h": None if bound is None else round(bound, 2),
    }


def _silence(silence: ExpectedSilence) -> dict[str, Any] | None:
    if silence.kind is SilenceKind.NONE:
        return None
    return {
        "state": silence.kind.value,
        "since": silence.since and _text(silence.since),
        "expected_until": silence.expected_until and _text(silence.expected_until),
    }


def _text(instant: datetime) -> str:
    """RFC 3339 in UTC with Z, as everywhere on the interface."""
    return instant.isoformat().replace("+00:00", "Z")
