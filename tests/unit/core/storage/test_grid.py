"""The grid of partitions: covers what it must, overlaps nothing, whatever was there before."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.core.storage.grid import (
    LARGEST,
    WIDTHS,
    Cell,
    cell_at,
    choose_width,
    missing_cells,
)

# Also before the grid's origin.
instants = st.integers(-400, 10_000 * 24).map(
    lambda hours: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(hours=hours, seconds=7)
)
widths = st.sampled_from(WIDTHS)
DAY = timedelta(days=1)


@given(steps=st.lists(st.tuples(instants, widths), min_size=1, max_size=5))
def test_stretches_of_changing_width_never_overlap_and_leave_no_hole(
    steps: list[tuple[datetime, timedelta]],
) -> None:
    existing: list[Cell] = []
    for now, width in steps:
        window = Cell(now - 7 * DAY, now + 3 * DAY)
        late = now - 100 * DAY
        existing += missing_cells(window, [late], existing, width)
        existing.sort()
        assert all(a.end <= b.start for a, b in itertools.pairwise(existing))
        inside = [cell for cell in existing if cell.overlaps(window)]
        assert inside[0].start <= window.start
        assert inside[-1].end >= window.end
        assert all(a.end == b.start for a, b in itertools.pairwise(inside))
        assert any(cell.start <= late < cell.end for cell in existing)
        assert missing_cells(window, [late], existing, width) == []


@given(at=instants)
def test_wider_stretches_hold_whole_narrower_ones(at: datetime) -> None:
    cells = [cell_at(at, width) for width in WIDTHS]
    for narrow, wide in itertools.pairwise(cells):
        assert wide.start <= narrow.start
        assert narrow.end <= wide.end


def test_width_is_the_widest_that_stays_small_enough() -> None:
    assert choose_width(0) == timedelta(days=28)
    assert choose_width(LARGEST / 28) == timedelta(days=28)
    assert choose_width(LARGEST / 27) == timedelta(days=7)
    assert choose_width(LARGEST) == timedelta(days=1)
    assert choose_width(100 * LARGEST) == timedelta(hours=6)
