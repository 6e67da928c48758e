"""The reserve: its share, its spread over the hour, and that classes have their own."""

from __future__ import annotations

from dataclasses import replace

from services.core.domain.clearance.reserve import reserved
from tests.unit.domain.clearance.plan_builders import slots


def test_the_share_is_met_over_several_hours() -> None:
    marked = reserved(slots(0, 40), share=0.3)
    assert sum(slot.reserved for slot in marked) == 12


def test_no_hour_gives_more_than_one_slot_above_its_share() -> None:
    marked = reserved(slots(0, 40), share=0.3)
    by_hour = [sum(slot.reserved for slot in marked[n : n + 4]) for n in range(0, 40, 4)]
    assert set(by_hour) == {1, 2}


def test_reserved_slots_of_one_hour_are_spread() -> None:
    marked = reserved(slots(0, 4), share=0.5)
    assert [slot.reserved for slot in marked] == [False, True, False, True]


def test_each_bay_class_has_its_own_reserve() -> None:
    cold, frozen = slots(0, 4), [replace(s, bay_class="cryogenic") for s in slots(0, 4, place=2)]
    marked = reserved(cold + frozen, share=0.25)
    assert {slot.bay_class for slot in marked if slot.reserved} == {"cold_2_8", "cryogenic"}


def test_no_share_reserves_nothing() -> None:
    assert not any(slot.reserved for slot in reserved(slots(0, 8), share=0.0))
