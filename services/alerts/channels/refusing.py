"""What a receiver's status means: done, later, or never again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from services.core.domain.errors import Conflict, Unavailable

GONE = 410
LONGEST_WAIT = timedelta(minutes=15)
"""A receiver may ask us to wait, not to fall silent for the rest of the cells' life."""


class ReceiverGone(Conflict):
    """The receiver says that it will never take notices again."""


class AskedToWait(Unavailable):
    """The receiver named a time before which it takes nothing."""

    def __init__(self, detail: str, pause: timedelta) -> None:
        super().__init__(detail)
        self.pause = min(pause, LONGEST_WAIT)


def check_status(who: str, status: int, headers: Mapping[str, str]) -> None:
    """Return for 2xx; else raise what it means. A redirect is a failure: it is not followed."""
    if 200 <= status < 300:
        return
    if status == GONE:
        raise ReceiverGone(f"{who} answered {status}: it takes no notices any more")
    wait = headers.get("retry-after", "")
    if wait.isascii() and wait.isdecimal() and len(wait) < 7:
        raise AskedToWait(f"{who} answered {status}", timedelta(seconds=int(wait)))
    raise Unavailable(f"{who} answered {status}")
