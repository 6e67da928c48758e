"""Who is called when: the steps of a chain, to the second, and what a standstill does to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.alarm.calling import (
    AUDIENCES,
    QUIET,
    Call,
    Called,
    Chain,
    calls_due,
    chain_of,
)

SINCE = datetime(2026, 11, 22, 12, tzinfo=UTC)
P1 = chain_of(AUDIENCES[1], (5, 10, 15), 15)


def due(chain: Chain, minute: float, called: Called | None = None) -> list[Call]:
    return calls_due(chain, SINCE, called, SINCE + timedelta(minutes=minute))


def at_level(level: int, minute: float) -> Called:
    return Called(since=SINCE, level=level, at=SINCE + timedelta(minutes=minute))


def test_each_step_is_due_at_its_minute_and_not_a_second_before() -> None:
    second = 1 / 60
    for level, minute in ((0, 5), (1, 10), (2, 15)):
        called = at_level(level, minute - 5)
        assert due(P1, minute - second, called) == []
        assert [call.level for call in due(P1, minute, called)] == [level + 1]
    assert [step.audience for step in P1.steps] == [
        "operator", "shift_lead", "whom_to_call", "sponsor_qa",
    ]  # fmt: skip


def test_the_last_step_is_repeated_until_somebody_takes_it() -> None:
    called = at_level(3, 15)
    assert due(P1, 29.99, called) == []
    (again,) = due(P1, 30, called)
    assert (again.level, again.repeated) == (3, True)


def test_after_a_standstill_nobody_is_left_out_and_repetitions_come_once() -> None:
    assert [call.level for call in due(P1, 200)] == [0, 1, 2, 3]
    (once,) = due(P1, 200, at_level(3, 15))
    assert once.due_at == SINCE + timedelta(minutes=195)


def test_another_sounding_begins_with_the_first_again() -> None:
    before = Called(since=SINCE - timedelta(hours=1), level=3, at=SINCE)
    assert [call.level for call in due(P1, 0, before)] == [0]


def test_the_third_priority_is_told_once() -> None:
    assert [call.level for call in due(QUIET, 600)] == [0]
    assert due(QUIET, 600, at_level(0, 0)) == []


@given(st.lists(st.floats(min_value=0, max_value=300), max_size=12))
def test_however_often_one_looks_each_step_is_called_once_and_in_order(looks: list[float]) -> None:
    called: Called | None = None
    levels: list[int] = []
    for minute in sorted(looks):
        for call in due(P1, minute, called):
            called = Called(since=SINCE, level=call.level, at=call.due_at)
            if not call.repeated:
                levels.append(call.level)
    assert levels == list(range(len(levels)))
