"""Derives the alarms of a payload from its verdict: what should be ringing, and since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.core.domain.alarm.conditions import AlarmRule, DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.clearance.countback import InspectionPlan
from services.core.domain.clearance.priority import BindingDeadline
from services.core.domain.units import minutes
from services.core.domain.viability.alarm_numbers import alarm_minutes
from services.core.domain.viability.case import Case
from services.core.domain.viability.contact_alarms import contact_alarms, told_by
from services.core.domain.viability.handling_alarms import handling_alarms, warning_alarms
from services.core.domain.viability.lid_allowance import excused_until
from services.core.domain.viability.missed_slot import missed_at, missed_for
from services.core.domain.viability.place_alarms import place_alarms
from services.core.domain.viability.profile import MaterialProfile, Side
from services.core.domain.viability.situation import Situation
from services.core.domain.viability.verdict import (
    BindingConstraint,
    Condition,
    Excursion,
    ViabilityAssessment,
)

NEAR = timedelta(hours=2)
"""Slack below which a shipment without an appointment is an alarm: the bound of CRITICAL."""

NEAR_HYSTERESIS = timedelta(minutes=15)
"""So much more slack ends that alarm, and so much above none takes back that no slot is in time:
a forecast that moves to and fro does not ring twice."""


def derive_alarms(
    case: Case, assessment: ViabilityAssessment, situation: Situation, now: datetime
) -> list[DerivedAlarm]:
    """Every alarm that the verdict asks for; none for a payload that is not judged."""
    if assessment.condition is Condition.NOT_STARTED and case.judged_from is None:
        return []
    return [
        *_excursions(case, assessment, situation),
        *_expired(assessment, situation),
        *_deadline(case, assessment, situation, now),
        *contact_alarms(case, assessment, situation.box_id, now),
        *warning_alarms(case, assessment, situation, now),
        *handling_alarms(case, assessment, situation, now),
        *place_alarms(case, situation, now),
        *_picking(case, situation, now),
    ]


def next_alarm_change(
    case: Case, assessment: ViabilityAssessment, situation: Situation, now: datetime
) -> datetime | None:
    """The next instant at which some alarm begins, or changes, without any new data."""
    latest, inspection = situation.plan.latest_start, situation.inspection
    instants = [budget.warns_at for budget in assessment.budgets]
    if latest is not None:
        instants += [latest - NEAR, latest]
    if inspection is not None and inspection.is_open:
        instants.append(excused_until(case, situation, inspection))
    instants += [situation.picking_due_at, told_by(case.contact), missed_at(situation)]
    if assessment.tilted_since is not None:
        instants.append(assessment.tilted_since + alarm_minutes(case.profile, "tilt_event_min"))
    if situation.lid_since is not None:
        instants.append(situation.lid_since + alarm_minutes(case.profile, "lid_open_min"))
    return min((i for i in instants if i is not None and i > now), default=None)


def _excursions(
    case: Case, assessment: ViabilityAssessment, situation: Situation
) -> Iterator[DerivedAlarm]:
    for excursion in assessment.excursions:
        if excursion.confirmed:
            yield _excursion(case.profile, excursion, situation)
        for limit_key, at in excursion.breaches:
            yield _breach(case.profile, excursion, limit_key, at, situation)


def _excursion(
    profile: MaterialProfile, excursion: Excursion, situation: Situation
) -> DerivedAlarm:
    rule = rule_of(profile, excursion.side)
    return DerivedAlarm(
        kind=AlarmKind.EXCURSION,
        subject=excursion.side.value,
        began_at=excursion.began_at,
        returned_at=excursion.returned_at,
        facts=_facts(excursion, rule.threshold_c, situation),
        config=rule.to_config(),
    )


def _breach(
    profile: MaterialProfile,
    excursion: Excursion,
    limit_key: str,
    at: datetime,
    situation: Situation,
) -> DerivedAlarm:
    limit = next(li for li in profile.limits(excursion.side) if li.key == limit_key)
    facts = _facts(excursion, limit.temperature_c, situation)
    return DerivedAlarm(
        kind=AlarmKind.LIMIT_BREACH,
        subject=limit_key,
        began_at=at,
        returned_at=excursion.returned_at,
        facts={**facts, "since": at.isoformat(), "limit_kind": limit.kind.value},
        config={**rule_of(profile, excursion.side).to_config(), "on_delay_s": 0.0},
    )


def rule_of(profile: MaterialProfile, side: Side) -> AlarmRule:
    """The alarm rule of one side of the label, as the profile sets it."""
    return AlarmRule(
        threshold_c=profile.limits(side)[0].temperature_c,
        side=side.value,
        deadband_k=profile.value("deadband_k"),
        on_delay=minutes(profile.value("on_delay_min")),
        off_delay=minutes(profile.value("off_delay_min")),
    )


def _facts(excursion: Excursion, limit_c: float, situation: Situation) -> Mapping[str, Any]:
    return {
        "box_id": situation.box_id,
        "temp_c": situation.temp_c,
        "limit_c": limit_c,
        "side": excursion.side.value,
        "since": excursion.began_at.isoformat(),
        "peak_c": excursion.peak_c,
        "inside_since": excursion.inside_at and excursion.inside_at.isoformat(),
    }


def _expired(assessment: ViabilityAssessment, situation: Situation) -> Iterator[DerivedAlarm]:
    if assessment.condition is Condition.EXPIRED and assessment.hold_until is not None:
        yield DerivedAlarm(
            kind=AlarmKind.EXPIRED,
            began_at=assessment.hold_until,
            facts={"box_id": situation.box_id, "since": assessment.hold_until.isoformat()},
        )


def _deadline(
    case: Case, assessment: ViabilityAssessment, situation: Situation, now: datetime
) -> Iterator[DerivedAlarm]:
    """Too little slack and no slot in time; over once it has one, is received or has slack again.

    A slot that begins after the latest start saves nobody, nor does one for which the goods are
    ready after it, nor one that was missed: it rings as if there were none.
    A limit that is only forecast warns on the strip; it rings when the label has been left for
    certain, or an opened lid would.
    """
    spare, latest = situation.plan.slack(now), situation.plan.latest_start
    received_at = case.clocks.received_at
    if spare is None or latest is None:
        return
    missed = missed_for(situation, now)
    # Of a slot that was missed nothing but that counts: what runs with the clock is no news.
    late = None if missed is not None else _late(situation, latest)
    saved = not situation.needs_slot and missed is None
    if saved and (late is None or late <= timedelta(0)):
        return
    if (received_at is not None and now >= received_at) or spare >= NEAR + NEAR_HYSTERESIS:
        return
    yield DerivedAlarm(
        kind=AlarmKind.DEADLINE_NEAR,
        began_at=_near_since(situation, latest, now),
        raises=spare < NEAR and _is_certain(assessment, situation.plan),
        facts={
            "box_id": situation.box_id,
            "slack_s": round(spare.total_seconds()),
            "no_slot_in_time": spare < timedelta(0),
            "slot_late_s": None if late is None else round(late.total_seconds()),
            "slot_missed_s": None if missed is None else round(missed.total_seconds()),
            "step": int(spare < timedelta(0)),
            "eased": spare >= NEAR_HYSTERESIS,
            "binding_constraint": assessment.binding_constraint,
        },
        config={"slack_s": NEAR.total_seconds()},
    )


def _late(situation: Situation, latest: datetime) -> timedelta | None:
    """How long after the latest start it can be shown for its slot; none without one."""
    slot, ready = situation.slot_from, situation.plan.ready_at
    return None if slot is None else max(slot, ready or slot) - latest


def _near_since(situation: Situation, latest: datetime, now: datetime) -> datetime:
    missed = missed_at(situation)
    known = situation.last_placed_at or now
    return min(now, max(latest - NEAR, known if missed is None or now < missed else missed))


def _picking(case: Case, situation: Situation, now: datetime) -> Iterator[DerivedAlarm]:
    """Landed, and still not picked at the terminal when it was due."""
    due, received_at = situation.picking_due_at, case.clocks.received_at
    if due is None or now < due or (received_at is not None and now >= received_at):
        return
    yield DerivedAlarm(
        kind=AlarmKind.NOT_PICKED,
        began_at=due,
        facts={"box_id": situation.box_id, "since": due.isoformat()},
    )


def _is_certain(assessment: ViabilityAssessment, plan: InspectionPlan) -> bool:
    by_clock = plan.binding_deadline is not BindingDeadline.VIABILITY
    return (
        by_clock
        or assessment.binding_constraint is BindingConstraint.HOLD_CLOCK
        or any(e.confirmed and e.returned_at is None for e in assessment.excursions)
    )
