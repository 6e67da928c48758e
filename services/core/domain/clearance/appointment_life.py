"""The life of an appointment: its states, every move there is, and which states hold a place."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.core.domain.errors import IllegalTransition


class AppointmentState(StrEnum):
    """Where an appointment stands."""

    REQUESTED = "REQUESTED"
    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CHECKED_IN = "CHECKED_IN"
    IN_INSPECTION = "IN_INSPECTION"
    PASSED = "PASSED"
    HELD = "HELD"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"
    NO_SHOW_RELEASED = "NO_SHOW_RELEASED"
    RESCHEDULED = "RESCHEDULED"


class AppointmentMove(StrEnum):
    """What people, or a rule, do with it."""

    PENCIL = "pencil"
    ACCEPT = "accept"
    DECLINE = "decline"
    TAKE_OFF = "take_off"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    FREE = "free"
    NO_SHOW = "no_show"
    CHECK_IN = "check_in"
    BEGIN = "begin"
    PASS = "pass"  # noqa: S105  a move
    HOLD = "hold"
    REFUSE = "refuse"


_S, _M = AppointmentState, AppointmentMove
_AHEAD = (_S.REQUESTED, _S.TENTATIVE, _S.CONFIRMED)

MOVES: Mapping[tuple[AppointmentState, AppointmentMove], AppointmentState] = {
    (_S.REQUESTED, _M.PENCIL): _S.TENTATIVE,
    (_S.REQUESTED, _M.ACCEPT): _S.CONFIRMED,
    (_S.REQUESTED, _M.DECLINE): _S.CANCELLED,
    (_S.TENTATIVE, _M.TAKE_OFF): _S.CONFIRMED,
    **{(state, _M.RESCHEDULE): _S.RESCHEDULED for state in _AHEAD},
    **{(state, _M.CANCEL): _S.CANCELLED for state in _AHEAD},
    **{(state, _M.FREE): _S.CANCELLED for state in _AHEAD},
    (_S.CONFIRMED, _M.NO_SHOW): _S.NO_SHOW_RELEASED,
    (_S.TENTATIVE, _M.CHECK_IN): _S.CHECKED_IN,
    (_S.CONFIRMED, _M.CHECK_IN): _S.CHECKED_IN,
    (_S.CHECKED_IN, _M.BEGIN): _S.IN_INSPECTION,
    (_S.IN_INSPECTION, _M.PASS): _S.PASSED,
    (_S.IN_INSPECTION, _M.HOLD): _S.HELD,
    (_S.IN_INSPECTION, _M.REFUSE): _S.REFUSED,
}
"""Every move there is. An appointment is never moved in time: a later one takes its place."""

MEANING: Mapping[AppointmentMove, str] = {
    _M.PENCIL: "an officer agrees before take-off",
    _M.ACCEPT: "an officer agrees",
    _M.DECLINE: "an officer does not, with a reason",
    _M.TAKE_OFF: "the flight has left: by rule",
    _M.RESCHEDULE: "another appointment follows it, with rule, minutes or reason",
    _M.CANCEL: "given back, with a reason",
    _M.FREE: "given back by rule: flight late, shipment ended, none ordered, customs has decided",
    _M.NO_SHOW: "the goods stood ready and were not shown within the grace: by rule",
    _M.CHECK_IN: "the box is at the bay",
    _M.BEGIN: "the inspection has begun",
    _M.PASS: "released by customs",
    _M.HOLD: "kept until papers or a second look; a new appointment can be made",
    _M.REFUSE: "return or destruction",
}

BEGIN_STATES = _AHEAD
"""States in which an appointment begins: asked for, before take-off, or confirmed by rule."""

OPEN_STATES = frozenset({*_AHEAD, _S.CHECKED_IN, _S.IN_INSPECTION})
"""A shipment has one appointment at most in these."""

FREED_STATES = frozenset({_S.CANCELLED, _S.NO_SHOW_RELEASED, _S.RESCHEDULED})
"""These hold no place."""


def transition(state: AppointmentState, move: AppointmentMove) -> AppointmentState:
    """The state after a move; raises IllegalTransition, naming the moves that are possible."""
    after = MOVES.get((state, move))
    if after is None:
        possible = ", ".join(one.value for at, one in MOVES if at is state) or "none"
        raise IllegalTransition(
            f"an appointment that is {state.value} does not take the move {move.value}",
            field="state",
            remedy=f"possible now: {possible}",
        )
    return after
