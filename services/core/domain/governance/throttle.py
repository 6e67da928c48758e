"""How long a guesser, or who asks for too much, waits: some are free, then each doubles it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """All numbers are our own choice. What was wrong is forgotten after `forgotten_after`."""

    free: int
    most: timedelta
    forgotten_after: timedelta = timedelta(hours=1)

    def pause(self, failures: int) -> timedelta:
        """How long the next answer is not listened to after so many wrong ones."""
        beyond = failures - self.free
        if beyond < 0:
            return timedelta(0)
        return min(self.most, timedelta(seconds=2.0 ** min(beyond, 30)))


ACCOUNT = Throttle(free=5, most=timedelta(minutes=15))
"""A name that is tried: 5 free, then 1 s, 2 s, 4 s … 15 min."""

SECOND_FACTOR = Throttle(free=5, most=timedelta(minutes=15))
"""Codes of one person: a code of 6 digits must not be found by trying."""

ADDRESS = Throttle(free=30, most=timedelta(minutes=5))
"""An address that tries many names; behind a proxy all people have one address."""

WRONG_KEYS = Throttle(free=20, most=timedelta(minutes=5))
"""An address that sends keys which open nothing."""

STREAMS = Throttle(free=40, most=timedelta(seconds=30))
"""Streams that one person or key opens: each lives 15 minutes, so no more than 70 are open at once.

Pages open one in 15 minutes; a link that breaks again and again has 40 tries before it waits.
"""

EXPORTS = Throttle(free=60, most=timedelta(minutes=1))
"""Files that one person or key takes out: 60, then one a minute until an hour passes without."""
