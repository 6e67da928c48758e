"""What people do to alarms: take, take over, take that back; shelve, take off the shelf."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from services.api.acts.shifts import end_of_shift
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.schemas.alarms import Acknowledge, Seen, Shelve, TakeOver
from services.core.domain.alarm.kinds import ALARM_SPECS, AlarmKind
from services.core.domain.alarm.life import (
    REASON_WITHIN,
    AlarmState,
    Move,
    after,
    checked_shelf,
    taken_back,
)
from services.core.domain.errors import IllegalTransition, Invalid
from services.core.storage.acknowledgements import AcknowledgementRepository, AlarmView
from services.core.storage.alarm_assignments import AlarmAssignments
from services.core.storage.database import Channel
from services.core.storage.worklist import Worklist

Shifts = tuple[time, ...]


async def acknowledge(alarm_id: UUID, said: Acknowledge, shifts: Shifts, act: Act) -> AlarmView:
    """Take the alarm, or take it again; returns it as it stands now.

    With a reason it holds until the end of the shift, without one for fifteen minutes; with
    `until` it waits for something, and sounds again then.
    """
    reason, until = said.reason, said.until
    alarm = await AcknowledgementRepository(act.unit).one(alarm_id, act.now)
    resets = alarm.returned_at is not None and _spec_latches(alarm) and reason is not None
    _check(alarm, Move.RESET if resets else Move.ACKNOWLEDGED)
    await _end_assignment(alarm, act)
    lapses_at = end_of_shift(act.now, alarm.zone, shifts)
    if until is not None:
        lapses_at = _checked_wait(act.now, until, lapses_at)
    elif reason is None:
        lapses_at = min(lapses_at, act.now + REASON_WITHIN)
    kind = "taken" if until is None else "waiting"
    values = {"kind": kind, "reason": reason, "lapses_at": lapses_at}
    return await _take(alarm, values, said.seen, act)


async def take_over(
    alarm_id: UUID, said: TakeOver, shifts: Shifts, act: Act, *, with_shift: bool = False
) -> AlarmView:
    """Own an alarm that somebody else has taken, until the end of this shift.

    Taken over with the whole shift, it stays whose it was said to be.
    """
    alarm = await AcknowledgementRepository(act.unit).one(alarm_id, act.now)
    if alarm.taken_at is None:
        raise Invalid("nobody has taken this alarm", field="alarm_id", remedy="acknowledge it")
    _check(alarm, Move.ACKNOWLEDGED)
    if not with_shift:
        await _end_assignment(alarm, act)
    values = {
        "kind": "taken_over",
        "reason": said.reason or alarm.taken_reason,
        "lapses_at": end_of_shift(act.now, alarm.zone, shifts),
    }
    return await _take(alarm, values, said.seen, act)


async def take_back(alarm_id: UUID, act: Act) -> AlarmView:
    """Undo the acknowledgement that one has just given; the alarm stands where it stood before."""
    repository = AcknowledgementRepository(act.unit)
    alarm = await repository.one(alarm_id, act.now)
    then = taken_back(ALARM_SPECS[AlarmKind(alarm.kind)], alarm.standing, act.now)
    if alarm.taken_by != act.principal.principal_id:
        raise IllegalTransition(
            "somebody else has this alarm", field="alarm_id", remedy="take it over"
        )
    if alarm.taken_kind == "taken_over":
        raise IllegalTransition(
            "what was taken over is not given back", field="alarm_id", remedy="hand it over"
        )
    if alarm.had_before:
        raise IllegalTransition(
            "this alarm was taken before that, and would be nobody's",
            field="alarm_id",
            remedy="say another reason, or assign it to somebody",
        )
    await repository.take_back(alarm)
    assigned_to = await _assign_again(alarm, act)
    return await _done(alarm, "take_back", {"state": then, "assigned_to": assigned_to}, None, act)


async def shelve(alarm_id: UUID, said: Shelve, act: Act) -> AlarmView:
    """Put the alarm aside until then; it comes back by itself, or as soon as it grows worse."""
    repository = AcknowledgementRepository(act.unit)
    alarm = await repository.one(alarm_id, act.now)
    _check(alarm, Move.SHELVED)
    await repository.shelve(
        {
            "id": new_id(act.now),
            "alarm_id": alarm_id,
            "principal_id": act.principal.principal_id,
            "at": act.now,
            "ends_at": checked_shelf(act.now, said.until),
            "reason": said.reason,
            "alarm_revision": alarm.alarm_revision,
            **seen_values(said.seen),
        }
    )
    noted = {"until": said.until.isoformat(), **seen_values(said.seen)}
    return await _done(alarm, "shelve", noted, said.reason, act)


async def unshelve(alarm_id: UUID, act: Act) -> AlarmView:
    """Take the alarm off the shelf before its time."""
    repository = AcknowledgementRepository(act.unit)
    alarm = await repository.one(alarm_id, act.now)
    _check(alarm, Move.UNSHELVED)
    await repository.unshelve(alarm_id, act.now)
    return await _done(alarm, "unshelve", {}, None, act)


def _check(alarm: AlarmView, move: Move) -> None:
    after(ALARM_SPECS[AlarmKind(alarm.kind)], alarm.state, move)


def _spec_latches(alarm: AlarmView) -> bool:
    return ALARM_SPECS[AlarmKind(alarm.kind)].latching


def _checked_wait(now: datetime, until: datetime, shift_end: datetime) -> datetime:
    if not now < until <= shift_end:
        raise Invalid(
            "an acknowledgement holds until the end of the shift at most",
            field="until",
            remedy=f"choose an instant before {shift_end.isoformat()}",
        )
    return until


def standing(alarm: AlarmView) -> dict[str, Any]:
    """How an alarm stood before an act, as the audit entry keeps it."""
    return {
        "state": alarm.state,
        "taken_by": alarm.taken_by,
        "assigned_to": alarm.assigned_to,
    }


def seen_values(seen: Seen | None) -> dict[str, Any]:
    """From where somebody acted and what they saw, as the table and the audit entry keep it."""
    if seen is None:
        return {}
    return {"screen": seen.screen, "state_seen": seen.state, "revision_seen": seen.revision}


async def _end_assignment(alarm: AlarmView, act: Act) -> None:
    """Whoever takes an alarm has it; who has it already may say more, and it stays another's."""
    me = act.principal.principal_id
    holds = alarm.taken_by == me and alarm.state in {AlarmState.ACKNOWLEDGED, AlarmState.LATCHED}
    if alarm.assigned_to is not None and (alarm.assigned_to == me or not holds):
        await AlarmAssignments(act.unit).end(alarm.alarm_id, act.now)


async def _assign_again(alarm: AlarmView, act: Act) -> str | None:
    """Taken by mistake, it is theirs again whose it was; whose it is now."""
    if alarm.assigned_to is not None or alarm.taken_at is None:
        return alarm.assigned_to
    said = {"id": new_id(act.now), "by": act.principal.principal_id, "now": act.now}
    return await AlarmAssignments(act.unit).again(alarm.alarm_id, alarm.taken_at, said)


async def _take(
    alarm: AlarmView, values: Mapping[str, Any], seen: Seen | None, act: Act
) -> AlarmView:
    await AcknowledgementRepository(act.unit).add(
        {
            **values,
            **seen_values(seen),
            "id": new_id(act.now),
            "alarm_id": alarm.alarm_id,
            "principal_id": act.principal.principal_id,
            "at": act.now,
            "alarm_revision": alarm.alarm_revision,
        }
    )
    action = "take_over" if values["kind"] == "taken_over" else "acknowledge"
    said = {"lapses_at": values["lapses_at"].isoformat(), **seen_values(seen)}
    return await _done(alarm, action, said, values["reason"], act)


async def _done(
    alarm: AlarmView, action: str, said: Mapping[str, Any], reason: str | None, act: Act
) -> AlarmView:
    """Write the audit entry, wake alerts, and read the alarm as it stands now."""
    await act.audit(
        action,
        ("alarm", alarm.alarm_id),
        before=standing(alarm),
        after=said,
        reason=reason,
    )
    if alarm.payload_id is not None:
        await Worklist(act.unit).put_payloads(
            {alarm.payload_id: act.now}, "alarm_acknowledged", act.now
        )
    act.unit.ring(Channel.WORK)
    return await AcknowledgementRepository(act.unit).one(alarm.alarm_id, act.now)
