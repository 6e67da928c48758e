"""Which sequence numbers of one boot are stored: ranges that grow, and the holes between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class SequenceSet:
    """Whole numbers as ranges, half-open, in order, none touching another."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()):
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in ranges:
            self._starts.append(start)
            self._ends.append(end)

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self._starts, number) - 1
        return place >= 0 and number < self._ends[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SequenceSet) and self.ranges() == other.ranges()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"SequenceSet({self.ranges()})"

    def add(self, number: int) -> bool:
        """Take a number in; False when it was there already."""
        starts, ends = self._starts, self._ends
        if ends and number == ends[-1]:  # the next one, as nearly always
            ends[-1] = number + 1
            return True
        after = bisect_right(starts, number)
        before = after - 1
        if before >= 0 and number < ends[before]:
            return False
        joins_before = before >= 0 and ends[before] == number
        joins_after = after < len(starts) and starts[after] == number + 1
        if joins_before and joins_after:
            ends[before] = ends.pop(after)
            del starts[after]
        elif joins_before:
            ends[before] = number + 1
        elif joins_after:
            starts[after] = number
        else:
            starts.insert(after, number)
            ends.insert(after, number + 1)
        return True

    def extend(self, numbers: list[int]) -> bool:
        """Take these in if each is the next one; False, and nothing taken in, when one is not."""
        ends = self._ends
        if not numbers or not ends or numbers != list(range(ends[-1], ends[-1] + len(numbers))):
            return False
        ends[-1] += len(numbers)
        return True

    def ranges(self) -> list[tuple[int, int]]:
        """The ranges, half-open."""
        return list(zip(self._starts, self._ends, strict=True))

    def contiguous(self, start: int) -> int:
        """The highest number such that none from `start` up to it is missing; start − 1 if none."""
        place = bisect_right(self._starts, start) - 1
        return self._ends[place] - 1 if place >= 0 and start < self._ends[place] else start - 1

    def missing(self, start: int, most: int) -> list[tuple[int, int]]:
        """The first holes from `start` up to the highest number, as closed ranges."""
        holes: list[tuple[int, int]] = []
        expected = start
        for first, end in zip(self._starts, self._ends, strict=True):
            if len(holes) == most:
                break
            if first > expected:
                holes.append((expected, first - 1))
            expected = max(expected, end)
        return holes
