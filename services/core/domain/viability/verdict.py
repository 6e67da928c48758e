"""What a verdict says: condition, evidence, deadlines and reasons, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.core.domain.shipment import NO_SILENCE, ExpectedSilence
from services.core.domain.viability.profile import Side


class Condition(StrEnum):
    """How the payload stands against its profile."""

    NOT_STARTED = "NOT_STARTED"
    IN_RANGE = "IN_RANGE"
    WARNING = "WARNING"
    EXCURSION = "EXCURSION"
    CANNOT_BE_JUDGED = "CANNOT_BE_JUDGED"
    BREACHED = "BREACHED"
    EXPIRED = "EXPIRED"


class Evidence(StrEnum):
    """How sure the verdict is."""

    COMPLETE = "COMPLETE"
    GAPPED = "GAPPED"
    SILENT_EXPECTED = "SILENT_EXPECTED"
    STALE = "STALE"
    UNTRUSTED = "UNTRUSTED"


class BindingConstraint(StrEnum):
    """What ends the viability."""

    HOLD_CLOCK = "hold_clock"
    LABEL_LIMIT = "label_limit"
    GLASS_TRANSITION = "glass_transition"
    ABSOLUTE_LIMIT = "absolute_limit"
    FREEZE_POINT = "freeze_point"
    AGE_BUDGET = "age_budget"
    EXCURSION_BUDGET = "excursion_budget"
    CONTAINER = "container"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViableUntil:
    """Safe until `p10` nine times in ten; likely until `p50`."""

    p10: datetime
    p50: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The crossing that binds, and the slope it was computed from."""

    limit_kind: str
    side: Side
    limit_c: float
    p10_at: datetime | None
    p50_at: datetime | None
    slope_c_per_h: float | None
    slope_hi_c_per_h: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """One stay outside the label, over or not. `confirmed`: it outlasted the on-delay.

    `outside` is the time beyond the label in it, as far as readings tell.
    """

    side: Side
    began_at: datetime
    peak_c: float
    confirmed: bool
    inside_at: datetime | None = None
    returned_at: datetime | None = None
    breaches: tuple[tuple[str, datetime], ...] = ()
    outside: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitInForce:
    """The nearest limit not yet broken, for the strip."""

    kind: str
    side: Side
    temperature_c: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Something that is used up: hold time, age, a band's allowance, a container's charge.

    `key` is "hold", "age", "band_{name}_single", "band_{name}_cumulative" or "container".
    `used` and `worst_used` are at `as_of` of the verdict and grow by `pace` seconds a second.
    Nothing is left at `p10_at`, cautiously, and likely at `p50_at`; None when that is not in sight.
    `warns_at` is when three quarters are used, if that goes on. A budget that does not bind is
    advisory: it is shown and moves no deadline.
    """

    key: str
    constraint: BindingConstraint
    used: timedelta
    worst_used: timedelta
    limit: timedelta
    binding: bool
    pace: float
    p10_at: datetime | None = None
    p50_at: datetime | None = None
    warns_at: datetime | None = None

    @property
    def share(self) -> float:
        """How much of it is used; 1 is all."""
        return self.used / self.limit

    @property
    def is_used_up(self) -> bool:
        return self.used >= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerFacts:
    """What is estimated of the container: left of its charge, likely and cautiously.

    `charge_known`: filled at an instant that was entered or reported. `outlived`: it still keeps
    its payload cold though its charge should be used up; then the estimate says nothing.
    """

    remaining: timedelta
    cautious_remaining: timedelta
    charge_known: bool
    outlived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ViabilityEstimate:
    """Advisory: the share of cells viable, in percent, from literature on other cells."""

    p10: float
    p50: float
    p90: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViabilityAssessment:
    """The whole answer for one payload at one instant.

    `viable_past_label` is what `viable_until` becomes once the label is left: the deadline that
    counts when no inspection can be early enough to keep the label. `next_change_at` is the next
    instant at which the answer changes without any new data.
    """

    as_of: datetime
    condition: Condition
    evidence: Evidence
    qa_hold: bool
    hold_until: datetime | None
    in_label_until: datetime | None
    viable_until: ViableUntil | None
    viable_past_label: ViableUntil | None
    binding_constraint: BindingConstraint | None
    next_change_at: datetime | None
    inputs_hash: str
    elapsed: timedelta = timedelta(0)
    out_of_label: timedelta = timedelta(0)
    worst_out_of_label: timedelta = timedelta(0)
    unknown: timedelta = timedelta(0)
    longest_gap: timedelta = timedelta(0)
    budgets: tuple[Budget, ...] = ()
    container: ContainerFacts | None = None
    estimate: ViabilityEstimate | None = None
    product_c: float | None = None
    kinetic_c: float | None = None
    above_glass_transition: timedelta = timedelta(0)
    glass_transitions: int = 0
    tilted: timedelta = timedelta(0)
    tilted_since: datetime | None = None
    stuck_since: datetime | None = None
    min_c: float | None = None
    max_c: float | None = None
    limit_in_force: LimitInForce | None = None
    forecast: Forecast | None = None
    silence: ExpectedSilence = NO_SILENCE
    excursions: tuple[Excursion, ...] = ()
    broken: tuple[str, ...] = ()
    reasons: tuple[dict[str, Any], ...] = field(default=())
