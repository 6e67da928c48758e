"""The life of a deviation: every state with every move, and what a second signature demands."""

import itertools

import pytest

from services.core.domain.errors import Conflict, IllegalTransition
from services.core.domain.quality.deviation import (
    MOVES,
    DeviationMove,
    DeviationState,
    Disposition,
    Proposal,
    check_approval,
    transition,
)

PROPOSED = Proposal(
    disposition=Disposition.RELEASED_WITH_COMMENT, assessed_by="wang.li", facts_sha256=b"\x01" * 32
)
PATHS = {
    ("DETECTED", "acknowledge"): "ACKNOWLEDGED",
    ("ACKNOWLEDGED", "assess"): "UNDER_ASSESSMENT",
    ("UNDER_ASSESSMENT", "assess"): "UNDER_ASSESSMENT",
    ("UNDER_ASSESSMENT", "send_back"): "ACKNOWLEDGED",
    ("UNDER_ASSESSMENT", "approve"): "DISPOSITIONED",
    ("DISPOSITIONED", "reopen"): "ACKNOWLEDGED",
    ("DISPOSITIONED", "close"): "CLOSED",
}


@pytest.mark.parametrize(
    ("state", "move"), list(itertools.product(DeviationState, DeviationMove)), ids="-".join
)
def test_every_move_from_every_state_is_allowed_or_refused_as_written(
    state: DeviationState, move: DeviationMove
) -> None:
    wanted = PATHS.get((state.value, move.value))
    if wanted is None:
        with pytest.raises(IllegalTransition) as refused:
            transition(state, move)
        assert refused.value.remedy is not None
        assert refused.value.remedy.startswith("possible now: ")
    else:
        assert transition(state, move).value == wanted


def test_no_state_but_the_last_is_a_dead_end() -> None:
    assert {state for state, _ in MOVES} == set(DeviationState) - {DeviationState.CLOSED}


def test_a_second_person_may_approve_what_both_have_seen() -> None:
    check_approval(PROPOSED, "chen.yu", b"\x01" * 32)


def test_nobody_approves_their_own_assessment() -> None:
    with pytest.raises(Conflict, match="same person"):
        check_approval(PROPOSED, "wang.li", b"\x01" * 32)


def test_facts_that_changed_in_between_are_assessed_again() -> None:
    with pytest.raises(Conflict, match="changed"):
        check_approval(PROPOSED, "chen.yu", b"\x02" * 32)
