"""Moore–Hodgson on the open list, against trying every subset; and the order after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations
from random import Random

from services.core.domain.clearance.admission import (
    admit,
    admitted_rank,
    keep_most,
    may_begin_first,
)
from services.core.domain.clearance.priority import RankEntry
from tests.unit.domain.clearance.plan_builders import NOW, at


def an_entry(key: str, latest: float, minutes: float) -> RankEntry:
    return RankEntry(key=key, latest_start=at(latest), inspection=timedelta(minutes=minutes))


def can_all_begin(
    latest: Sequence[float], length: Sequence[float], subset: Sequence[int], free: float
) -> bool:
    """On one bay: by due time, which is feasible whenever anything is."""
    for n in sorted(subset, key=lambda n: latest[n] + length[n]):
        if free > latest[n]:
            return False
        free += length[n]
    return True


def test_on_one_bay_no_larger_set_could_be_kept() -> None:
    for seed in range(400):
        lots = Random(seed)
        count = lots.randint(1, 8)
        latest = [lots.uniform(0, 150) for _ in range(count)]
        length = [lots.uniform(5, 50) for _ in range(count)]
        kept = keep_most(latest, length, [10.0])
        assert can_all_begin(latest, length, kept, 10.0)
        larger = combinations(range(count), len(kept) + 1)
        assert not any(can_all_begin(latest, length, subset, 10.0) for subset in larger)


def test_when_all_fit_nobody_is_set_aside() -> None:
    entries = [an_entry("A", 30, 25), an_entry("B", 60, 25), an_entry("C", 90, 25)]
    assert admit(entries, [NOW], NOW).set_aside == ()


def test_the_longest_is_set_aside_when_not_all_fit() -> None:
    entries = [an_entry("A", 10, 60), an_entry("B", 20, 10), an_entry("C", 25, 10)]
    admission = admit(entries, [at(5)], NOW)
    assert [entry.key for entry in admission.set_aside] == ["A"]


def test_a_second_bay_keeps_them_all() -> None:
    entries = [an_entry("A", 10, 60), an_entry("B", 20, 10), an_entry("C", 25, 10)]
    assert admit(entries, [at(5), at(5)], NOW).set_aside == ()


def test_who_is_set_aside_ranks_after_the_kept_and_before_what_no_slot_saves() -> None:
    entries = [
        an_entry("LATE", -5, 10),
        an_entry("LONG", 10, 60),
        an_entry("B", 20, 10),
        an_entry("C", 25, 10),
    ]
    rows = admitted_rank(entries, [at(5)], NOW)
    assert [row.entry.key for row in rows] == ["B", "C", "LONG", "LATE"]
    assert [row.place for row in rows] == [1, 2, 3, 4]
    assert [row.no_slot_in_time for row in rows] == [False, False, False, True]


def test_a_doubtful_one_begins_first_only_when_nobody_loses_by_it() -> None:
    doubtful = an_entry("D", -5, 20)
    assert may_begin_first(doubtful, [an_entry("A", 30, 10)], [NOW], NOW)
    assert not may_begin_first(doubtful, [an_entry("A", 15, 10)], [NOW], NOW)


def test_in_a_long_queue_a_doubtful_one_waits() -> None:
    crowd = [an_entry(f"C{n:02}", 5000, 25) for n in range(12)]
    assert not may_begin_first(an_entry("D", -5, 20), crowd, [NOW], NOW)
