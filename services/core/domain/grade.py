"""How safely a box's readings reach us: what its way of speaking can promise, and no more."""

from __future__ import annotations

from enum import IntEnum


class Grade(IntEnum):
    """The value is what is stored; a higher one promises less."""

    RECEIPTED = 0
    """The box numbers its readings and keeps each until it has our receipt: a loss shows itself."""

    ACKNOWLEDGED = 1
    """Each message is repeated until the broker has it; what is lost behind that nobody misses."""

    BEST_EFFORT = 2
    """Sent once, or without a time of its own: readings can be missing, or stand twice."""

    @property
    def word(self) -> str:
        """As it is written in the API and in evidence."""
        return self.name.lower()
