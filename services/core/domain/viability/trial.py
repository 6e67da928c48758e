"""What other numbers would have made of a journey: judged from the start, and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.clearance.countback import InspectionPlan
from services.core.domain.viability.alarms import derive_alarms
from services.core.domain.viability.assessment import assess
from services.core.domain.viability.case import Case
from services.core.domain.viability.profile import MaterialProfile
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.situation import OpenInspection, Situation
from services.core.domain.viability.verdict import Condition

TRIED = frozenset(
    {
        AlarmKind.EXCURSION,
        AlarmKind.LIMIT_BREACH,
        AlarmKind.EXPIRED,
        AlarmKind.BUDGET_LOW,
        AlarmKind.CONTAINER_LOW,
        AlarmKind.LID_OPEN,
    }
)
"""Those that the readings of a whole journey still tell at its end. What passes with the moment
(a trend, silence, a place, an appointment) is not tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedAlarm:
    """An alarm that would have come; `returned_at` is None for what lasts or has no end."""

    kind: AlarmKind
    subject: str
    began_at: datetime
    returned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How a journey stands at its end, or now, by one version."""

    condition: Condition
    viable_until: datetime | None
    alarms: tuple[TriedAlarm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What would be otherwise. `longer`: by how much the viability would end later; None when only
    one of the two knows an end."""

    come: tuple[TriedAlarm, ...]
    gone: tuple[TriedAlarm, ...]
    longer: timedelta | None
    same: bool


def tried(
    profile: MaterialProfile,
    case: Case,
    samples: Sequence[Sample],
    inspection: OpenInspection | None,
    now: datetime,
) -> Tried:
    """The journey as this version would judge it: at its end, just before it was received."""
    case, at = replace(case, profile=profile), _end(case, now)
    assessed = assess(case, None, samples, at)
    verdict = assessed.assessment
    situation = Situation(
        plan=InspectionPlan(), needs_slot=False, inspection=inspection, state=assessed.state
    )
    return Tried(
        condition=verdict.condition,
        viable_until=None if verdict.viable_until is None else verdict.viable_until.p10,
        alarms=tuple(
            TriedAlarm(
                kind=one.kind,
                subject=one.subject,
                began_at=one.began_at,
                returned_at=one.returned_at,
            )
            for one in derive_alarms(case, verdict, situation, at)
            if one.kind in TRIED and one.raises and one.suppressed_by is None
        ),
    )


def difference(then: Tried, would: Tried) -> Difference:
    """Two alarms of a kind that overlap are the same one, though it began a little elsewhere."""
    come = _without(would.alarms, then.alarms)
    gone = _without(then.alarms, would.alarms)
    ends = (then.viable_until, would.viable_until)
    return Difference(
        come=come,
        gone=gone,
        longer=ends[1] - ends[0] if ends[0] is not None and ends[1] is not None else None,
        same=not come and not gone and then.condition is would.condition and ends[0] == ends[1],
    )


def _end(case: Case, now: datetime) -> datetime:
    received_at = case.clocks.received_at
    if received_at is None or received_at > now:
        return now
    return received_at - timedelta(microseconds=1)


def _without(alarms: Sequence[TriedAlarm], others: Sequence[TriedAlarm]) -> tuple[TriedAlarm, ...]:
    return tuple(one for one in alarms if not any(_is_same(one, other) for other in others))


def _is_same(one: TriedAlarm, other: TriedAlarm) -> bool:
    if (one.kind, one.subject) != (other.kind, other.subject):
        return False
    first, second = sorted((one, other), key=lambda alarm: alarm.began_at)
    return first.returned_at is None or second.began_at <= first.returned_at
