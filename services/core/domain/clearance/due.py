"""What is due about an appointment by the clock: the rule that applies, and its minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.core.domain.clearance.appointment_life import AppointmentMove, AppointmentState

_S, _M = AppointmentState, AppointmentMove
_MINUTE = timedelta(minutes=1)


class DueCode(StrEnum):
    """Why something happens to an appointment without a person."""

    TAKEN_OFF = "TAKEN_OFF"
    ANSWER_OVERDUE = "ANSWER_OVERDUE"
    NOT_ANSWERED = "NOT_ANSWERED"
    NO_INSPECTION = "NO_INSPECTION"
    READY_AFTER_SLOT = "READY_AFTER_SLOT"
    NOT_TAKEN_OFF = "NOT_TAKEN_OFF"
    NOT_SHOWN = "NOT_SHOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """An appointment that has not begun. `ready`: when the goods stand ready, if it is known."""

    state: AppointmentState
    start: datetime
    ready: datetime | None
    grace: timedelta
    answer_by: datetime | None
    answer_within: timedelta
    has_left: bool
    ordered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The rule; its move, none when another officer is asked; and the minutes to tell."""

    code: DueCode
    move: AppointmentMove | None
    minutes: dict[str, int]


def due(one: Watched, now: datetime) -> Due | None:
    """The first rule that applies now. A flight that comes late is no no-show: the slot is freed
    when it begins, and nobody is blamed."""
    if one.ordered == "no":
        return Due(code=DueCode.NO_INSPECTION, move=_M.FREE, minutes={})
    over = now - one.start
    if one.ready is not None and over >= timedelta(0) and one.ready > one.start + one.grace:
        late = {"late_by_min": (one.ready - one.start) // _MINUTE, **_grace(one)}
        return Due(code=DueCode.READY_AFTER_SLOT, move=_M.FREE, minutes=late)
    if one.state is _S.REQUESTED:
        return _unanswered(one, now)
    if one.state is _S.TENTATIVE:
        return _before_take_off(one, over)
    shown_by = max(one.start, one.ready or one.start) + one.grace
    if one.state is _S.CONFIRMED and now > shown_by:
        since = {"since_min": (now - shown_by + one.grace) // _MINUTE, **_grace(one)}
        return Due(code=DueCode.NOT_SHOWN, move=_M.NO_SHOW, minutes=since)
    return None


def _unanswered(one: Watched, now: datetime) -> Due | None:
    if now > one.start + one.grace:
        return Due(code=DueCode.NOT_ANSWERED, move=_M.FREE, minutes={})
    if one.answer_by is not None and now >= one.answer_by:
        minutes = {"answer_min": one.answer_within // _MINUTE}
        return Due(code=DueCode.ANSWER_OVERDUE, move=None, minutes=minutes)
    return None


def _before_take_off(one: Watched, over: timedelta) -> Due | None:
    if one.has_left:
        return Due(code=DueCode.TAKEN_OFF, move=_M.TAKE_OFF, minutes={})
    if over > one.grace:
        return Due(code=DueCode.NOT_TAKEN_OFF, move=_M.FREE, minutes=_grace(one))
    return None


def _grace(one: Watched) -> dict[str, int]:
    return {"grace_min": one.grace // _MINUTE}
