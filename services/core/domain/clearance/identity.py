"""Comparing what was scanned with what should be there: box, seal, chain-of-identity code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.core.domain.errors import Conflict


class Mark(StrEnum):
    """What can be scanned."""

    BOX = "box"
    SEAL = "seal"
    IDENTITY_CODE = "identity_code"


class ScanPlace(StrEnum):
    """Where somebody scanned."""

    TERMINAL = "terminal"
    BAY = "bay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scan. `matches` None: there was nothing to compare it with."""

    mark: Mark
    place: ScanPlace
    matches: bool | None
    at: datetime


def plain(code: str) -> str:
    """A code as it is compared: scanners differ in case, width and blanks at the ends."""
    return unicodedata.normalize("NFKC", code).strip().upper()


def compare(code: str, expected: Iterable[str]) -> bool | None:
    """Whether the code is one of those expected; None when none is known."""
    known = {plain(one) for one in expected}
    return plain(code) in known if known else None


def latest(scans: Sequence[Scan], place: ScanPlace) -> dict[Mark, Scan]:
    """The last scan of each mark at a place: a second one sets the first right, or wrong."""
    found: dict[Mark, Scan] = {}
    for scan in sorted(scans, key=lambda one: one.at):
        if scan.place is place:
            found[scan.mark] = scan
    return found


def mismatched(scans: Sequence[Scan]) -> list[tuple[ScanPlace, Mark, datetime]]:
    """What does not match by its last scan, and since when."""
    return [
        (place, mark, scan.at)
        for place in ScanPlace
        for mark, scan in latest(scans, place).items()
        if scan.matches is False
    ]


def check_scans(
    scans: Sequence[Scan], expected: Mapping[Mark, Sequence[str]], *, box: bool = True
) -> None:
    """Raise Conflict unless the box, and all else that is known, was scanned and matches.

    A mismatch blocks every decision that lets the shipment go; only its holding can be decided.
    """
    last = latest(scans, ScanPlace.BAY)
    wrong = [mark for mark, scan in last.items() if scan.matches is False]
    if wrong:
        raise Conflict(
            f"the {wrong[0].value} that was scanned is not the one expected",
            field="scans",
            remedy="find the right one and scan it; until then it can be held, not cleared",
        )
    needed = [mark for mark in Mark if (box and mark is Mark.BOX) or expected.get(mark)]
    missing = [mark for mark in needed if mark not in last]
    if missing:
        raise Conflict(
            f"not scanned yet: {', '.join(missing)}", field="scans", remedy="scan it first"
        )
