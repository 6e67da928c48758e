"""Moore–Hodgson on the open list, against trying every subset; and the order after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from random import Random

from services.core.domain.clearance.admission import admit, admitted_rank, advise, keep_most
from services.core.domain.clearance.least_loss import falls_fastest
from services.core.domain.clearance.rank_entry import RankEntry
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


def an_unsure(key: str, latest: float, likely: float, minutes: float = 20) -> RankEntry:
    """Counted since an hour ago."""
    return replace(an_entry(key, latest, minutes), likely_start=at(likely), known_at=at(-60))


def test_a_doubtful_one_stays_first_while_the_queue_is_calm() -> None:
    entries = [an_unsure("D", -5, 40), an_entry("A", 30, 10)]
    rows = admitted_rank(entries, [NOW], NOW)
    assert [(row.entry.key, row.doubtful, row.no_slot_in_time) for row in rows] == [
        ("D", True, False),
        ("A", False, False),
    ]


def test_in_a_long_queue_a_doubtful_one_stands_behind_those_that_can_be_kept() -> None:
    crowd = [an_entry(f"C{n:02}", 5000, 25) for n in range(30)]
    rows = admitted_rank([an_unsure("D", -5, 40), an_entry("LOST", -5, 10), *crowd], [NOW], NOW)
    assert [row.entry.key for row in rows][-2:] == ["D", "LOST"]


def test_whose_chance_falls_fastest_is_proposed_next_and_the_order_stands() -> None:
    """A may be late any minute now; B has a later start, and its chance falls in hours only."""
    entries = [an_unsure("B", 20, 600), an_unsure("A", 25, 60)]
    advised = advise(entries, [NOW], NOW)
    assert [(one.row.entry.key, one.begin_next) for one in advised] == [("B", False), ("A", True)]


def test_a_certain_deadline_is_left_to_the_order() -> None:
    advised = advise([an_entry("A", 10, 20), an_entry("B", 20, 5)], [NOW], NOW)
    assert not any(one.begin_next for one in advised)


def test_who_has_hardly_a_chance_is_not_proposed() -> None:
    """Its P10 and its P50 have long passed: nine in ten that it is late already."""
    entries = [an_unsure("GONE", -50, -45), an_unsure("A", 30, 90)]
    assert [one.row.entry.key for one in advise(entries, [NOW], NOW) if one.begin_next] == ["A"]


def test_per_minute_of_inspection_the_shorter_one_saves_more() -> None:
    ends = [(30.0, 60.0, -60.0), (30.0, 60.0, -60.0)]
    assert falls_fastest(ends, [40.0, 20.0], 1) == 1
