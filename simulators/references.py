"""Shipment references that carry the seed and the start, so that a run finds its own again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

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
