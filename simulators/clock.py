"""The fleet's own clock: real time, or the simulated time of a whole system.

The services have theirs; a box does not share code with the service that judges it. Both read the
same setting, `COLDLANE_CLOCK=origin,rate`, so they agree.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.core.domain.errors import Invalid

CLOCK_VARIABLE = "COLDLANE_CLOCK"


@dataclass(frozen=True, slots=True)
class FleetClock:
    """Time that equals real time at `origin` and runs `rate` times as fast; rate 1 is real time."""

    origin: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    rate: float = 1.0

    def now(self) -> datetime:
        real = datetime.now(UTC)
        return real if self.rate == 1.0 else self.origin + (real - self.origin) * self.rate

    async def sleep(self, duration: timedelta) -> None:
        """Wait until `duration` has passed on this clock."""
        await asyncio.sleep(max(0.0, duration.total_seconds() / self.rate))

    async def sleep_until(self, instant: datetime) -> None:
        """Wait until this clock shows `instant`; returns at once when it has passed."""
        await self.sleep(instant - self.now())


def clock_from_env(environment: Mapping[str, str] | None = None) -> FleetClock:
    """The clock that the environment asks for; raises Invalid when it cannot be read."""
    text = (os.environ if environment is None else environment).get(CLOCK_VARIABLE, "").strip()
    if not text:
        return FleetClock()
    origin_text, _, rate_text = text.partition(",")
    try:
        origin, rate = datetime.fromisoformat(origin_text.strip()), float(rate_text)
        if origin.tzinfo is None or not 0 < rate <= 100_000:
            raise ValueError
    except ValueError:
        raise Invalid(
            f"{CLOCK_VARIABLE}={text!r} is not 'origin,rate'",
            field=CLOCK_VARIABLE,
            remedy="give an RFC 3339 instant and a rate, such as 2026-11-22T00:00:00Z,60",
        ) from None
    return FleetClock(origin=origin.astimezone(UTC), rate=rate)
