"""Waiting for something to become true, with an end and a reason."""

from collections.abc import Callable
from datetime import timedelta

from services.local.waiting import wait_for


def wait_until(true: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Look until it is true; raises TimeoutError naming what was waited for."""
    if not wait_for(true, timedelta(seconds=seconds)):
        raise TimeoutError(f"waited {seconds} s in vain for {what}")
