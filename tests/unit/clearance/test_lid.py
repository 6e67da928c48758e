"""Whose minutes an open lid costs, in whatever order the readings come."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.clearance.lid import (
    TOLERANCE,
    Opening,
    Session,
    account,
    openings,
    touches,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FIRST, SECOND = uuid4(), uuid4()


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def opened(begin: float, end: float | None, box_id: str = "CB-0001") -> Opening:
    return Opening(box_id=box_id, begin=at(begin), end=None if end is None else at(end))


def session(begin: float, end: float | None, inspection_id: UUID = FIRST) -> Session:
    return Session(
        inspection_id=inspection_id, begin=at(begin), end=None if end is None else at(end)
    )


def minutes(span: timedelta) -> float:
    return span / timedelta(minutes=1)


def test_an_opening_within_an_inspection_is_charged_to_it() -> None:
    found = account([opened(3, 9)], [session(0, 20)], at(60))
    assert (minutes(found.by_inspection[FIRST]), minutes(found.handling)) == (6, 0)


def test_a_tap_that_came_four_minutes_late_still_belongs_to_the_opening() -> None:
    found = account([opened(-4, 2)], [session(0, 20)], at(60))
    assert (minutes(found.inspections), minutes(found.handling)) == (6, 0)


def test_what_is_open_before_and_after_is_handling() -> None:
    found = account([opened(-30, -20), opened(18, 40)], [session(0, 20)], at(60))
    assert minutes(found.by_inspection[FIRST]) == 7  # 18 … 25, tolerance included
    assert minutes(found.handling) == 10 + 15


def test_minutes_of_a_second_inspection_add_up_with_the_first() -> None:
    found = account(
        [opened(2, 6), opened(62, 65)], [session(0, 10), session(60, 70, SECOND)], at(90)
    )
    assert (minutes(found.by_inspection[FIRST]), minutes(found.by_inspection[SECOND])) == (4, 3)
    assert minutes(found.inspections) == 7


def test_between_two_inspections_close_to_each_other_a_minute_is_charged_once() -> None:
    found = account([opened(0, 20)], [session(0, 8), session(12, 20, SECOND)], at(90))
    assert (minutes(found.by_inspection[FIRST]), minutes(found.by_inspection[SECOND])) == (10, 10)
    assert found.handling == timedelta(0)


def test_two_boxes_open_at_once_count_once() -> None:
    found = account([opened(0, 6), opened(3, 9, "CB-0002")], [session(0, 20)], at(60))
    assert minutes(found.inspections) == 9


def test_a_lid_that_is_still_open_counts_until_now() -> None:
    found = account([opened(5, None)], [session(0, None)], at(12))
    assert minutes(found.inspections) == 7


def test_openings_are_found_in_any_order() -> None:
    changes = [(at(9), False), (at(3), True), (at(12), True)]
    assert openings("CB-0001", changes) == [opened(3, 9), opened(12, None)]


def test_an_opening_touches_an_inspection_within_the_tolerance() -> None:
    edge = TOLERANCE / timedelta(minutes=1)
    assert touches(opened(-9, -edge), session(0, 10), at(60))
    assert not touches(opened(-9, -edge - 1), session(0, 10), at(60))
    assert not touches(opened(10 + edge + 1, 30), session(0, 10), at(60))


CHANGES = st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=30)


@given(CHANGES, st.randoms(use_true_random=False))
def test_the_account_does_not_depend_on_the_order_of_arrival_and_loses_no_minute(
    changes: list[tuple[int, bool]], random: object
) -> None:
    timed = [(at(minute), is_open) for minute, is_open in changes]
    shuffled = list(timed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    sessions = [session(50, 80), session(84, 120, SECOND)]
    found = account(openings("CB-0001", timed), sessions, at(500))
    assert account(openings("CB-0001", shuffled), sessions, at(500)) == found
    whole = sum(((o.end or at(500)) - o.begin for o in openings("CB-0001", timed)), timedelta(0))
    assert found.inspections + found.handling == whole
