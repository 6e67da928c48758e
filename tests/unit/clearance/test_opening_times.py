"""When a bay is open: hours of the week on the site's clock, closures, copies of days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.clearance.opening_times import (
    Hours,
    Stretch,
    copied,
    day_of,
    joined,
    open_stretches,
    without,
)

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERY_DAY = frozenset(range(1, 8))


def span(first_h: float, last_h: float) -> Stretch:
    return MONDAY + first_h * HOUR, MONDAY + last_h * HOUR


def test_without_hours_a_site_is_open_day_and_night() -> None:
    assert open_stretches([span(0, 24), span(24, 48)], [], [], ZoneInfo("Asia/Shanghai")) == [
        span(0, 48)
    ]


def test_hours_are_those_of_the_sites_clock() -> None:
    hours = [Hours(days=EVERY_DAY, from_min=480, until_min=1200)]
    found = open_stretches([span(0, 24)], [], hours, ZoneInfo("Asia/Shanghai"))
    assert found == [span(0, 12)]  # 8:00 to 20:00 in Shanghai


def test_only_the_days_that_are_named_are_open() -> None:
    hours = [Hours(days=frozenset({2}), from_min=0, until_min=1440)]
    assert open_stretches([span(0, 72)], [], hours, ZoneInfo("UTC")) == [span(24, 48)]


def test_a_closure_takes_its_time_out() -> None:
    assert open_stretches([span(0, 10)], [span(2, 3), span(5, 12)], [], ZoneInfo("UTC")) == [
        span(0, 2),
        span(3, 5),
    ]


def test_a_day_is_copied_at_the_same_time_of_the_clock_though_clocks_change() -> None:
    """On 25 October 2026 a day in Frankfurt has 25 hours."""
    day = day_of(date(2026, 10, 24), 1, ZoneInfo("Europe/Berlin"))
    eight = datetime(2026, 10, 24, 6, tzinfo=UTC)
    (copy,) = copied([(eight, eight + 2 * HOUR)], day, 1, ZoneInfo("Europe/Berlin"))
    assert copy == (eight + 25 * HOUR, eight + 27 * HOUR)
    begin, end = day_of(date(2026, 10, 25), 1, ZoneInfo("Europe/Berlin"))
    assert end - begin == 25 * HOUR


def test_only_what_lies_in_the_source_is_copied() -> None:
    day = day_of(date(2026, 11, 23), 1, ZoneInfo("UTC"))
    assert copied([span(-5, 2), span(20, 30)], day, 7, ZoneInfo("UTC")) == [
        span(168, 170),
        span(188, 192),
    ]


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda p: span(p[0], p[0] + p[1])),
    max_size=6,
)


@given(SPANS, SPANS)
def test_an_hour_is_open_when_it_is_published_and_not_closed(
    opened: list[Stretch], closed: list[Stretch]
) -> None:
    found = without(joined(opened), joined(closed))
    for hour in range(50):
        at = MONDAY + (hour + 0.5) * HOUR
        published, shut = (any(a <= at < b for a, b in some) for some in (opened, closed))
        assert any(a <= at < b for a, b in found) == (published and not shut)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_midnight_is_the_end_of_the_day(zone: str) -> None:
    hours = [Hours(days=EVERY_DAY, from_min=0, until_min=1440)]
    assert open_stretches([span(0, 48)], [], hours, ZoneInfo(zone)) == [span(0, 48)]
