"""One journey over a lane: when each step really begins and ends, where the box is, what is around.

The journey is drawn once, from the seed; everything after that is a function of time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from simulators.geography import Point, between
from simulators.lanes import Lane, Step
from simulators.places import PLACES

# Air around a box that is not outdoors, °C (grade O; aircraft holds 5-25 °C by their makers).
_INSIDE_C = {"indoors": 21.0, "warehouse": 18.0, "truck": 20.0, "hold": 14.0, "cold_store": 5.0}
_CRYOGENIC_ROOM_C = 20.0
_GROUND_HPA, _CABIN_HPA = 1013.0, 780.0  # cabin altitude near 2,100 m (grade K)
_RAMP = timedelta(minutes=20)  # climb and descent of the cabin


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A step with its times: as the timetable had it, and as it really is."""

    step: Step
    begins: datetime
    ends: datetime
    planned_begin: datetime
    planned_end: datetime

    @property
    def radio_on(self) -> bool:
        """Radio is off in flight, and only there."""
        return self.step.mode != "air"

    def share(self, at: datetime) -> float:
        """How much of the segment has passed, 0 … 1."""
        return min(1.0, max(0.0, (at - self.begins) / (self.ends - self.begins)))


class Journey:
    """The segments of one box, without holes between them."""

    def __init__(self, lane: Lane, segments: Sequence[Segment]) -> None:
        self.lane = lane
        self.segments = tuple(segments)
        self._begins = [segment.begins for segment in segments]

    @property
    def begins(self) -> datetime:
        return self.segments[0].begins

    @property
    def ends(self) -> datetime:
        return self.segments[-1].ends

    def at(self, instant: datetime) -> Segment:
        """The segment that is on; the first before the journey, the last after it."""
        return self.segments[max(0, bisect_right(self._begins, instant) - 1)]

    def step(self, name: str) -> Segment:
        """The segment of a step; raises KeyError when the lane has none of that name."""
        for segment in self.segments:
            if segment.step.name == name:
                return segment
        raise KeyError(name)

    def legs(self) -> tuple[Segment, ...]:
        """The segments in which the box moves."""
        return tuple(segment for segment in self.segments if segment.step.mode)

    def position(self, instant: datetime) -> Point:
        """Where the box truly is: along the great circle of a leg, or at its place."""
        segment = self.at(instant)
        start, end = PLACES[segment.step.at], PLACES[segment.step.to]
        if segment.step.mode is None:
            return Point(start.lat, start.lon)
        return between(Point(start.lat, start.lon), Point(end.lat, end.lon), segment.share(instant))

    @staticmethod
    def ambient_in(segment: Segment, instant: datetime, *, cryogenic: bool) -> float:
        """Air around the box in °C, before the whims of the day."""
        step = segment.step
        if step.setting == "apron":
            return PLACES[step.at].outdoors_c(instant)
        if step.setting == "cold_store" and cryogenic:
            return _CRYOGENIC_ROOM_C
        return _INSIDE_C[step.setting]

    def pressure_hpa(self, instant: datetime) -> float:
        """Pressure around the box: a cabin that climbs and descends in 20 minutes."""
        segment = self.at(instant)
        if segment.step.mode != "air":
            return _GROUND_HPA
        depth = min(1.0, (instant - segment.begins) / _RAMP, (segment.ends - instant) / _RAMP)
        return _GROUND_HPA - (_GROUND_HPA - _CABIN_HPA) * max(0.0, depth)


def draw_journey(
    lane: Lane, lots: Random, *, present: datetime, step_name: str, share: float
) -> Journey:
    """A journey that is `share` (0 … 1) through the named step at `present`."""
    lengths = [_whole_minutes(step.hours.draw_h(lots)) for step in lane.steps]
    names = [step.name for step in lane.steps]
    now_in = names.index(step_name)
    passed = sum(lengths[:now_in], timedelta(0)) + share * lengths[now_in]
    begins = (present - passed).replace(microsecond=0)
    segments = []
    for step, length in zip(lane.steps, lengths, strict=True):
        late = timedelta(minutes=5 * round(lots.triangular(-1, 5, 1)))
        planned_begin = _five_minutes(begins - late)
        segments.append(
            Segment(
                step=step,
                begins=begins,
                ends=begins + length,
                planned_begin=planned_begin,
                planned_end=planned_begin + _whole_minutes(step.hours.usual_h),
            )
        )
        begins += length
    return Journey(lane, segments)


def _whole_minutes(hours: float) -> timedelta:
    return timedelta(minutes=max(1, round(hours * 60)))


def _five_minutes(instant: datetime) -> datetime:
    return instant.replace(minute=instant.minute - instant.minute % 5, second=0, microsecond=0)
