"""Free slots: the grid of the bays minus what is held, as a shipment can use it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.clearance.slots import (
    Bay,
    FreeSlot,
    Holding,
    Wish,
    bay_class_for,
    free_place,
    free_slots,
    on_grid,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_bay(bay_id: str = "A", *, places: int = 1, bay_class: str = "cold_2_8") -> Bay:
    return Bay(
        bay_id=bay_id,
        site_id="PVG",
        bay_class=bay_class,
        places=places,
        slot=minutes(15),
        published_from=NOON,
        published_until=NOON + minutes(120),
    )


def held(start: float, length: float = 15, *, bay_id: str = "A", place: int = 1) -> Holding:
    begin = NOON + minutes(start)
    return Holding(bay_id=bay_id, place=place, start=begin, end=begin + minutes(length))


def wish(earliest: float = 0, *, length: float = 15, latest: float | None = None) -> Wish:
    return Wish(
        earliest=NOON + minutes(earliest),
        length=minutes(length),
        latest_start=None if latest is None else NOON + minutes(latest),
        bay_class="cold_2_8",
    )


def starts(slots: list[FreeSlot]) -> list[float]:
    return [(slot.start - NOON) / minutes(1) for slot in slots]


def offers(
    *holdings: Holding, bays: list[Bay] | None = None, want: Wish | None = None
) -> list[float]:
    found = free_slots(bays or [a_bay()], holdings, want or wish(), limit=99, in_time=True)
    return starts(found)


def test_every_point_of_the_published_grid_is_offered() -> None:
    assert offers() == [0, 15, 30, 45, 60, 75, 90, 105]


def test_the_first_offer_is_the_next_point_of_the_grid() -> None:
    assert offers(want=wish(earliest=16))[0] == 30
    assert offers(want=wish(earliest=15))[0] == 15


def test_an_inspection_ends_before_the_grid_does() -> None:
    assert offers(want=wish(length=40))[-1] == 75


def test_what_is_held_is_not_offered() -> None:
    assert offers(held(15), held(45, 30)) == [0, 30, 75, 90, 105]


def test_a_long_inspection_needs_consecutive_slots() -> None:
    assert offers(held(30), want=wish(length=30)) == [0, 45, 60, 75, 90]


def test_the_second_place_is_offered_when_the_first_is_held() -> None:
    found = free_slots([a_bay(places=2)], [held(0)], wish(), limit=2, in_time=True)
    assert [(slot.place, slot.start) for slot in found] == [(2, NOON), (1, NOON + minutes(15))]


def test_slots_later_than_the_latest_start_are_not_in_time() -> None:
    assert offers(want=wish(latest=30)) == [0, 15, 30]
    late = free_slots([a_bay()], [], wish(latest=-10), limit=2, in_time=False)
    assert [slot.spare for slot in late] == [minutes(-10), minutes(-25)]


def test_bays_of_another_class_are_not_offered() -> None:
    assert offers(bays=[a_bay(bay_class="cryogenic")]) == []


def test_bays_are_offered_side_by_side_earliest_first() -> None:
    found = free_slots([a_bay("B"), a_bay("A")], [held(0)], wish(), limit=3, in_time=True)
    assert [(slot.bay.bay_id, slot.start) for slot in found] == [
        ("B", NOON),
        ("A", NOON + minutes(15)),
        ("B", NOON + minutes(15)),
    ]


@pytest.mark.parametrize(
    ("label_hi_c", "needed"),
    [
        (-150.0, "cryogenic"),
        (-20.0, "cryogenic"),
        (8.0, "cold_2_8"),
        (25.0, "ambient"),
        (None, "ambient"),
    ],
)
def test_the_label_range_names_the_class_of_bay(label_hi_c: float | None, needed: str) -> None:
    assert bay_class_for(label_hi_c) == needed


def test_a_start_beside_the_grid_is_seen() -> None:
    assert on_grid(a_bay(), NOON + minutes(45))
    assert not on_grid(a_bay(), NOON + minutes(46))


@given(
    holdings=st.lists(st.integers(0, 7), unique=True, max_size=8),
    length=st.sampled_from([10, 15, 20, 30, 45]),
    earliest=st.integers(-30, 130),
)
def test_no_offer_overlaps_what_is_held_and_none_is_forgotten(
    holdings: list[int], length: int, earliest: int
) -> None:
    """Compared with the plain definition: every grid point whose stretch is free."""
    taken = [held(15 * number) for number in holdings]
    expected = []
    for start in range(0, 120, 15):
        begin, end = NOON + minutes(start), NOON + minutes(start + length)
        free = all(one.end <= begin or one.start >= end for one in taken)
        if free and start >= earliest and start + length <= 120:
            expected.append(start)
    assert offers(*taken, want=wish(earliest=earliest, length=length)) == expected


def test_no_place_is_free_when_all_are_held() -> None:
    taken = [held(0, place=1), held(10, place=2)]
    assert free_place(a_bay(places=2), taken, NOON + minutes(5), NOON + minutes(20)) is None
    assert free_place(a_bay(places=2), taken, NOON + minutes(15), NOON + minutes(20)) == 1
