"""Which stretches of time get a partition of their own; pure arithmetic on one nested grid.

A stretch is six hours, a day, a week or four weeks wide. The four grids share an origin, so that a
wider stretch holds whole narrower ones: whatever the width was before, the next ones fit beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

WIDTHS = (timedelta(hours=6), timedelta(days=1), timedelta(days=7), timedelta(days=28))
_ORIGIN = datetime(2001, 1, 1, tzinfo=UTC)

LARGEST = 1 << 30
"""Bytes a partition should at most grow to, indexes and all.

What is written to lies in memory: the newest partition and its index should fit there.
"""


class Cell(NamedTuple):
    """From `start` until before `end`."""

    start: datetime
    end: datetime

    def overlaps(self, other: Cell) -> bool:
        """Whether an instant lies in both."""
        return self.start < other.end and other.start < self.end


def cell_at(at: datetime, width: timedelta) -> Cell:
    """The stretch of that width in which the instant lies."""
    start = _ORIGIN + (at - _ORIGIN) // width * width
    return Cell(start, start + width)


def choose_width(bytes_a_day: float, largest: int = LARGEST) -> timedelta:
    """The widest stretch that stays below the largest size at this rate."""
    fitting = [width for width in WIDTHS if bytes_a_day * (width / timedelta(days=1)) <= largest]
    return max(fitting, default=WIDTHS[0])


def missing_cells(
    window: Cell, others: Iterable[datetime], existing: Sequence[Cell], width: timedelta
) -> list[Cell]:
    """Stretches to be added so that the window and the other instants are covered, in order.

    Of the given width where that fits between the existing ones, narrower elsewhere.
    """
    known = list(existing)
    added: list[Cell] = []
    for start, end in (window, *((at, at + timedelta.resolution) for at in sorted(others))):
        at = start
        while at < end:
            cell = next((one for one in known if one.start <= at < one.end), None)
            if cell is None:
                cell = _widest_free(at, known, width)
                known.append(cell)
                added.append(cell)
            at = cell.end
    return sorted(added)


def _widest_free(at: datetime, known: Sequence[Cell], width: timedelta) -> Cell:
    cells = [cell_at(at, one) for one in sorted(WIDTHS, reverse=True) if one <= width]
    # The narrowest is free: what exists is made of whole ones, and none of it holds the instant.
    return next((c for c in cells if not any(map(c.overlaps, known))), cells[-1])
