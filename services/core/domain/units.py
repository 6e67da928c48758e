"""Units of the domain: instants as whole microseconds for the fold, and hours as durations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.core.domain.errors import Invalid

Microseconds = int
"""An instant (since 1970, UTC) or a duration. Whole numbers add up the same in any grouping."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE = timedelta(microseconds=1)

MINUTE_US: Microseconds = 60_000_000
HOUR_US: Microseconds = 3_600_000_000

ZERO_C_K = 273.15
"""0 °C in kelvin."""


class NaiveDatetime(Invalid):
    """An instant without an offset says nothing: add Z or +08:00."""


def aware(instant: datetime, field: str = "instant") -> datetime:
    """The instant itself, refused when it carries no offset."""
    if instant.tzinfo is None:
        raise NaiveDatetime(field=field, remedy="add an offset such as Z or +08:00")
    return instant


def to_us(instant: datetime) -> Microseconds:
    """Microseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // _ONE


def from_us(us: Microseconds) -> datetime:
    """The aware UTC instant."""
    return _EPOCH + timedelta(microseconds=us)


def optional_from_us(us: Microseconds | None) -> datetime | None:
    """The aware UTC instant, or none."""
    return None if us is None else from_us(us)


def duration_us(duration: timedelta) -> Microseconds:
    """A duration in whole microseconds."""
    return duration // _ONE


def hours(value: float) -> timedelta:
    """A duration of so many hours, to the microsecond."""
    return timedelta(microseconds=round(value * HOUR_US))


def minutes(value: float) -> timedelta:
    """A duration of so many minutes, to the microsecond."""
    return timedelta(microseconds=round(value * MINUTE_US))
