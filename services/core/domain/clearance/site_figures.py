"""What a day at a site came to: how long, how close, how full, and how fair. No firm is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

FEWEST_APPLICANTS = 3
"""With fewer, each could work out how the other was treated. Own choice, grade O."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One inspection: who applied, and its instants. `cleared_at` None: it was not cleared."""

    applicant: str | None
    arrived_at: datetime | None
    ready_at: datetime | None
    begun_at: datetime
    ended_at: datetime | None
    cleared_at: datetime | None
    latest_start: datetime | None
    leave_by: datetime | None
    in_bay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Instants of what is only counted."""

    arrivals: Sequence[datetime] = ()
    losses: Sequence[datetime] = ()
    overrides: Sequence[datetime] = ()
    moves: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """A day's figures; None where nothing was there to count."""

    day: date
    arrivals: int
    inspections: int
    cleared: int
    arrival_to_clearance_median: timedelta | None
    arrival_to_clearance_p90: timedelta | None
    slack_at_clearance_median: timedelta | None
    slack_at_clearance_least: timedelta | None
    begun_too_late: int
    losses: int
    overrides: int
    moves: int
    utilisation: float | None
    applicants: int
    waiting_gini: float | None


def figures_of(
    days: Sequence[tuple[date, datetime, datetime]],
    visits: Sequence[Visit],
    happened: Happened,
    open_for: Callable[[datetime, datetime], timedelta],
) -> list[DayFigures]:
    """Each day with what began, was cleared, or happened in it; `open_for` is its bays' time."""
    return [_day(day, (begin, end), visits, happened, open_for(begin, end))
            for day, begin, end in days]  # fmt: skip


def _day(
    day: date,
    span: tuple[datetime, datetime],
    visits: Sequence[Visit],
    happened: Happened,
    available: timedelta,
) -> DayFigures:
    begun = [one for one in visits if _within(one.begun_at, span)]
    cleared = [one for one in visits if _within(one.cleared_at, span)]
    times = sorted(
        one.cleared_at - one.arrived_at for one in cleared if one.cleared_at and one.arrived_at
    )
    slacks = sorted(one.leave_by - one.cleared_at for one in cleared
                    if one.leave_by and one.cleared_at)  # fmt: skip
    return DayFigures(
        day=day,
        arrivals=_count(happened.arrivals, span),
        inspections=len(begun),
        cleared=len(cleared),
        arrival_to_clearance_median=rank(times, 0.5),
        arrival_to_clearance_p90=rank(times, 0.9),
        slack_at_clearance_median=rank(slacks, 0.5),
        slack_at_clearance_least=slacks[0] if slacks else None,
        begun_too_late=sum(one.latest_start is not None and one.begun_at > one.latest_start
                           for one in begun),
        losses=_count(happened.losses, span),
        overrides=_count(happened.overrides, span),
        moves=_count(happened.moves, span),
        utilisation=_utilisation(visits, span, available),
        applicants=len({one.applicant for one in begun if one.applicant}),
        waiting_gini=_fairness(begun),
    )  # fmt: skip


def rank(ordered: Sequence[timedelta], share: float) -> timedelta | None:
    """The nearest-rank quantile of an ordered list: always a value that occurred."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def gini(values: Iterable[float]) -> float:
    """0 when all have the same, towards 1 when one has everything; values are not negative."""
    ordered = sorted(values)
    total, count = sum(ordered), len(ordered)
    if not total:
        return 0.0
    weighted = sum(place * value for place, value in enumerate(ordered, start=1))
    return 2 * weighted / (count * total) - (count + 1) / count


def _fairness(begun: Sequence[Visit]) -> float | None:
    """How unequally applicants waited on average, from ready to begun."""
    waits: dict[str, list[float]] = defaultdict(list)
    for one in begun:
        if one.applicant is not None and one.ready_at is not None:
            wait = max(timedelta(0), one.begun_at - one.ready_at)
            waits[one.applicant].append(wait / timedelta(minutes=1))
    if len(waits) < FEWEST_APPLICANTS:
        return None
    return gini(sum(each) / len(each) for each in waits.values())


def _utilisation(
    visits: Sequence[Visit], span: tuple[datetime, datetime], available: timedelta
) -> float | None:
    if available <= timedelta(0):
        return None
    begin, end = span
    used = timedelta(0)
    for one in visits:
        if one.in_bay:
            last = min(end, one.ended_at or end)
            used += max(timedelta(0), last - max(begin, one.begun_at))
    return used / available


def _within(at: datetime | None, span: tuple[datetime, datetime]) -> bool:
    return at is not None and span[0] <= at < span[1]


def _count(instants: Iterable[datetime], span: tuple[datetime, datetime]) -> int:
    return sum(_within(at, span) for at in instants)
