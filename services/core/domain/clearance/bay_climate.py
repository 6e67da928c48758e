"""Whether a bay can be used, by the logger in its room: out of range, silent, without power."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind

ON_DELAY = timedelta(minutes=5)
"""So long may a room be out of range, as when a door stands open. Own choice, grade O."""

SILENT_AFTER = timedelta(minutes=15)
"""As long as a box: three records of five minutes missed. Own choice, grade O."""

MISSED_REPORTS = 3

RANGES: dict[str, tuple[float, float]] = {"cold_2_8": (2.0, 8.0)}
"""What the name of a class of bay says itself; others are given with the logger."""


class Unfit(StrEnum):
    """Why a bay cannot be used."""

    OUT_OF_RANGE = "out_of_range"
    SILENT = "silent"
    NO_POWER = "no_power"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logger:
    """A logger of a bay: its range, its last readings in order, and what it said of its power.

    `listening_since`: since when somebody has been listening; None while nobody does.
    """

    box_id: str
    low_c: float | None
    high_c: float | None
    interval: timedelta
    since: datetime
    heard_at: datetime | None
    readings: Sequence[tuple[datetime, float]]
    powerless_since: datetime | None
    listening_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BayRoom:
    """A bay with its loggers, who is inside, and who is booked; shipments by reference."""

    bay_id: str
    box_no: int
    loggers: Sequence[Logger]
    inside: Sequence[str]
    booked: Sequence[str]


def check_range(
    bay_class: str, low_c: float | None, high_c: float | None
) -> tuple[float | None, float | None]:
    """The range of a new logger: as given, else what the class of the bay says."""
    low, high = RANGES.get(bay_class, (None, None))
    return (low if low_c is None else low_c), (high if high_c is None else high_c)


def bay_alarms(rooms: Sequence[BayRoom], now: datetime) -> Iterator[DerivedAlarm]:
    """One alarm a bay, whatever its loggers say, with everybody whom it concerns."""
    for room in rooms:
        found = [pair for logger in room.loggers for pair in faults(logger, now)]
        if not found:
            continue
        since = min(at for _, at in found)
        yield DerivedAlarm(
            kind=AlarmKind.BAY_UNFIT,
            subject=room.bay_id,
            began_at=since,
            facts={
                "bay_id": room.bay_id,
                "name": room.bay_id,
                "since": since.isoformat(),
                "why": sorted({why.value for why, _ in found}),
                "inside": sorted(room.inside),
                "booked": sorted(room.booked),
                "n": len(set(room.inside) | set(room.booked)),
            },
            config={"on_delay_s": ON_DELAY.total_seconds()},
        )


def faults(logger: Logger, now: datetime) -> Iterator[tuple[Unfit, datetime]]:
    """What is wrong with the room by this logger, and since when."""
    if logger.powerless_since is not None:
        yield Unfit.NO_POWER, logger.powerless_since
    silent = _silent_since(logger, now)
    if silent is not None:
        yield Unfit.SILENT, silent
    outside = _outside_since(logger)
    if outside is not None and now - outside >= ON_DELAY:
        yield Unfit.OUT_OF_RANGE, outside


def _silent_since(logger: Logger, now: datetime) -> datetime | None:
    """Silence counts only while we listen: our own deafness is another alarm."""
    if logger.listening_since is None:
        return None
    heard = max(logger.heard_at or logger.since, logger.since)
    allowed = max(SILENT_AFTER, MISSED_REPORTS * logger.interval)
    return heard if now - max(heard, logger.listening_since) >= allowed else None


def _outside_since(logger: Logger) -> datetime | None:
    """The beginning of the stretch out of range that the last reading ends."""
    since: datetime | None = None
    for at, value in reversed(logger.readings):
        low = logger.low_c is not None and value < logger.low_c
        high = logger.high_c is not None and value > logger.high_c
        if not (low or high):
            break
        since = at
    return since
