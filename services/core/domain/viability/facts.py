"""The figures of a conclusion that no deadline follows from: what people and alarms are shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import exp
from typing import Any

from services.core.domain.units import optional_from_us
from services.core.domain.viability.budgets import container_facts
from services.core.domain.viability.kinetic import mean_kinetic_c
from services.core.domain.viability.profile import LimitKind, MaterialProfile
from services.core.domain.viability.state import Tally
from services.core.domain.viability.verdict import Budget, ViabilityEstimate
from services.core.domain.viability.view import View


def facts_of(view: View, budgets: Sequence[Budget]) -> dict[str, Any]:
    """Fields of the assessment, by name."""
    state = view.state
    glass = state.tallies.get(LimitKind.GLASS_TRANSITION.value, Tally())
    return {
        "budgets": tuple(budgets),
        "container": container_facts(view, budgets),
        "estimate": _estimate(view, budgets),
        "product_c": None if state.at_us is None else state.at_c,
        "kinetic_c": mean_kinetic_c(state),
        "above_glass_transition": timedelta(microseconds=glass.total_us),
        "glass_transitions": glass.crossings,
        "tilted": timedelta(microseconds=state.tilted_us),
        "tilted_since": optional_from_us(state.tilt_since_us),
        "stuck_since": view.stuck_since,
    }


def _estimate(view: View, budgets: Sequence[Budget]) -> ViabilityEstimate | None:
    """V₀ · exp(−k·E) for the three rates of loss: advisory, and never a deadline."""
    profile, rates = view.case.profile, view.rules.rates
    aged = [budget for budget in budgets if budget.key == "age"]
    start, losses = profile.optional("viability_at_start_percent"), _losses(profile)
    if rates is None or not aged or start is None or losses is None:
        return None
    age_h = aged[0].used / timedelta(hours=1)
    worst_h = aged[0].worst_used / timedelta(hours=1)
    fast, likely, slow = losses
    return ViabilityEstimate(
        p10=start * exp(-fast * worst_h),
        p50=start * exp(-likely * age_h),
        p90=start * exp(-slow * age_h),
        source=profile.numbers["loss_p50_per_h"].source,
    )


def _losses(profile: MaterialProfile) -> tuple[float, float, float] | None:
    """The rates of loss per hour from fast to slow; None when the profile lacks one."""
    found = [profile.optional(f"loss_{p}_per_h") for p in ("p90", "p50", "p10")]
    fast, likely, slow = found
    if fast is None or likely is None or slow is None:
        return None
    return fast, likely, slow
