"""Risk assessment of a batch or a plan, and its conditions as a checklist for the officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Result(StrEnum):
    """What the assessor came to."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_CONDITIONS = "accepted_with_conditions"
    REFUSED = "refused"


class Outcome(StrEnum):
    """What was found of a condition."""

    KEPT = "kept"
    BREACHED = "breached"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A look at one condition: by whom does not matter here, when does."""

    condition: str
    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAssessment:
    """Assessor's result for a shipment or a plan, its conditions by name; days inclusive."""

    assessment_id: str
    result: Result
    valid_from: date
    assessed_at: datetime
    valid_until: date | None = None
    conditions: Sequence[str] = ()

    def holds_on(self, day: date) -> bool:
        """Whether it counts on that day of the place."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def latest_checks(checks: Sequence[Check]) -> dict[str, Check]:
    """The newest look at each condition: a breach that was mended counts no longer."""
    return {check.condition: check for check in sorted(checks, key=lambda one: one.at)}
