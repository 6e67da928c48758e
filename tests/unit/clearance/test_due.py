"""What the clock does to appointments: every state, before and after each bound."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from services.core.domain.clearance.appointment_life import MOVES, AppointmentState
from services.core.domain.clearance.due import Watched, due

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CONFIRMED = Watched(
    state=AppointmentState.CONFIRMED,
    start=START,
    ready=START - 60 * MINUTE,
    grace=30 * MINUTE,
    answer_by=None,
    answer_within=15 * MINUTE,
    has_left=True,
    ordered="yes",
)
TENTATIVE = replace(CONFIRMED, state=AppointmentState.TENTATIVE, has_left=False, ready=None)
REQUESTED = replace(
    CONFIRMED, state=AppointmentState.REQUESTED, answer_by=START - 40 * MINUTE, ready=None
)


def code(one: Watched, minute: float) -> str | None:
    found = due(one, START + minute * MINUTE)
    return None if found is None else found.code.value


@pytest.mark.parametrize(
    ("one", "minute", "expected"),
    [
        (CONFIRMED, 30, None),
        (CONFIRMED, 30.1, "NOT_SHOWN"),
        (replace(CONFIRMED, ready=START + 20 * MINUTE), 50, None),
        (replace(CONFIRMED, ready=START + 20 * MINUTE), 51, "NOT_SHOWN"),
        (replace(CONFIRMED, ready=None), 31, "NOT_SHOWN"),
        (replace(CONFIRMED, ready=START + 31 * MINUTE), -1, None),
        (replace(CONFIRMED, ready=START + 31 * MINUTE), 0, "READY_AFTER_SLOT"),
        (replace(CONFIRMED, ordered="no"), -500, "NO_INSPECTION"),
        (TENTATIVE, -500, None),
        (replace(TENTATIVE, has_left=True), -500, "TAKEN_OFF"),
        (TENTATIVE, 30, None),
        (TENTATIVE, 31, "NOT_TAKEN_OFF"),
        (REQUESTED, -41, None),
        (REQUESTED, -40, "ANSWER_OVERDUE"),
        (REQUESTED, 31, "NOT_ANSWERED"),
    ],
)
def test_each_rule_begins_at_its_bound(one: Watched, minute: float, expected: str | None) -> None:
    assert code(one, minute) == expected


def test_a_late_flight_is_no_no_show() -> None:
    late = due(replace(CONFIRMED, ready=START + 90 * MINUTE), START + 60 * MINUTE)
    assert late is not None
    assert (late.move, late.minutes) == ("free", {"late_by_min": 90, "grace_min": 30})


@pytest.mark.parametrize(
    ("one", "minute", "ordered", "left"),
    list(
        product(
            (CONFIRMED, TENTATIVE, REQUESTED), (-60, 0, 45), ("yes", "no", "not_yet"), (True, False)
        )
    ),
)
def test_whatever_is_due_is_a_move_that_the_state_takes(
    one: Watched, minute: int, ordered: str, left: bool
) -> None:
    found = due(replace(one, ordered=ordered, has_left=left), START + minute * MINUTE)
    assert found is None or found.move is None or (one.state, found.move) in MOVES
