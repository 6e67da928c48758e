"""When the shift ends: nobody owns an alarm longer without somebody taking it over."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def end_of_shift(now: datetime, zone: str | None, ends: tuple[time, ...]) -> datetime:
    """The next change of shift after `now`, on the clock of the place; UTC where none is known."""
    here = ZoneInfo(zone) if zone is not None else UTC
    today = now.astimezone(here).date()
    candidates = [
        datetime.combine(today + timedelta(days=day), end, tzinfo=here).astimezone(UTC)
        for day in (0, 1)
        for end in ends
    ]
    return min(instant for instant in candidates if instant > now)
