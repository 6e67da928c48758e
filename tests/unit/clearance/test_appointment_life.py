"""Every move of an appointment from every state: which there are, and that there are no others."""

from itertools import product

import pytest

from services.core.domain.clearance.appointment_life import (
    BEGIN_STATES,
    FREED_STATES,
    MEANING,
    MOVES,
    OPEN_STATES,
    AppointmentMove,
    AppointmentState,
    transition,
)
from services.core.domain.errors import IllegalTransition
from services.core.storage.schema import appointment

# Written a second time, by what people expect: state → moves and where they lead.
EXPECTED = {
    "REQUESTED": "pencil>TENTATIVE accept>CONFIRMED decline>CANCELLED reschedule>RESCHEDULED"
    " cancel>CANCELLED free>CANCELLED",
    "TENTATIVE": "take_off>CONFIRMED reschedule>RESCHEDULED cancel>CANCELLED free>CANCELLED"
    " check_in>CHECKED_IN",
    "CONFIRMED": "reschedule>RESCHEDULED cancel>CANCELLED free>CANCELLED"
    " no_show>NO_SHOW_RELEASED check_in>CHECKED_IN",
    "CHECKED_IN": "begin>IN_INSPECTION",
    "IN_INSPECTION": "pass>PASSED hold>HELD refuse>REFUSED",
}


@pytest.mark.parametrize(("state", "move"), list(product(AppointmentState, AppointmentMove)))
def test_each_move_leads_where_it_should_or_is_refused(
    state: AppointmentState, move: AppointmentMove
) -> None:
    expected = dict(pair.split(">") for pair in EXPECTED.get(state, "").split())
    if move in expected:
        assert transition(state, move) == expected[move]
        return
    with pytest.raises(IllegalTransition) as raised:
        transition(state, move)
    assert raised.value.field == "state"
    possible = ", ".join(one for at, one in MOVES if at is state) or "none"
    assert raised.value.remedy == f"possible now: {possible}"


def test_every_state_can_be_reached_and_what_ended_stays_as_it_is() -> None:
    reached = {*BEGIN_STATES, *MOVES.values()}
    assert reached == set(AppointmentState)
    ended = set(AppointmentState) - OPEN_STATES
    assert not [state for state, _ in MOVES if state in ended]
    assert ended >= FREED_STATES


def test_every_move_is_explained() -> None:
    assert set(MEANING) == set(AppointmentMove)


def test_the_database_knows_the_same_states() -> None:
    """The states that hold no place, and those of which a shipment has one, stand in SQL too."""
    constraints = {str(one.name): one for one in appointment.constraints}
    known = constraints["appointment_state_check"].sqltext  # type: ignore[attr-defined]
    assert set(str(known).split("'")[1::2]) == set(AppointmentState)
    freed = constraints["place_held_once"].where  # type: ignore[attr-defined]
    assert set(str(freed).split("'")[1::2]) == FREED_STATES
    index = next(i for i in appointment.indexes if i.name == "appointment_one_open_per_shipment")
    where = index.dialect_options["postgresql"]["where"]
    assert set(str(where).split("'")[1::2]) == OPEN_STATES
