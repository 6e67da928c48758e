"""The life of a shipment, milestone by milestone."""

from contextlib import suppress
from typing import get_args

import pytest

from services.api.schemas.requests import MilestoneKind
from services.core.domain.errors import IllegalTransition
from services.core.domain.life import ENDS, state_after


@pytest.mark.parametrize(
    ("state", "milestone", "then"),
    [
        ("draft", "packed", "packed"),
        ("packed", "departed", "moving"),
        ("moving", "offloaded", "moving"),
        ("moving", "received", "received"),
        ("packed", "cancelled", "cancelled"),
        ("received", "destroyed", "destroyed"),
        ("destroyed", "closed", "closed"),
    ],
)
def test_a_milestone_moves_the_shipment(state: str, milestone: str, then: str) -> None:
    assert state_after(state, milestone) == then


@pytest.mark.parametrize(
    ("state", "milestone"),
    [("draft", "received"), ("moving", "cancelled"), ("closed", "departed"), ("closed", "closed")],
)
def test_what_cannot_happen_now_is_refused(state: str, milestone: str) -> None:
    with pytest.raises(IllegalTransition, match=state):
        state_after(state, milestone)


@pytest.mark.parametrize("milestone", sorted(ENDS - {"closed"}))
def test_nothing_moves_on_after_an_end_but_its_closing(milestone: str) -> None:
    for kind in ("packed", "departed", "landed", "picked"):
        with pytest.raises(IllegalTransition):
            state_after(milestone, kind)


@pytest.mark.parametrize("milestone", get_args(MilestoneKind))
def test_every_milestone_that_can_be_sent_may_happen_in_some_state(milestone: str) -> None:
    possible = []
    for state in ("draft", "packed", "moving", "received", "returned", "destroyed"):
        with suppress(IllegalTransition):
            possible.append(state_after(state, milestone))
    assert possible
