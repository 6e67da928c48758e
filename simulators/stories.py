"""Mishaps of journeys: what a story does to a lane, to the timetable and to two boxes together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from simulators.lanes import Lane, Spread, Step
from simulators.route import Journey, Segment

Story = Literal[
    "offloaded",
    "flight_cancelled",
    "diverted",
    "cancelled",
    "split",
    "swapped",
    "repacked",
    "reused",
]
IN_PAIRS = frozenset({"split", "swapped", "repacked"})
WAITING = "waiting"

_NEXT_FLIGHT = Spread(2.0, 2.5, 3.0)
_DETOUR_H = 2.0
TURNAROUND = timedelta(hours=1.5)


def lane_told(lane: Lane, story: Story | None) -> Lane:
    """The lane as the story makes it: a wait for the next flight, or a longer flight."""
    if story not in {"offloaded", "flight_cancelled", "diverted"}:
        return lane
    steps: list[Step] = []
    for step in lane.steps:
        if step.mode != "air":
            steps.append(step)
        elif story == "diverted":
            usual = step.hours
            longer = Spread(*(h + _DETOUR_H for h in (usual.low_h, usual.usual_h, usual.high_h)))
            steps.append(replace(step, hours=longer))
        else:
            wait = replace(step, name=WAITING, to=step.at, setting="warehouse", mode=None)
            steps += [replace(wait, hours=_NEXT_FLIGHT, carrier=None), step]
    return replace(lane, steps=tuple(steps))


def timetable_told(journey: Journey, story: Story | None) -> Journey:
    """The same journey with the timetable that knew nothing of the story."""
    if story == "diverted":
        late = timedelta(hours=_DETOUR_H)
    elif story in {"offloaded", "flight_cancelled"}:
        waiting = journey.step(WAITING)
        late = waiting.ends - waiting.begins
    else:
        return journey
    flight = journey.step("flight")
    segments = []
    for segment in journey.segments:
        if segment.begins >= flight.begins:
            departs_late = not (segment is flight and story == "diverted")
            segment = _earlier(segment, late, departs_late=departs_late)
        segments.append(segment)
    return Journey(journey.lane, segments)


def _earlier(segment: Segment, late: timedelta, *, departs_late: bool) -> Segment:
    begins = segment.planned_begin - late if departs_late else segment.planned_begin
    return replace(segment, planned_begin=begins, planned_end=segment.planned_end - late)


def joined(former: Journey, journey: Journey) -> Journey:
    """Two journeys of one box, with the time between them at the place where they meet."""
    last, first = former.segments[-1], journey.segments[0]
    idle = replace(
        last,
        step=replace(last.step, name="turnaround"),
        begins=last.ends,
        ends=first.begins,
        planned_begin=last.ends,
        planned_end=first.begins,
    )
    return Journey(journey.lane, [*former.segments, idle, *journey.segments])
