"""The machines of sign-off and emergency release, every state with every move."""

from datetime import timedelta
from itertools import product

import pytest

from services.core.domain.clearance.papers import emergency
from services.core.domain.clearance.papers.emergency import EmergencyMove, EmergencyState
from services.core.domain.clearance.supervision import sign_off
from services.core.domain.clearance.supervision.sign_off import SignOffMove, SignOffState
from services.core.domain.errors import IllegalTransition
from tests.unit.clearance.papers.builders import at
from tests.unit.clearance.papers.builders import sign_off as step

SIGN_OFFS = {
    ("WAITING", "give"): "GIVEN",
    ("WAITING", "send_back"): "RETURNED",
    ("WAITING", "refuse"): "REFUSED",
    ("RETURNED", "answer"): "WAITING",
    ("REFUSED", "answer"): "WAITING",
    ("GIVEN", "withdraw"): "WAITING",
}
EMERGENCIES = {
    ("GRANTED", "fall_due"): "OVERDUE",
    ("GRANTED", "make_up"): "MADE_UP",
    ("GRANTED", "revoke"): "REVOKED",
    ("OVERDUE", "make_up"): "MADE_UP",
    ("OVERDUE", "revoke"): "REVOKED",
}


@pytest.mark.parametrize(("state", "move"), list(product(SignOffState, SignOffMove)))
def test_a_sign_off_takes_these_moves_and_no_others(state: SignOffState, move: SignOffMove) -> None:
    after = SIGN_OFFS.get((state, move))
    if after is not None:
        assert sign_off.transition(state, move) == after
        return
    with pytest.raises(IllegalTransition) as refused:
        sign_off.transition(state, move)
    possible = [name for at_state, name in SIGN_OFFS if at_state == state]
    assert refused.value.remedy == f"possible now: {', '.join(possible)}"


@pytest.mark.parametrize(("state", "move"), list(product(EmergencyState, EmergencyMove)))
def test_an_emergency_takes_these_moves_and_no_others(
    state: EmergencyState, move: EmergencyMove
) -> None:
    after = EMERGENCIES.get((state, move))
    if after is not None:
        assert emergency.transition(state, move) == after
        return
    with pytest.raises(IllegalTransition):
        emergency.transition(state, move)


def test_every_sign_off_can_still_be_given() -> None:
    """From wherever it stands there is a way to GIVEN: nothing that is missing stays incurable."""
    for start in SignOffState:
        reached = {start}
        for _ in SignOffState:
            reached |= {
                after for (at_state, _), after in sign_off.MOVES.items() if at_state in reached
            }
        assert SignOffState.GIVEN in reached


@pytest.mark.parametrize(
    ("hours", "state", "remind", "overdue"),
    [
        (-3, SignOffState.WAITING, False, False),
        (-2, SignOffState.WAITING, True, False),
        (1.9, SignOffState.RETURNED, True, False),
        (2, SignOffState.WAITING, False, True),
        (2, SignOffState.GIVEN, False, False),
        (1, SignOffState.GIVEN, False, False),
    ],
)
def test_a_step_is_reminded_of_before_it_is_due_and_overdue_after(
    hours: float, state: SignOffState, remind: bool, overdue: bool
) -> None:
    one = step(state=state, due_at=at(2), remind_before=timedelta(hours=4))
    assert (one.remind(at(hours)), one.overdue(at(hours))) == (remind, overdue)
