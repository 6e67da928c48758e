"""Release before the paper is there: on a legal basis, by an officer of a grade, until a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.core.domain.clearance.papers.rulebook import EmergencyBasis
from services.core.domain.errors import Conflict, IllegalTransition, Invalid

_SATURDAY = 5


class EmergencyState(StrEnum):
    """Where an emergency release stands: a state of its own, never plain released."""

    GRANTED = "GRANTED"
    OVERDUE = "OVERDUE"
    MADE_UP = "MADE_UP"
    REVOKED = "REVOKED"


class EmergencyMove(StrEnum):
    """What happens to it. `fall_due` is the day going by."""

    FALL_DUE = "fall_due"
    MAKE_UP = "make_up"
    REVOKE = "revoke"


_S, _M = EmergencyState, EmergencyMove
MOVES: Mapping[tuple[EmergencyState, EmergencyMove], EmergencyState] = {
    (_S.GRANTED, _M.FALL_DUE): _S.OVERDUE,
    (_S.GRANTED, _M.MAKE_UP): _S.MADE_UP,
    (_S.GRANTED, _M.REVOKE): _S.REVOKED,
    (_S.OVERDUE, _M.MAKE_UP): _S.MADE_UP,
    (_S.OVERDUE, _M.REVOKE): _S.REVOKED,
}
"""Every move there is; what is made up or revoked stays so."""

MEANING: Mapping[EmergencyMove, str] = {
    _M.FALL_DUE: "the day by which the paper was promised has passed; nobody does this",
    _M.MAKE_UP: "every paper that was let off is there and holds",
    _M.REVOKE: "an officer takes the grant back, with a reason",
}

GRANT_SIGNED = "released_before_papers"
SIGNED: Mapping[EmergencyMove, str] = {_M.MAKE_UP: "made_up", _M.REVOKE: "revoked"}
"""What an officer says by signing. What is made up by the last paper itself, nobody signs."""

OPEN = frozenset({EmergencyState.GRANTED, EmergencyState.OVERDUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """A granted one, and by which day the paper must be there, that day inclusive."""

    basis_id: str
    papers: frozenset[str]
    due_on: date
    state: EmergencyState


def transition(state: EmergencyState, move: EmergencyMove) -> EmergencyState:
    """The state after a move; raises IllegalTransition."""
    after = MOVES.get((state, move))
    if after is None:
        raise IllegalTransition(
            f"an emergency release that is {state.value} does not take the move {move.value}",
            field="move",
        )
    return after


def state_on(stored: EmergencyState, due_on: date, today: date) -> EmergencyState:
    """The state as it is on that day of the place: overdue follows from the day alone."""
    if stored is EmergencyState.GRANTED and today > due_on:
        return transition(stored, EmergencyMove.FALL_DUE)
    return stored


def check_grant(
    basis: EmergencyBasis | None, officer_grade: int | None, granted_on: date, due_on: date
) -> EmergencyBasis:
    """The basis, if it carries this grant; raises Invalid or Conflict."""
    if basis is None:
        raise Invalid(
            "there is no such legal basis in force",
            field="basis_id",
            remedy="see /api/v1/paper-rules for the list",
        )
    if officer_grade is None or officer_grade < basis.officer_grade:
        raise Conflict(
            f"this basis asks for an officer of grade {basis.officer_grade} or higher",
            field="basis_id",
            remedy="let an officer of that grade grant it",
        )
    latest = working_days_after(granted_on, basis.within_working_days)
    if not granted_on <= due_on <= latest:
        raise Invalid(
            "the paper would come too late, or before today",
            field="due_on",
            remedy=f"name a day until {latest.isoformat()}",
        )
    return basis


def working_days_after(day: date, days: int) -> date:
    """So many days on, Saturdays and Sundays not counted; public holidays are not known here."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day
