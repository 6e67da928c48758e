"""A database that is away: told once by each service, and waited for with growing pauses."""

from __future__ import annotations

import logging
from collections.abc import Iterator

FIRST_PAUSE_S = 1.0
MOST_PAUSE_S = 5.0

logger = logging.getLogger(__name__)


class Outage:
    """What all tasks of a service know of it."""

    def __init__(self) -> None:
        self._is_told = False

    def tell(self, detail: str) -> None:
        """Say so, unless it was said since it was there last."""
        if not self._is_told:
            self._is_told = True
            logger.warning(
                "Waiting for the database.",
                extra={"event": "waiting_for_database", "detail": detail},
            )

    def is_over(self) -> None:
        """A beat has been written."""
        if self._is_told:
            self._is_told = False
            logger.info("The database answers.", extra={"event": "database_answers"})


def pauses_s() -> Iterator[float]:
    """Seconds between one try and the next."""
    pause = FIRST_PAUSE_S
    while True:
        yield pause
        pause = min(2 * pause, MOST_PAUSE_S)
