"""The evidence pack: what a decision saw, as bytes that always come out the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

PACK_VERSION = 4


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A stay that counts: from leaving the label until it is inside again.

    `length` is the time beyond the label in it, which is a little less.
    """

    start: datetime
    end: datetime
    length: timedelta


def out_of_label_by_leg(
    stays: Iterable[Outside], legs: Sequence[Stretch], brief: timedelta = timedelta(0)
) -> dict[str, float]:
    """Minutes outside the label in each leg, between them (`elsewhere`), and in all (`total`).

    `brief` is the time beyond it in stays too short to count; the total has it, as the verdict's.
    A stay that goes over the end of a leg is shared out by time.
    Stability budgets count the whole journey: an event judged alone is the usual mistake
    (docs/reference/deviations.md).
    """
    minutes = {leg.name: 0.0 for leg in legs}
    total, elsewhere = brief, timedelta(0)
    for stay in stays:
        total += stay.length
        whole = left = stay.end - stay.start
        for leg in legs:
            inside = max(timedelta(0), min(stay.end, leg.end) - max(stay.start, leg.start))
            minutes[leg.name] += _minutes(stay.length * (inside / whole) if whole else inside)
            left -= inside
        elsewhere += stay.length * (max(timedelta(0), left) / whole) if whole else stay.length
    rest = {"elsewhere": elsewhere, "brief": brief, "total": total}
    return {**minutes, **{name: _minutes(length) for name, length in rest.items()}}


def _minutes(length: timedelta) -> float:
    return round(length.total_seconds() / 60, 1)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no place in an evidence pack")
