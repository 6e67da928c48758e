"""A forecast held against what is usual of its kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import exp, log
from random import Random
from statistics import fmean, variance

import pytest

from services.core.domain.clearance.admission import advise
from services.core.domain.clearance.rank_entry import RankEntry
from services.core.domain.clearance.usual_left import (
    FEWEST,
    HEED,
    NOTHING_SEEN,
    P10_SCORE,
    UsualLeft,
    tempered,
)
from tests.unit.domain.clearance.plan_builders import NOW, at

WIDE = 0.4
USUAL = UsualLeft(seen=FEWEST, mean=log(100.0), variance=0.5)


def ends(safe: float, log_sd: float = WIDE) -> tuple[float, float]:
    return safe, safe * exp(P10_SCORE * log_sd)


def test_one_after_the_other_gives_mean_and_variance() -> None:
    minutes = [Random(3).uniform(1, 300) for _ in range(50)]
    usual = NOTHING_SEEN
    for one in [*minutes, 0.5, -3.0]:
        usual = usual.and_one(one)
    logs = [log(one) for one in minutes]
    assert usual.seen == 50
    assert usual.mean == pytest.approx(fmean(logs))
    assert usual.variance == pytest.approx(variance(logs))


@pytest.mark.parametrize("safe", [20.0, 100.0, 900.0])
def test_both_ends_are_drawn_towards_the_usual_and_come_nearer_to_each_other(safe: float) -> None:
    before, after = ends(safe), tempered(*ends(safe), USUAL)
    kept = log(after[1] / ends(100.0)[1]) / log(before[1] / ends(100.0)[1]) if safe != 100 else None
    of_kind = USUAL.variance - WIDE**2
    assert kept is None or kept == pytest.approx(1 - HEED * (1 - of_kind / USUAL.variance))
    assert after[1] / after[0] < before[1] / before[0]


def test_a_certain_end_a_kind_seldom_seen_and_an_end_gone_by_are_left_as_they_are() -> None:
    rare = replace(USUAL, seen=FEWEST - 1)
    for found, usual in (((900.0, 900.0), USUAL), (ends(900.0), rare), ((0.5, 400.0), USUAL)):
        assert tempered(*found, usual) == found


def test_the_surer_the_forecast_the_less_it_is_drawn() -> None:
    drawn = [log(900.0 / tempered(*ends(900.0, log_sd), USUAL)[0]) for log_sd in (0.05, 0.2, 0.4)]
    assert drawn == sorted(drawn)
    assert drawn[0] < 0.02


def test_of_two_that_say_the_same_the_one_whose_kind_never_has_so_much_begins_next() -> None:
    common = RankEntry(
        key="A",
        latest_start=at(300),
        inspection=timedelta(minutes=20),
        ready=at(-60),
        likely_start=at(540),
        known_at=at(-60),
    )
    short = replace(common, key="B", usual=replace(USUAL, mean=log(60.0)))
    first = [one.row.entry.key for one in advise([common, short], [NOW], NOW) if one.begin_next]
    assert first == ["B"]
    level = replace(short, usual=replace(USUAL, seen=1))
    first = [one.row.entry.key for one in advise([common, level], [NOW], NOW) if one.begin_next]
    assert first == ["A"]
