"""Parallel sign-off by department: where each stands, who has it, and when it is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.core.domain.errors import IllegalTransition


class Department(StrEnum):
    """Who signs off. Which of them do, under which regime, comes from the rules."""

    CUSTOMS = "customs"
    HEALTH = "health"
    DRUG_AUTHORITY = "drug_authority"
    DISTRICT = "district"
    SCIENCE_TECHNOLOGY = "science_technology"
    COMPANY = "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """For which departments somebody signs, and which grade they have as an officer."""

    departments: frozenset[Department]
    grade: int | None = None


class SignOffState(StrEnum):
    """Where one department's step stands."""

    WAITING = "WAITING"
    RETURNED = "RETURNED"
    GIVEN = "GIVEN"
    REFUSED = "REFUSED"


class SignOffMove(StrEnum):
    """What is done with it."""

    GIVE = "give"
    SEND_BACK = "send_back"
    REFUSE = "refuse"
    ANSWER = "answer"
    WITHDRAW = "withdraw"


_S, _M = SignOffState, SignOffMove
MOVES: Mapping[tuple[SignOffState, SignOffMove], SignOffState] = {
    (_S.WAITING, _M.GIVE): _S.GIVEN,
    (_S.WAITING, _M.SEND_BACK): _S.RETURNED,
    (_S.WAITING, _M.REFUSE): _S.REFUSED,
    (_S.RETURNED, _M.ANSWER): _S.WAITING,
    (_S.REFUSED, _M.ANSWER): _S.WAITING,
    (_S.GIVEN, _M.WITHDRAW): _S.WAITING,
}
"""Every move there is. Steps are parallel: none waits for another's."""

MEANING: Mapping[SignOffMove, str] = {
    _M.GIVE: "the department has no objection",
    _M.SEND_BACK: "the department asks the applicant for something; a reason says what",
    _M.REFUSE: "the department says no, with a reason",
    _M.ANSWER: "the applicant has brought what was asked for, or asks again",
    _M.WITHDRAW: "the department takes back what it gave, with a reason",
}

SIGNED: Mapping[SignOffMove, str] = {
    _M.GIVE: "no_objection",
    _M.SEND_BACK: "sent_back",
    _M.REFUSE: "refused",
    _M.WITHDRAW: "withdrawn",
}
"""What a department says by signing. An answer decides nothing and bears no signature."""

APPLICANTS = frozenset({SignOffMove.ANSWER})
"""The moves of the applicant; all others are the department's."""

APPLICANT = "applicant"


def transition(state: SignOffState, move: SignOffMove) -> SignOffState:
    """The state after a move; raises IllegalTransition, naming the moves that are possible."""
    after = MOVES.get((state, move))
    if after is None:
        possible = ", ".join(one.value for at, one in MOVES if at is state)
        raise IllegalTransition(
            f"a sign-off that is {state.value} does not take the move {move.value}",
            field="move",
            remedy=f"possible now: {possible}",
        )
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """One department's step; `since` is when it came to where it stands."""

    department: Department
    state: SignOffState
    rule_id: str
    since: datetime
    due_at: datetime
    remind_before: timedelta = timedelta(0)
    lead: bool = False

    @property
    def with_whom(self) -> str | None:
        """Who has it now; None once it is given."""
        if self.state is SignOffState.GIVEN:
            return None
        return self.department if self.state is SignOffState.WAITING else APPLICANT

    def overdue(self, now: datetime) -> bool:
        """Not given although it was due."""
        return self.state is not SignOffState.GIVEN and self.due_at <= now

    def remind(self, now: datetime) -> bool:
        """Whether the reminder is to go out: before it is due, and still not given."""
        return (
            self.state is not SignOffState.GIVEN
            and self.due_at - self.remind_before <= now < self.due_at
        )
