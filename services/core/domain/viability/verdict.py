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
    """One stay outside the label, over or not. `confirmed`: it outlasted the on-delay."""

    side: Side
    began_at: datetime
    peak_c: float
    confirmed: bool
    inside_at: datetime | None = None
    returned_at: datetime | None = None
    breaches: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitInForce:
    """The nearest limit not yet broken, for the strip."""

    kind: str
    side: Side
    temperature_c: float


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
    min_c: float | None = None
    max_c: float | None = None
    limit_in_force: LimitInForce | None = None
    forecast: Forecast | None = None
    silence: ExpectedSilence = NO_SILENCE
    excursions: tuple[Excursion, ...] = ()
    broken: tuple[str, ...] = ()
    reasons: tuple[dict[str, Any], ...] = field(default=())
