"""What differs between two documents of profiles: number by number, and what is no number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]

_PARTS = ("name_en", "name_zh", "clock_start", "container")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberChange:
    """A number that is another one; without `before` it is new, without `after` it is taken away.

    `band` is the name of the excursion band that it stands in.
    """

    name: str
    band: str | None = None
    before: Document | None = None
    after: Document | None = None


def changed_numbers(before: Document, after: Document) -> list[NumberChange]:
    """Numbers of the profile, of its bands and of its rate table, whose value or source differs."""
    old, new = _numbers(before), _numbers(after)
    return [
        NumberChange(
            name=name, band=band, before=old.get((band, name)), after=new.get((band, name))
        )
        for band, name in dict.fromkeys((*old, *new))
        if old.get((band, name)) != new.get((band, name))
    ]


def changed_parts(before: Document, after: Document) -> list[str]:
    """What differs beside the numbers: names, clock, container, sides of bands, knots of rates."""
    found = [name for name in _PARTS if before.get(name) != after.get(name)]
    if _sides(before) != _sides(after):
        found.append("bands")
    if _knots(before) != _knots(after):
        found.append("rate_table")
    return found


def _numbers(document: Document) -> dict[tuple[str | None, str], Document]:
    found: dict[tuple[str | None, str], Document] = {
        (None, name): number for name, number in document.get("numbers", {}).items()
    }
    for band in document.get("bands", ()):
        found |= {(band["name"], name): number for name, number in band["numbers"].items()}
    if "rate_table" in document:
        found[None, "rate_reference_c"] = document["rate_table"]["reference"]
    return found


def _sides(document: Document) -> dict[str, str]:
    return {band["name"]: band["side"] for band in document.get("bands", ())}


def _knots(document: Document) -> Any:
    table = document.get("rate_table")
    return None if table is None else (table["name"], table["knots"])
