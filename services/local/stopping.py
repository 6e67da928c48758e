"""Turns the signals that ask a process to end into one exception, once."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Somebody pressed Ctrl-C, sent SIGTERM or closed the terminal."""


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Raise StopRequested at the first such signal.

    A second one ends the process at once; the kernel then ends its children.
    """
    asked = False

    def on_signal(number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            os._exit(128 + number)
        asked = True
        raise StopRequested

    before = {number: signal.signal(number, on_signal) for number in _ASKING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
