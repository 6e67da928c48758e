"""Calibration: what a probe read made into what was true, once, on the way into the fold.

Records come from certificates; each holds from one instant to another. At any instant the record
that began last is in force, and of two that began together the one that was entered last: a wrong
record is set right by entering it anew. A record that has run out is still the best that is known:
it goes on being applied, and the verdict says that it has run out. Raw readings never change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from services.core.domain.errors import Invalid
from services.core.domain.units import Microseconds, to_us
from services.core.domain.viability.sample import COLDEST_C, HOTTEST_C, Sample, is_measured

MOST_POINTS = 32

Point = tuple[float, float]
"""What the probe read, and what was true, both in degrees Celsius."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One certificate of a probe; `points` ascend in what the probe read."""

    probe_id: str
    points: tuple[Point, ...]
    valid_from: datetime
    valid_until: datetime
    recorded_at: datetime

    def true(self, temp_c: float) -> float:
        """The deviation of the points, in straight lines between them, constant beyond them."""
        points = self.points
        after = bisect_right(points, temp_c, key=lambda point: point[0])
        if after in (0, len(points)):
            read, true = points[min(after, len(points) - 1)]
            return temp_c + (true - read)
        (read0, true0), (read1, true1) = points[after - 1], points[after]
        share = (temp_c - read0) / (read1 - read0)
        return temp_c + (true0 - read0) * (1 - share) + (true1 - read1) * share

    def document(self) -> list[object]:
        """What a verdict's digest takes in."""
        ends = [self.valid_from, self.valid_until, self.recorded_at]
        return [self.probe_id, [list(point) for point in self.points], *ends]


class Seat(NamedTuple):
    """A probe in the product of a box, from one instant to before another (None: still)."""

    box_id: str
    probe_id: str
    begin_us: Microseconds
    end_us: Microseconds | None


def check_points(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points in ascending order; raises Invalid when no curve goes through them."""
    found = tuple(sorted(points))
    if not 1 <= len(found) <= MOST_POINTS:
        raise _invalid(f"a calibration has 1 to {MOST_POINTS} points, not {len(found)}")
    if any(first[0] == second[0] for first, second in pairwise(found)):
        raise _invalid("two points stand at the same reading of the probe")
    if any(not COLDEST_C <= value <= HOTTEST_C for point in found for value in point):
        raise _invalid(f"a point is outside {COLDEST_C} to {HOTTEST_C} degrees Celsius")
    if any(first[1] >= second[1] for first, second in pairwise(found)):
        raise _invalid("the true temperatures do not rise with the readings of the probe")
    return found


class Calibrator:
    """The records of some probes, ready to be looked up by instant."""

    def __init__(self, records: Iterable[Calibration], seats: Iterable[Seat] = ()):
        self._records: defaultdict[str, list[Calibration]] = defaultdict(list)
        for one in sorted(records, key=lambda one: (one.valid_from, one.recorded_at)):
            self._records[one.probe_id].append(one)
        self._begins = {
            probe: [to_us(one.valid_from) for one in found]
            for probe, found in self._records.items()
        }
        self._seats: defaultdict[str, list[Seat]] = defaultdict(list)
        for seat in seats:
            self._seats[seat.box_id].append(seat)

    def take(
        self, samples: Iterable[Sample], from_us: Microseconds, until_us: Microseconds
    ) -> tuple[list[Sample], dict[str, Microseconds]]:
        """The samples with true temperatures; and since when, between the two instants, each probe
        measured with a record that had run out.

        A probe's error value stays what it is.
        """
        done: list[Sample] = []
        run_out: dict[str, Microseconds] = {}
        for sample in samples:
            record = self._in_force(sample)
            if record is None or sample.temp_c is None:
                done.append(sample)
                continue
            us = sample.placed_us
            if from_us <= us <= until_us and us >= to_us(record.valid_until):
                run_out[record.probe_id] = min(us, run_out.get(record.probe_id, us))
            done.append(sample._replace(temp_c=record.true(sample.temp_c)))
        return done, run_out

    def _in_force(self, sample: Sample) -> Calibration | None:
        if not is_measured(sample.temp_c):
            return None
        probe = sample.probe or self._seated(sample.box_id, sample.placed_us)
        if probe is None or probe not in self._records:
            return None
        position = bisect_right(self._begins[probe], sample.placed_us)
        return self._records[probe][position - 1] if position else None

    def _seated(self, box_id: str, at_us: Microseconds) -> str | None:
        """The probe of a box that does not name it: the only one in the product at that time."""
        found = {
            seat.probe_id
            for seat in self._seats.get(box_id, ())
            if seat.begin_us <= at_us and (seat.end_us is None or at_us < seat.end_us)
        }
        return found.pop() if len(found) == 1 else None


def _invalid(detail: str) -> Invalid:
    return Invalid(
        detail, field="points", remedy="copy the points of the certificate: reading and true value"
    )
