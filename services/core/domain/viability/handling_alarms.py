"""Alarms about how the box is handled and how well it measures; warnings of what is to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.units import from_us, minutes
from services.core.domain.viability.alarm_numbers import alarm_minutes, alarm_number
from services.core.domain.viability.case import Case
from services.core.domain.viability.lid_allowance import excused_until
from services.core.domain.viability.profile import Side
from services.core.domain.viability.situation import Situation
from services.core.domain.viability.verdict import Budget, ViabilityAssessment

INSPECTION = "inspection"
"""What excuses an opened lid and an early warning (journey, 4)."""


def handling_alarms(
    case: Case, assessment: ViabilityAssessment, situation: Situation, now: datetime
) -> Iterator[DerivedAlarm]:
    """Lid, shocks, tilt, battery, probe, clock and calibration, inspection left open."""
    received_at = case.clocks.received_at
    if received_at is not None and now >= received_at:
        return
    yield from _battery(case, situation)
    yield from _lids(case, situation, now)
    for us in situation.shocks:
        at = from_us(us)
        yield DerivedAlarm(kind=AlarmKind.SHOCK, began_at=at, returned_at=at, facts=_at(at))
    yield from _tilted(case, assessment, now)
    yield from _probe(case, assessment, situation)
    yield from _records(situation)
    inspection = situation.inspection
    if inspection is not None and inspection.is_open:
        until = excused_until(case, situation, inspection)
        if now >= until:
            yield DerivedAlarm(
                kind=AlarmKind.INSPECTION_OPEN,
                began_at=until,
                facts={"until": until.isoformat(), "by_allowance": until < inspection.until},
            )


def _lids(case: Case, situation: Situation, now: datetime) -> Iterator[DerivedAlarm]:
    delay = alarm_minutes(case.profile, "lid_open_min")
    stays = [(from_us(start), from_us(end)) for start, end in situation.lids]
    open_since = situation.lid_since
    for start, end in [*stays, *([(open_since, None)] if open_since is not None else [])]:
        if (end or now) - start < delay:
            continue
        yield DerivedAlarm(
            kind=AlarmKind.LID_OPEN,
            began_at=start,
            returned_at=end,
            suppressed_by=_excuse(case, situation, start, now),
            facts={**_at(start), "box_id": situation.box_id, "temp_c": situation.temp_c},
            config={"on_delay_s": delay.total_seconds()},
        )


def _excuse(case: Case, situation: Situation, start: datetime, now: datetime) -> str | None:
    """An inspection excuses what began in it, until its own time or its allowance is over."""
    inspection = situation.inspection
    if inspection is None or start < inspection.since - inspection.early:
        return None
    until = excused_until(case, situation, inspection)
    if start >= until or (inspection.is_open and now >= until):
        return None
    return INSPECTION


def _tilted(case: Case, assessment: ViabilityAssessment, now: datetime) -> Iterator[DerivedAlarm]:
    delay, since = alarm_minutes(case.profile, "tilt_event_min"), assessment.tilted_since
    if since is not None and now - since >= delay:
        yield DerivedAlarm(
            kind=AlarmKind.TILTED,
            began_at=since,
            facts=_at(since),
            config={"on_delay_s": delay.total_seconds()},
        )


def _battery(case: Case, situation: Situation) -> Iterator[DerivedAlarm]:
    """A few percent more end it, so that a gauge that trembles rings once."""
    charge, heard = situation.battery_pct, situation.heard_at
    low = alarm_number(case.profile, "battery_low_percent")
    critical = alarm_number(case.profile, "battery_critical_percent")
    if charge is None or heard is None or charge >= low + 5.0:
        return
    yield DerivedAlarm(
        kind=AlarmKind.BATTERY_LOW,
        began_at=heard,
        raises=charge < low,
        facts={"n": round(charge), "step": int(charge < critical), "box_id": situation.box_id},
        config={"low_percent": low, "critical_percent": critical},
    )


def _probe(
    case: Case, assessment: ViabilityAssessment, situation: Situation
) -> Iterator[DerivedAlarm]:
    """Readings come without a temperature that can be one, or always with the same."""
    stuck, heard, measured = assessment.stuck_since, situation.heard_at, situation.measured_at
    if stuck is not None:
        yield DerivedAlarm(
            kind=AlarmKind.PROBE_FAULT, subject="stuck", began_at=stuck, facts=_at(stuck)
        )
    begin = measured or case.judged_from
    if heard is not None and begin is not None and heard - begin > case.profile.max_gap:
        yield DerivedAlarm(
            kind=AlarmKind.PROBE_FAULT, subject="no_value", began_at=begin, facts=_at(begin)
        )


def _records(situation: Situation) -> Iterator[DerivedAlarm]:
    """What makes the record worth less as evidence."""
    for probe, us in sorted(situation.run_out.items()):
        at = from_us(us)
        yield DerivedAlarm(
            kind=AlarmKind.CALIBRATION_EXPIRED,
            subject=probe.replace(":", "_"),
            began_at=at,
            facts={**_at(at), "name": probe},
        )
    if situation.clock_suspect and situation.heard_at is not None:
        yield DerivedAlarm(
            kind=AlarmKind.CLOCK_SUSPECT,
            began_at=situation.heard_at,
            facts={"box_id": situation.box_id},
        )
    if situation.conflicts is not None:
        number, last = situation.conflicts
        yield DerivedAlarm(
            kind=AlarmKind.KEY_CONFLICT,
            began_at=last,
            facts={"n": number, "box_id": situation.box_id, "last_received_at": last.isoformat()},
        )
    if situation.overtaken_at is not None:
        yield DerivedAlarm(
            kind=AlarmKind.DECISION_REVISED,
            began_at=situation.overtaken_at,
            facts=_at(situation.overtaken_at),
        )


def warning_alarms(
    case: Case, assessment: ViabilityAssessment, situation: Situation, now: datetime
) -> Iterator[DerivedAlarm]:
    """Before anything is broken: a trend that lasts, and budgets of which a quarter is left."""
    received_at = case.clocks.received_at
    if received_at is not None and now >= received_at:
        return
    yield from _trend(case, assessment, situation, now)
    for budget in assessment.budgets:
        yield from _budget(assessment, budget, now)


def _trend(
    case: Case, assessment: ViabilityAssessment, situation: Situation, now: datetime
) -> Iterator[DerivedAlarm]:
    """The verdict sees the label being left, and the last half hour goes that way all along.

    An opened lid does neither for so long.
    """
    leaving = [reason for reason in assessment.reasons if reason["code"] == "leaving_label"]
    forecast = assessment.forecast
    if not leaving or forecast is None or any(e.inside_at is None for e in assessment.excursions):
        return
    lasts = alarm_minutes(case.profile, "warning_min")
    least_k = case.profile.value("trend_noise_k")
    yield DerivedAlarm(
        kind=AlarmKind.EARLY_WARNING,
        subject=forecast.side.value,
        began_at=now - lasts,
        raises=_goes_on(situation, forecast.side, lasts, least_k),
        suppressed_by=_excuse(case, situation, now, now),
        facts={
            "box_id": situation.box_id,
            "temp_c": situation.temp_c,
            "limit_c": forecast.limit_c,
            "side": forecast.side.value,
            "until": leaving[0]["at"].isoformat(),
        },
        config={
            "early_warning_h": case.profile.value("early_warning_h"),
            "lasts_s": lasts.total_seconds(),
        },
    )


def _goes_on(situation: Situation, side: Side, lasts: timedelta, least_k: float) -> bool:
    """Every ten minutes' reading is further that way than the one before, for so long."""
    points = situation.preview
    sign = 1.0 if side is Side.HIGH else -1.0
    needed = lasts // minutes(10)
    if len(points) <= needed:
        return False
    steps = [
        sign * (b[1] - a[1]) for a, b in zip(points[-needed - 1 :], points[-needed:], strict=False)
    ]
    return all(step > least_k for step in steps)


def _budget(
    assessment: ViabilityAssessment, budget: Budget, now: datetime
) -> Iterator[DerivedAlarm]:
    """The hold clock is one step lower: it runs on every journey, and the plan counts with it."""
    if not budget.binding or budget.warns_at is None or now < budget.warns_at:
        return
    container = assessment.container
    if budget.key == "hold" and budget.is_used_up:  # that has an alarm of its own
        return
    if budget.key == "container":
        if container is None or container.outlived:
            return
        yield DerivedAlarm(
            kind=AlarmKind.CONTAINER_LOW,
            began_at=budget.warns_at,
            facts={
                "left_s": round(container.cautious_remaining.total_seconds()),
                "step": int(container.cautious_remaining <= timedelta(0)),
            },
        )
        return
    yield DerivedAlarm(
        kind=AlarmKind.BUDGET_LOW,
        subject=budget.key,
        began_at=budget.warns_at,
        facts={
            "n": 100 if budget.is_used_up else 75,
            "name": budget.key,
            "step": int(budget.key != "hold") + int(budget.is_used_up),
        },
    )


def _at(instant: datetime) -> dict[str, str]:
    return {"since": instant.isoformat()}
