"""The only reader of the clock: real time, simulated time and a still clock for tests."""

import asyncio
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

CLOCK_VARIABLE = "COLDLANE_CLOCK"
CLOCK_ALLOWED_VARIABLE = "COLDLANE_CLOCK_ALLOWED"
_ALLOWED_BY = frozenset({"up", "tests"})


class ClockRefused(ValueError):
    """The environment asks for a clock that may not be used here, or that cannot be read."""


class Clock(Protocol):
    """What the process believes about time."""

    @property
    def rate(self) -> float:
        """Seconds on this clock per real second; 1 unless time is simulated."""
        ...

    def now(self) -> datetime:
        """The instant on this clock, aware, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Real elapsed seconds, never scaled: for lingers, debounces and measured durations."""
        ...

    async def sleep(self, duration: timedelta) -> None:
        """Wait until `duration` has passed on this clock."""
        ...


class SystemClock:
    """The machine's own clock."""

    rate = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(max(0.0, duration.total_seconds()))


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualClock:
    """Simulated time: equal to real time at `origin`, running `rate` times as fast.

    It is computed from the machine's clock alone, so processes that are handed the same origin
    and rate agree without talking to each other, also after a restart.
    """

    origin: datetime
    rate: float

    def now(self) -> datetime:
        return self.origin + (datetime.now(UTC) - self.origin) * self.rate

    def monotonic_s(self) -> float:
        return time.monotonic()

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(max(0.0, duration.total_seconds() / self.rate))

    def as_setting(self) -> str:
        """The text that makes another process read the same clock."""
        return f"{self.origin.isoformat()},{self.rate:g}"


class FixedClock:
    """A clock that stands still until it is told to move; sleeping moves it. For tests."""

    rate = 1.0

    def __init__(self, at: datetime) -> None:
        self._now = at.astimezone(UTC)
        self._elapsed_s = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic_s(self) -> float:
        return self._elapsed_s

    async def sleep(self, duration: timedelta) -> None:
        self.advance(max(timedelta(0), duration))
        await asyncio.sleep(0)

    def advance(self, duration: timedelta) -> None:
        """Move the clock on by `duration`."""
        self._now += duration
        self._elapsed_s += duration.total_seconds()

    def step(self, duration: timedelta) -> None:
        """Set the clock by `duration`, as a person or a time server does: no time passes."""
        self._now += duration


def parse_virtual_clock(text: str) -> VirtualClock:
    """Read "origin,rate", for example "2026-11-22T00:00:00Z,60"; raises ClockRefused."""
    origin_text, _, rate_text = text.partition(",")
    try:
        origin = datetime.fromisoformat(origin_text.strip())
        rate = float(rate_text)
    except ValueError:
        raise ClockRefused(
            f"{CLOCK_VARIABLE}={text!r} is not 'origin,rate': give an RFC 3339 instant and a"
            " number, for example 2026-11-22T00:00:00Z,60"
        ) from None
    if origin.tzinfo is None:
        raise ClockRefused(f"{CLOCK_VARIABLE}: the origin {origin_text} needs an offset, such as Z")
    if not 0 < rate <= 100_000:
        raise ClockRefused(f"{CLOCK_VARIABLE}: the rate {rate_text} must be above 0, up to 100000")
    return VirtualClock(origin=origin.astimezone(UTC), rate=rate)


def clock_from_env(environment: Mapping[str, str] | None = None) -> Clock:
    """The clock this process must use.

    Simulated time is refused unless `coldlane up` or the tests stand behind it: a service of a
    real installation must never judge material by an invented clock.
    """
    environment = os.environ if environment is None else environment
    text = environment.get(CLOCK_VARIABLE, "").strip()
    if not text:
        return SystemClock()
    if environment.get(CLOCK_ALLOWED_VARIABLE) not in _ALLOWED_BY:
        raise ClockRefused(
            f"{CLOCK_VARIABLE} is set, but simulated time runs only under `coldlane up` and in"
            f" tests: unset {CLOCK_VARIABLE}"
        )
    return parse_virtual_clock(text)
