"""Names that a run gives: short ones for people, and bag names that lead back to the run.

A box has one past: another start is another set of boxes, so names carry a mark of the run. The
name of a bag says scenario, seed and start in full, so that a run finds its own shipments again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zlib import crc32

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BAG = re.compile(
    r"BAG-\d{3,6}[A-Z]?\.(?P<scenario>[a-z0-9-]{1,32})\.S(?P<seed>\d+)\.(?P<start>[0-9A-Z]{5,8})"
)


@dataclass(frozen=True, slots=True)
class RunName:
    """Which run something belongs to."""

    scenario: str
    seed: int
    start: datetime

    @property
    def mark(self) -> str:
        """Four characters: a checksum of scenario, seed and start."""
        text = f"{self.scenario}:{self.seed}:{int(self.start.timestamp())}"
        return _base36(crc32(text.encode()) % 36**4).rjust(4, "0")


def reference_for(run: RunName, number: int) -> str:
    """A shipment, such as `CL-4QXK-001`: short enough for a strip."""
    return f"CL-{run.mark}-{number:03d}"


def box_name(run: RunName, number: int) -> str:
    """A box, such as `SIM-4QXK-001`."""
    return f"SIM-{run.mark}-{number:03d}"


def bag_name(run: RunName, number: int, letter: str = "") -> str:
    """A payload, such as `BAG-001.demo.S7.TOTNWG`: the start as seconds to the base 36."""
    start = _base36(int(run.start.timestamp()))
    return f"BAG-{number:03d}{letter}.{run.scenario}.S{run.seed}.{start}"


def parse_bag_name(text: str) -> RunName | None:
    """The run behind a bag, or None when no fleet of ours named it."""
    match = _BAG.fullmatch(text)
    if match is None:
        return None
    start = datetime.fromtimestamp(int(match["start"], 36), UTC)
    return RunName(match["scenario"], int(match["seed"]), start)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
