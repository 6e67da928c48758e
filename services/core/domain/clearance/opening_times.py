"""When a bay is open: what was published, within the site's hours, less what is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

Stretch = tuple[datetime, datetime]
DAY_MIN = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Hours of some days of the week (1 is Monday), in minutes of the site's local day."""

    days: frozenset[int]
    from_min: int
    until_min: int


def open_stretches(
    openings: Iterable[Stretch], closures: Iterable[Stretch], hours: Sequence[Hours], zone: tzinfo
) -> list[Stretch]:
    """The stretches in which slots begin and end; without hours the site is open day and night."""
    found = joined(openings)
    if hours and found:
        found = _within(found, joined(_daily(hours, found[0][0], found[-1][1], zone)))
    return without(found, joined(closures))


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time as stretches that neither touch nor overlap, in order."""
    found: list[Stretch] = []
    for begin, end in sorted(stretches):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif begin < end:
            found.append((begin, end))
    return found


def without(stretches: Sequence[Stretch], gaps: Sequence[Stretch]) -> list[Stretch]:
    """What is left of stretches when gaps (joined) are taken out."""
    left: list[Stretch] = []
    for begin, end in stretches:
        at = begin
        for gap_begin, gap_end in gaps:
            if gap_end <= at or gap_begin >= end:
                continue
            if gap_begin > at:
                left.append((at, gap_begin))
            at = gap_end
        if at < end:
            left.append((at, end))
    return left


def day_of(day: date, days: int, zone: tzinfo) -> Stretch:
    """So many local days from the one given; a day of 23 or 25 hours is what it is."""
    return _local(day, 0, zone), _local(day + timedelta(days=days), 0, zone)


def copied(stretches: Iterable[Stretch], source: Stretch, days: int, zone: tzinfo) -> list[Stretch]:
    """What of the source is open, so many local days later at the same time of the clock."""
    inside = _within(joined(stretches), [source])
    return [(_shifted(begin, days, zone), _shifted(end, days, zone)) for begin, end in inside]


def _within(some: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    return [
        (max(begin, first), min(end, last))
        for begin, end in some
        for first, last in others
        if max(begin, first) < min(end, last)
    ]


def _daily(hours: Sequence[Hours], begin: datetime, end: datetime, zone: tzinfo) -> list[Stretch]:
    day, found = begin.astimezone(zone).date() - timedelta(days=1), []
    while day <= end.astimezone(zone).date():
        found += [
            (_local(day, one.from_min, zone), _local(day, one.until_min, zone))
            for one in hours
            if day.isoweekday() in one.days
        ]
        day += timedelta(days=1)
    return found


def _local(day: date, minute: int, zone: tzinfo) -> datetime:
    """A time of the local clock, as an instant; 24:00 is the next day's 0:00."""
    day += timedelta(days=minute // DAY_MIN)
    clock = time(minute % DAY_MIN // 60, minute % 60)
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _shifted(instant: datetime, days: int, zone: tzinfo) -> datetime:
    local = instant.astimezone(zone)
    moved = datetime.combine(local.date() + timedelta(days=days), local.time(), zone)
    return moved.astimezone(UTC)
