"""What a deadline counts on is said beside it."""

from __future__ import annotations

import pytest

from services.alerts import shown
from services.core.domain.viability.assessment import assess
from tests.unit.viability.builders import a_case, at, pieces_to_points, samples

Pieces = list[list[float]]


@pytest.mark.parametrize(
    ("pieces", "minute", "caveats"),
    [
        ([[0, 120, 5.0, 5.0]], 120, ["cold_loss_unseen"]),  # the hold time binds
        ([[0, 60, 5.0, 5.0], [60, 80, 5.0, 7.0]], 80, []),  # a trend does
        ([[0, 120, 5.0, 5.0]], 73 * 60, []),  # it is over
    ],
)
def test_a_deadline_that_no_trend_sets_counts_on_the_box_keeping_its_cold(
    pieces: Pieces, minute: float, caveats: list[str]
) -> None:
    found = assess(a_case(heard_min=minute), None, samples(pieces_to_points(pieces)), at(minute))
    assert shown.summary(found.assessment, found.state)["caveats"] == caveats
