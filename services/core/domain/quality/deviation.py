"""The life of a deviation, and what a disposition of two people must satisfy.

A deviation is detected (the software holds the payload, or a person saw something), acknowledged,
put under assessment with a proposed disposition, dispositioned by a second person, and closed.
Two steps, assess and approve, are what the field's tools ask for; that reasons and the meaning of
each signature are recorded is asked by 21 CFR 11.50 and Annex 11 §9 (docs/reference/deviations.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.core.domain.errors import Conflict, IllegalTransition
from services.core.domain.quality.signature import SignatureMeaning


class Disposition(StrEnum):
    """What may be done with the payload. Only people decide it; software can but hold."""

    RELEASED = "RELEASED"
    RELEASED_WITH_COMMENT = "RELEASED_WITH_COMMENT"
    OUT_OF_SPEC_MEDICAL = "OUT_OF_SPEC_MEDICAL"
    REJECTED = "REJECTED"


class DeviationState(StrEnum):
    """Where a deviation stands. DETECTED is not stored: it is a hold that nobody has taken."""

    DETECTED = "DETECTED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    UNDER_ASSESSMENT = "UNDER_ASSESSMENT"
    DISPOSITIONED = "DISPOSITIONED"
    CLOSED = "CLOSED"


class DeviationMove(StrEnum):
    """What people do with it; each is one step of its history."""

    ACKNOWLEDGE = "acknowledge"
    ASSESS = "assess"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    REOPEN = "reopen"
    CLOSE = "close"


_S, _M = DeviationState, DeviationMove
MOVES: Mapping[tuple[DeviationState, DeviationMove], DeviationState] = {
    (_S.DETECTED, _M.ACKNOWLEDGE): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _M.ASSESS): _S.UNDER_ASSESSMENT,
    (_S.UNDER_ASSESSMENT, _M.ASSESS): _S.UNDER_ASSESSMENT,
    (_S.UNDER_ASSESSMENT, _M.SEND_BACK): _S.ACKNOWLEDGED,
    (_S.UNDER_ASSESSMENT, _M.APPROVE): _S.DISPOSITIONED,
    (_S.DISPOSITIONED, _M.REOPEN): _S.ACKNOWLEDGED,
    (_S.DISPOSITIONED, _M.CLOSE): _S.CLOSED,
}
"""Every move there is. A closed deviation stays closed: what comes later is a new one."""

SIGNED: Mapping[DeviationMove, SignatureMeaning] = {
    _M.ASSESS: SignatureMeaning.REVIEWED,
    _M.APPROVE: SignatureMeaning.APPROVED,
}
"""The moves that are signatures, and what they mean."""


def transition(state: DeviationState, move: DeviationMove) -> DeviationState:
    """The state after a move; raises IllegalTransition, naming the moves that are possible."""
    after = MOVES.get((state, move))
    if after is None:
        possible = ", ".join(one.value for at, one in MOVES if at is state) or "none"
        raise IllegalTransition(
            f"a deviation that is {state.value} does not take the move {move.value}",
            field="move",
            remedy=f"possible now: {possible}",
        )
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the assessor proposes, and the fingerprint of the facts that the assessor saw."""

    disposition: Disposition
    assessed_by: str
    facts_sha256: bytes


def check_approval(proposal: Proposal, approver: str, facts_now: bytes) -> None:
    """Raise Conflict when this person may not approve, or when the facts are others by now.

    Both must have looked at the same facts: what changed in between, late readings from before the
    assessment or a new excursion, is assessed anew.
    """
    if approver == proposal.assessed_by:
        raise Conflict(
            "assessor and approver are the same person",
            field="approver",
            remedy="let another person approve it",
        )
    if facts_now != proposal.facts_sha256:
        raise Conflict(
            "the evidence has changed since it was assessed",
            field="facts_sha256",
            remedy="look at the new evidence and assess it again",
        )
