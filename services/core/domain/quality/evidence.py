"""The evidence pack: what a decision saw, as bytes that always come out the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

PACK_VERSION = 1


def canonical(document: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8; instants as RFC 3339 in UTC."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    ).encode()


def digest(pack: bytes) -> bytes:
    """SHA-256 of a pack; what a signature is bound to."""
    return hashlib.sha256(pack).digest()


def readings_digest(rows: Iterable[Sequence[Any]]) -> tuple[str, int]:
    """SHA-256 over rows in the order given, hexadecimal, and their number.

    One line a row, its values separated by tabs, as `canonical` writes them: anybody can compute
    it again from the log that the API lists.
    """
    found, count = hashlib.sha256(), 0
    for row in rows:
        line = "\t".join(json.dumps(value, ensure_ascii=False, default=_plain) for value in row)
        found.update(line.encode() + b"\n")
        count += 1
    return found.hexdigest(), count


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of the journey, from its start until its end."""

    name: str
    start: datetime
    end: datetime


def out_of_label_by_leg(
    excursions: Iterable[tuple[datetime, datetime]], legs: Sequence[Stretch]
) -> dict[str, float]:
    """Minutes outside the label in each leg, between them (`elsewhere`), and in all (`total`).

    Stability budgets count the whole journey: an event judged alone is the usual mistake
    (docs/reference/deviations.md).
    """
    minutes = {leg.name: 0.0 for leg in legs}
    total = elsewhere = timedelta(0)
    for began, ended in excursions:
        left = ended - began
        total += left
        for leg in legs:
            inside = max(timedelta(0), min(ended, leg.end) - max(began, leg.start))
            minutes[leg.name] += _minutes(inside)
            left -= inside
        elsewhere += max(timedelta(0), left)
    return {**minutes, "elsewhere": _minutes(elsewhere), "total": _minutes(total)}


def _minutes(length: timedelta) -> float:
    return round(length.total_seconds() / 60, 1)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no place in an evidence pack")
