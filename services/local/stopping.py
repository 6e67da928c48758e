"""Turns the signals that ask a process to end into one exception, once."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from services.core.runtime.clock import SystemClock

_ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_IMPATIENT_AFTER_S = 1.0


class StopRequested(BaseException):
    """Somebody pressed Ctrl-C, sent SIGTERM or closed the terminal."""


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Raise StopRequested at the first such signal, and let nothing disturb the end.

    The same request often comes twice, to the process and to its group. Only a Ctrl-C that
    follows after a while is impatience: it ends the process at once, and the kernel its children.
    """
    clock = SystemClock()
    asked_s: float | None = None

    def on_signal(number: int, _frame: FrameType | None) -> None:
        nonlocal asked_s
        if asked_s is None:
            asked_s = clock.monotonic_s()
            raise StopRequested
        if number == signal.SIGINT and clock.monotonic_s() - asked_s > _IMPATIENT_AFTER_S:
            os._exit(128 + number)

    before = {number: signal.signal(number, on_signal) for number in _ASKING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
