"""The life of an inspection record, every state with every move; who may write in it."""

from datetime import UTC, datetime
from itertools import product

import pytest

from services.core.domain.clearance.inspection import (
    BEGIN_STATES,
    MEANING,
    MOVES,
    SIGNED,
    UNDECIDED,
    Claim,
    InspectionMode,
    InspectionMove,
    InspectionState,
    check_claim,
    check_mode,
    check_reason,
    opens_box,
    transition,
)
from services.core.domain.errors import Conflict, IllegalTransition, Invalid

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("state", "move"), list(product(InspectionState, InspectionMove)))
def test_every_state_takes_exactly_the_moves_of_the_table(
    state: InspectionState, move: InspectionMove
) -> None:
    if (state, move) in MOVES:
        assert transition(state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalTransition) as raised:
            transition(state, move)
        assert raised.value.remedy is not None
        for possible in (one for at, one in MOVES if at is state):
            assert possible in raised.value.remedy


def test_what_is_decided_is_the_end() -> None:
    assert {state for state, _ in MOVES} == UNDECIDED


def test_every_state_can_be_reached() -> None:
    assert set(MOVES.values()) | set(BEGIN_STATES) == set(InspectionState)


def test_every_move_says_what_it_means_and_a_signature_what_is_signed() -> None:
    assert MEANING.keys() == set(InspectionMove)
    assert all(signed in MEANING[move] for move, signed in SIGNED.items())


def test_nothing_is_written_while_it_waits_for_papers() -> None:
    assert (InspectionState.WAITING_FOR_PAPERS, InspectionMove.RECORD) not in MOVES


def test_every_decision_is_a_signature_and_no_other_move() -> None:
    unsigned = {InspectionMove.RECORD, InspectionMove.TAKE_OVER, InspectionMove.VOID}
    assert set(SIGNED) == set(InspectionMove) - unsigned
    assert "released" not in SIGNED.values()


def test_a_second_officer_is_told_who_has_it_and_since_when() -> None:
    claim = Claim(by="officer-li", since=NOON)
    check_claim(claim, "officer-li")
    with pytest.raises(Conflict, match="officer-li has this inspection since 2026-11-22T12:00"):
        check_claim(claim, "officer-wang")


def test_a_box_that_must_not_be_opened_is_not_inspected_open() -> None:
    with pytest.raises(Conflict) as raised:
        check_mode(InspectionMode.OPEN_COLD_BAY, no_open=True)
    assert raised.value.field == "mode"
    for mode in InspectionMode:
        check_mode(mode, no_open=False)


def test_the_lid_is_opened_in_two_modes_and_never_against_the_instruction() -> None:
    opening = {mode for mode in InspectionMode if opens_box(mode, no_open=False)}
    assert opening == {InspectionMode.IN_COLD_STORE, InspectionMode.OPEN_COLD_BAY}
    assert not any(opens_box(mode, no_open=True) for mode in InspectionMode)


@pytest.mark.parametrize("move", list(SIGNED))
def test_a_decision_that_hurts_somebody_says_why(move: InspectionMove) -> None:
    check_reason(move, "a reason")
    if move is not InspectionMove.CLEAR:
        with pytest.raises(Invalid):
            check_reason(move, "  ")
