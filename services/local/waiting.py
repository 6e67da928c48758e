"""Waiting for something to become true, in real time."""

import time
from collections.abc import Callable
from datetime import timedelta

from services.core.runtime.clock import SystemClock


def wait_for(true: Callable[[], bool], patience: timedelta, *, look_every_s: float = 0.02) -> bool:
    """Look again and again until it is true or patience ends; returns what was seen last."""
    clock = SystemClock()
    limit_s = clock.monotonic_s() + patience.total_seconds()
    while not (seen := true()) and clock.monotonic_s() < limit_s:
        time.sleep(look_every_s)
    return seen
