"""Probability of loss: its two fixed points, its limits, and that many give what one gives."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from services.core.domain.clearance.loss import ViabilityEnd, ended_before, ended_within, spread
from services.core.domain.errors import Invalid
from tests.unit.domain.clearance.plan_builders import NOW, at

END = ViabilityEnd(as_of=NOW, p10=at(300), p50=at(420))


def test_it_is_one_in_ten_at_p10_and_one_in_two_at_p50() -> None:
    assert ended_before(END, END.p10) == pytest.approx(0.1)
    assert ended_before(END, END.p50) == pytest.approx(0.5)


def test_nothing_has_ended_before_the_verdict() -> None:
    assert ended_before(END, NOW) == 0.0
    assert ended_before(END, at(-60)) == 0.0


def test_it_rises_with_time() -> None:
    chances = [ended_before(END, at(minutes)) for minutes in range(0, 900, 15)]
    assert chances == sorted(chances)


def test_without_a_spread_the_end_is_a_step() -> None:
    certain = ViabilityEnd(as_of=NOW, p10=at(300), p50=at(300))
    assert [ended_before(certain, at(m)) for m in (299, 300, 301)] == [0.0, 0.0, 1.0]


def test_an_end_that_has_passed_is_still_a_number() -> None:
    passed = ViabilityEnd(as_of=NOW, p10=at(-30), p50=at(60))
    assert ended_before(passed, at(60)) == pytest.approx(0.5)
    assert 0.1 < ended_before(passed, at(30)) < 0.5


def test_p50_before_p10_is_refused() -> None:
    with pytest.raises(Invalid, match="likely end"):
        ViabilityEnd(as_of=NOW, p10=at(10), p50=at(9))


def test_many_at_once_are_what_each_is_alone() -> None:
    ends = [ViabilityEnd(as_of=NOW, p10=at(60 * n), p50=at(75 * n)) for n in range(1, 9)]
    shapes = np.array([spread(end) for end in ends])
    minutes = np.arange(0.0, 900.0, 7.0)
    table = ended_within(np.tile(minutes, (len(ends), 1)), shapes[:, 0], shapes[:, 1])
    alone = [[ended_before(end, NOW + timedelta(minutes=m)) for m in minutes] for end in ends]
    np.testing.assert_allclose(table, alone, atol=1e-12)
