"""A journey at given temperatures, as it is judged; and one budget of the verdict."""

from __future__ import annotations

from services.core.domain.viability.assessment import assess
from services.core.domain.viability.profile import MaterialProfile
from services.core.domain.viability.verdict import Budget, ViabilityAssessment
from tests.unit.viability.builders import a_case, at, samples

Steps = list[tuple[float, float, float]]


def steps(parts: Steps, every_min: float = 5.0) -> list[tuple[float, float]]:
    """Points of stretches (from hour, to hour, °C); the step between two takes a second."""
    found: list[tuple[float, float]] = []
    for begin_h, end_h, temp_c in parts:
        count = round((end_h - begin_h) * 60 / every_min)
        first = begin_h * 60 + (1 / 60 if found else 0.0)
        inner = [begin_h * 60 + every_min * n for n in range(1, count + 1)]
        found += [(minute, temp_c) for minute in (first, *inner)]
    return found


def verdict_of(
    profile: MaterialProfile, points: list[tuple[float, float]], minute: float | None = None
) -> ViabilityAssessment:
    now = points[-1][0] if minute is None else minute
    case = a_case(profile, heard_min=points[-1][0])
    return assess(case, None, samples(points), at(now)).assessment


def budget(verdict: ViabilityAssessment, key: str) -> Budget:
    return next(one for one in verdict.budgets if one.key == key)
