"""A day at a site in figures: quantiles that occurred, use, and fairness that names nobody."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.clearance.site_figures import (
    DayFigures,
    Happened,
    Visit,
    figures_of,
    gini,
    rank,
)

DAY = date(2026, 11, 22)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
NOTHING = Happened()
SPAN = (DAY, MIDNIGHT, MIDNIGHT + timedelta(days=1))


def at(minutes: float) -> datetime:
    return MIDNIGHT + timedelta(minutes=minutes)


def visit(
    arrived: float, begun: float, ended: float, applicant: str = "A", **more: object
) -> Visit:
    values = {
        "applicant": applicant,
        "arrived_at": at(arrived),
        "ready_at": at(arrived + 20),
        "begun_at": at(begun),
        "ended_at": at(ended),
        "cleared_at": at(ended),
        "latest_start": at(begun + 60),
        "leave_by": at(ended + 90),
        "in_bay": True,
        **more,
    }
    return Visit(**values)  # type: ignore[arg-type]


def a_day(*visits: Visit, happened: Happened = NOTHING) -> DayFigures:
    (found,) = figures_of([SPAN], visits, happened, lambda begin, end: end - begin)
    return found


def test_an_empty_day_has_no_quantiles_and_no_fairness() -> None:
    found = a_day()
    assert (found.inspections, found.arrival_to_clearance_median) == (0, None)
    assert (found.utilisation, found.waiting_gini) == (0.0, None)


def test_times_slack_and_use_of_a_day() -> None:
    found = a_day(
        visit(0, 60, 90),
        visit(100, 160, 220, leave_by=at(215)),
        visit(300, 400, 430, cleared_at=None),
    )
    assert (found.inspections, found.cleared) == (3, 2)
    assert found.arrival_to_clearance_median == timedelta(minutes=90)
    assert found.arrival_to_clearance_p90 == timedelta(minutes=120)
    assert found.slack_at_clearance_least == timedelta(minutes=-5)
    assert found.utilisation == pytest.approx(120 / 1440)


def test_what_was_begun_too_late_and_what_is_only_counted() -> None:
    late = visit(0, 60, 90, latest_start=at(59))
    happened = Happened(
        arrivals=[at(0), at(-1)], losses=[at(5)], overrides=[at(6)], moves=[at(1440), at(7), at(8)]
    )
    found = a_day(late, happened=happened)
    assert (found.begun_too_late, found.arrivals, found.losses) == (1, 1, 1)
    assert (found.overrides, found.moves) == (1, 2)


def test_an_inspection_over_midnight_uses_each_day_with_its_part() -> None:
    found = a_day(visit(-60, -30, 30))
    assert (found.inspections, found.cleared) == (0, 1)
    assert found.utilisation == pytest.approx(30 / 1440)


def test_fairness_is_shown_from_three_firms_on() -> None:
    two = [visit(0, 60, 90, "A"), visit(0, 200, 230, "B")]
    assert a_day(*two).waiting_gini is None
    same = a_day(*(visit(0, 60, 90, name) for name in "ABC"))
    assert (same.applicants, same.waiting_gini) == (3, 0.0)
    unequal = a_day(visit(0, 20, 90, "A"), visit(0, 20, 90, "B"), visit(0, 200, 230, "C"))
    assert unequal.waiting_gini == pytest.approx(2 / 3)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_the_gini_lies_between_nought_and_one_and_knows_no_order(values: list[float]) -> None:
    found = gini(values)
    assert -1e-9 <= found < 1
    assert gini(reversed(values)) == pytest.approx(found)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=40), st.sampled_from([0.5, 0.9]))
def test_a_quantile_is_a_value_that_occurred_and_enough_are_no_greater(
    values: list[int], share: float
) -> None:
    ordered = sorted(timedelta(minutes=value) for value in values)
    found = rank(ordered, share)
    assert found in ordered
    assert sum(one <= found for one in ordered) >= share * len(ordered)
