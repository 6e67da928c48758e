"""The order of inspection: the worked example, and that the bucket never makes anyone late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.domain.clearance.priority import (
    BUCKET,
    PriorityTier,
    Ranked,
    latest_inspection_start,
    rank,
    ready_at,
    slack,
    tier_of,
)
from services.core.domain.clearance.rank_entry import RankEntry
from tests.support.effort import examples

NOW = datetime(2026, 11, 22, 13, 55, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def an_entry(
    key: str = "A",
    *,
    latest_min: float = 60,
    inspection_min: float = 15,
    ready_min: float | None = None,
) -> RankEntry:
    return RankEntry(
        key=key,
        latest_start=NOW + latest_min * MINUTE,
        inspection=inspection_min * MINUTE,
        ready=None if ready_min is None else NOW + ready_min * MINUTE,
    )


def keys(ranked: Sequence[Ranked]) -> list[str]:
    return [r.entry.key for r in ranked]


def late(entries: Sequence[RankEntry]) -> set[str]:
    """Who begins after the latest start when one bay works these off in this order."""
    free, found = NOW, set()
    for entry in entries:
        begin = max(free, entry.ready or free)
        if begin > entry.latest_start:
            found.add(entry.key)
        free = begin + entry.inspection
    return found


def test_the_worked_example_keeps_both_alive() -> None:
    """13:55, one bay: A latest 14:01, 25 min; B latest 14:29, 12 min. B first would lose A."""
    a = an_entry("A", latest_min=6, inspection_min=25)
    b = an_entry("B", latest_min=34, inspection_min=12)
    ranked = rank([b, a], NOW)
    assert keys(ranked) == ["A", "B"]
    assert not late([r.entry for r in ranked])


def test_a_shorter_inspection_goes_first_when_nobody_becomes_late() -> None:
    a = an_entry("A", latest_min=60, inspection_min=25)
    b = an_entry("B", latest_min=80, inspection_min=10)
    ranked = rank([a, b], NOW)
    assert keys(ranked) == ["B", "A"]
    assert ranked[0].moved_ahead_by == 20 * MINUTE


def test_what_no_slot_can_save_ranks_after_what_can_be_saved() -> None:
    ranked = rank([an_entry("lost", latest_min=-5), an_entry("fine", latest_min=600)], NOW)
    assert keys(ranked) == ["fine", "lost"]
    assert ranked[1].tier is PriorityTier.NO_SLOT_IN_TIME
    assert ranked[1].no_slot_in_time


def test_nobody_is_said_to_go_before_what_no_slot_can_save() -> None:
    ranked = rank([an_entry("lost", latest_min=-5), an_entry("fine", latest_min=600)], NOW)
    assert [one.moved_ahead_by for one in ranked] == [0 * MINUTE, 0 * MINUTE]


def test_who_is_late_by_the_safe_end_and_not_by_the_likely_one_can_be_saved() -> None:
    doubtful = replace(an_entry("D", latest_min=-5), likely_start=NOW + 10 * MINUTE)
    lost = replace(an_entry("L", latest_min=-30), likely_start=NOW - MINUTE)
    ranked = rank([lost, doubtful, an_entry("A", latest_min=60)], NOW)
    assert [(one.entry.key, one.doubtful, one.tier.value) for one in ranked] == [
        ("D", True, "CRITICAL"),
        ("A", False, "CRITICAL"),
        ("L", False, "NO_SLOT_IN_TIME"),
    ]


def test_a_shorter_inspection_takes_no_last_hope_away() -> None:
    """D is late by its safe end whoever goes first; behind B it would be late by the likely one."""
    doubtful = an_entry("D", latest_min=-5, inspection_min=25)
    doubtful = replace(doubtful, likely_start=NOW + 5 * MINUTE)
    assert keys(rank([doubtful, an_entry("B", latest_min=20, inspection_min=10)], NOW))[0] == "D"


def test_a_latest_start_before_landing_is_no_slot_in_time() -> None:
    ranked = rank([an_entry(latest_min=60, ready_min=90)], NOW)
    assert ranked[0].slack == -30 * MINUTE


def test_the_deadline_is_counted_back_through_everything_that_follows() -> None:
    latest = latest_inspection_start(NOW, 60 * MINUTE, 30 * MINUTE, 15 * MINUTE)
    assert latest == NOW - 105 * MINUTE
    assert ready_at(NOW, 30 * MINUTE) == NOW + 30 * MINUTE
    assert slack(NOW + 10 * MINUTE, NOW - 5 * MINUTE, NOW) == 10 * MINUTE
    assert slack(NOW + 10 * MINUTE, NOW + 5 * MINUTE, NOW) == 5 * MINUTE


def test_tiers_begin_where_they_say() -> None:
    bounds = [(-1, "NO_SLOT_IN_TIME"), (0, "CRITICAL"), (120, "URGENT"), (360, "SOON")]
    bounds.append((1440, "ROUTINE"))
    assert [tier_of(m * MINUTE).value for m, _ in bounds] == [name for _, name in bounds]


ENTRIES = st.lists(
    st.tuples(st.integers(-30, 240), st.integers(5, 60), st.none() | st.integers(-30, 200)),
    max_size=9,
).map(
    lambda rows: [
        an_entry(f"S{i}", latest_min=latest, inspection_min=length, ready_min=ready)
        for i, (latest, length, ready) in enumerate(rows)
    ]
)


@given(ENTRIES)
@settings(max_examples=examples(400), deadline=None)
def test_nobody_is_made_late_by_the_bucket(entries: list[RankEntry]) -> None:
    savable = [e for e in entries if slack(e.latest_start, e.ready, NOW) >= timedelta(0)]
    by_start = sorted(savable, key=lambda e: (e.latest_start, e.key))
    ranked = [r.entry for r in rank(entries, NOW) if not r.no_slot_in_time]
    assert late(ranked) <= late(by_start)


@given(ENTRIES)
@settings(max_examples=examples(200), deadline=None)
def test_only_starts_within_the_bucket_change_places(entries: list[RankEntry]) -> None:
    ranked = [r.entry for r in rank(entries, NOW) if not r.no_slot_in_time]
    for place, ahead in enumerate(ranked):
        for behind in ranked[place + 1 :]:
            assert ahead.latest_start - behind.latest_start < BUCKET


@given(ENTRIES, st.randoms(use_true_random=False))
@settings(max_examples=examples(200), deadline=None)
def test_the_order_does_not_depend_on_how_it_was_asked(
    entries: list[RankEntry], random: Random
) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert rank(shuffled, NOW) == rank(entries, NOW)
    assert [r.place for r in rank(entries, NOW)] == list(range(1, len(entries) + 1))
