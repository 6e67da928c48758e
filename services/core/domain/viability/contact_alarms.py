"""Alarms about silence, told apart by what it means. Planned silence in flight is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.shipment import (
    LANDING_ALLOWANCE,
    NEWS_ALLOWANCE,
    ShipmentLeg,
    SilenceKind,
)
from services.core.domain.telemetry import EPOCH
from services.core.domain.viability.case import Case, Contact
from services.core.domain.viability.verdict import ViabilityAssessment

CONTACT_KINDS = (
    AlarmKind.NO_DATA,
    AlarmKind.UNCONFIRMED_SILENCE,
    AlarmKind.NEVER_HEARD,
    AlarmKind.OVERDUE_AFTER_LANDING,
)

_BY_TIMETABLE = AlarmKind.UNCONFIRMED_SILENCE


def contact_alarms(
    case: Case, assessment: ViabilityAssessment, box_id: str | None, now: datetime
) -> Iterator[DerivedAlarm]:
    """At most one rings: what the silence of the payload's box is.

    While we have not listened long enough ourselves, or a departure may still be told, an alarm
    that is open stays open, and none begins.
    """
    received_at = case.clocks.received_at
    if received_at is not None and now >= received_at:
        return
    contact, silence = case.contact, assessment.silence
    heard = contact.last_heard_at
    kind = _kind(case, assessment, now)
    waiting = heard is None or now - heard >= contact.overdue_after
    held = silence.kind is SilenceKind.NONE and waiting and assessment.as_of == now
    for one in (kind,) if kind is not None else CONTACT_KINDS if held else ():
        yield DerivedAlarm(
            kind=one,
            began_at=silence.since or heard or now,
            raises=kind is not None and not (kind is _BY_TIMETABLE and now < told_by(contact)),
            facts={
                "box_id": box_id,
                "last_received_at": None if heard is None else heard.isoformat(),
                "expected_until": silence.expected_until and silence.expected_until.isoformat(),
            },
            config={"overdue_after_s": contact.overdue_after.total_seconds()},
        )


def told_by(contact: Contact) -> datetime:
    """Until when the departure of a shipment that was entered under way may be told."""
    return EPOCH if contact.known_since is None else contact.known_since + NEWS_ALLOWANCE


def _kind(case: Case, assessment: ViabilityAssessment, now: datetime) -> AlarmKind | None:
    silence, heard = assessment.silence, case.contact.last_heard_at
    if silence.kind is SilenceKind.UNCONFIRMED:
        return AlarmKind.UNCONFIRMED_SILENCE
    if silence.kind is not SilenceKind.OVERDUE:
        return None
    if heard is None:
        return AlarmKind.NEVER_HEARD
    if any(_silent_since_landing(leg, heard, now) for leg in case.legs):
        return AlarmKind.OVERDUE_AFTER_LANDING
    return AlarmKind.NO_DATA


def _silent_since_landing(leg: ShipmentLeg, heard: datetime, now: datetime) -> bool:
    """A flight without radio is over, as far as is known, and nothing was heard since."""
    flown = leg.runs and leg.radio_off and leg.departure <= heard + LANDING_ALLOWANCE
    return flown and heard < leg.arrival <= now - LANDING_ALLOWANCE
