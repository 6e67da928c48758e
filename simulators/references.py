"""Names that a run gives: shipment references carry seed and start, so that it finds its own again.

A box has one past: another start is another set of boxes, so box names carry a mark of the run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zlib import crc32

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPE = re.compile(
    r"(?P<lane>[A-Z]{3}-[A-Z]{3})-(?P<number>\d{3,6})-S(?P<seed>\d+)-(?P<start>[0-9A-Z]{5,8})"
)


@dataclass(frozen=True, slots=True)
class ParsedReference:
    """Which run a reference belongs to."""

    seed: int
    start: datetime


def reference_for(lane: str, number: int, seed: int, start: datetime) -> str:
    """Such as `FRA-PVG-001-S7-THQ5DC`: lane, number, seed, start as base-36 seconds."""
    return f"{lane}-{number:03d}-S{seed}-{_base36(int(start.timestamp()))}"


def box_name(scenario: str, seed: int, start: datetime, number: int) -> str:
    """Such as `SIM-4QXK-001`: the mark is a checksum of scenario, seed and start."""
    mark = crc32(f"{scenario}:{seed}:{int(start.timestamp())}".encode()) % 36**4
    return f"SIM-{_base36(mark).rjust(4, '0')}-{number:03d}"


def parse_reference(text: str) -> ParsedReference | None:
    """The run behind a reference, or None when no fleet of ours made it."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    start = datetime.fromtimestamp(int(match["start"], 36), UTC)
    return ParsedReference(int(match["seed"]), start)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
