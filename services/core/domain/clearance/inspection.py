"""The life of an inspection record: who may write in it, how it is decided, and what that means.

"Released" alone is never said: an inspection clears a shipment for customs. Whether the product may
be used is for quality assurance, and whether a slot is free is a matter of its appointment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.core.domain.errors import Conflict, IllegalTransition, Invalid


class InspectionMode(StrEnum):
    """How it is inspected; law and permit decide that, never the state of the cells."""

    IN_COLD_STORE = "in_cold_store"
    NO_OPEN = "no_open"
    OPEN_COLD_BAY = "open_cold_bay"
    REMOTE_VIDEO = "remote_video"
    DOCUMENT_ONLY = "document_only"


class InspectionState(StrEnum):
    """Where the record stands."""

    OPEN = "OPEN"
    WAITING_FOR_PAPERS = "WAITING_FOR_PAPERS"
    CUSTOMS_CLEARED = "CUSTOMS_CLEARED"
    RECHECK_ORDERED = "RECHECK_ORDERED"
    RETURN_ORDERED = "RETURN_ORDERED"
    DESTRUCTION_ORDERED = "DESTRUCTION_ORDERED"
    VOID = "VOID"


class InspectionMove(StrEnum):
    """What officers do with it."""

    RECORD = "record"
    TAKE_OVER = "take_over"
    CLEAR = "clear"
    WAIT_FOR_PAPERS = "wait_for_papers"
    ORDER_RECHECK = "order_recheck"
    ORDER_RETURN = "order_return"
    ORDER_DESTRUCTION = "order_destruction"
    VOID = "void"


_S, _M = InspectionState, InspectionMove
MOVES: Mapping[tuple[InspectionState, InspectionMove], InspectionState] = {
    (_S.OPEN, _M.RECORD): _S.OPEN,
    (_S.OPEN, _M.TAKE_OVER): _S.OPEN,
    (_S.OPEN, _M.CLEAR): _S.CUSTOMS_CLEARED,
    (_S.OPEN, _M.WAIT_FOR_PAPERS): _S.WAITING_FOR_PAPERS,
    (_S.OPEN, _M.ORDER_RECHECK): _S.RECHECK_ORDERED,
    (_S.OPEN, _M.ORDER_RETURN): _S.RETURN_ORDERED,
    (_S.OPEN, _M.ORDER_DESTRUCTION): _S.DESTRUCTION_ORDERED,
    (_S.OPEN, _M.VOID): _S.VOID,
    (_S.WAITING_FOR_PAPERS, _M.TAKE_OVER): _S.WAITING_FOR_PAPERS,
    (_S.WAITING_FOR_PAPERS, _M.CLEAR): _S.CUSTOMS_CLEARED,
    (_S.WAITING_FOR_PAPERS, _M.ORDER_RECHECK): _S.RECHECK_ORDERED,
    (_S.WAITING_FOR_PAPERS, _M.ORDER_RETURN): _S.RETURN_ORDERED,
    (_S.WAITING_FOR_PAPERS, _M.ORDER_DESTRUCTION): _S.DESTRUCTION_ORDERED,
}
"""Every move there is. What is decided stays so: another look is a new record that follows it."""

BEGIN_STATES = (_S.OPEN,)
"""Where a new record stands."""

UNDECIDED = frozenset({_S.OPEN, _S.WAITING_FOR_PAPERS})
"""A shipment has one record at a time that stands in these."""

SIGNED: Mapping[InspectionMove, str] = {
    _M.CLEAR: "customs_cleared",
    _M.WAIT_FOR_PAPERS: "held_for_papers",
    _M.ORDER_RECHECK: "recheck_ordered",
    _M.ORDER_RETURN: "return_ordered",
    _M.ORDER_DESTRUCTION: "destruction_ordered",
}
"""The moves that are signatures, and what somebody says by them."""


MEANING: Mapping[InspectionMove, str] = {
    _M.RECORD: "a scan, an answer to the checklist, a finding, a photo or a new seal is entered",
    _M.TAKE_OVER: "another officer has the record from now on, with a reason",
    _M.CLEAR: "signed as customs_cleared: it may go on; whether it may be used is for QA to say",
    _M.WAIT_FOR_PAPERS: "signed as held_for_papers (待补单): a paper is missing, the box is shut",
    _M.ORDER_RECHECK: "signed as recheck_ordered: another record follows this one",
    _M.ORDER_RETURN: "signed as return_ordered: it goes back",
    _M.ORDER_DESTRUCTION: "signed as destruction_ordered",
    _M.VOID: "opened by mistake; its minutes with an open lid count as handling",
}
"""What each move says, for the reference page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who writes in the record, and since when."""

    by: str
    since: datetime


def transition(state: InspectionState, move: InspectionMove) -> InspectionState:
    """The state after a move; raises IllegalTransition, naming the moves that are possible."""
    after = MOVES.get((state, move))
    if after is None:
        possible = ", ".join(one.value for at, one in MOVES if at is state) or "none"
        raise IllegalTransition(
            f"an inspection that is {state.value} does not take the move {move.value}",
            field="move",
            remedy=f"possible now: {possible}",
        )
    return after


def check_claim(claim: Claim, officer: str) -> None:
    """Raise Conflict when somebody else has the record: two people never write in one."""
    if claim.by != officer:
        raise Conflict(
            f"{claim.by} has this inspection since {claim.since.isoformat(timespec='seconds')}",
            field="claimed_by",
            remedy="let them finish, or take it over with a reason",
        )


def check_mode(mode: InspectionMode, *, no_open: bool) -> None:
    """Raise Conflict when the box may not be opened and the mode would open it."""
    if no_open and mode is InspectionMode.OPEN_COLD_BAY:
        raise Conflict(
            "the shipment says that it must not be opened",
            field="mode",
            remedy="inspect it as no_open, or have the instruction changed by whoever gave it",
        )


def opens_box(mode: InspectionMode, *, no_open: bool) -> bool:
    """Whether the lid may be opened, and samples taken."""
    return not no_open and mode in {InspectionMode.IN_COLD_STORE, InspectionMode.OPEN_COLD_BAY}


def check_reason(move: InspectionMove, reason: str | None) -> None:
    """Raise Invalid when a move that hurts somebody has no reason."""
    if move is not InspectionMove.CLEAR and not (reason or "").strip():
        raise Invalid(
            f"{move.value} needs a reason", field="reason", remedy="say why; it is signed with it"
        )
