"""Counts and durations of a load run, in memory that does not grow with the run."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from math import ceil, exp, log

_SHORTEST_S, _LONGEST_S, _GROWTH = 1e-5, 3600.0, 1.02
_BUCKETS = ceil(log(_LONGEST_S / _SHORTEST_S) / log(_GROWTH)) + 1


class Durations:
    """A histogram whose classes are 2 % wide: percentiles are right to 2 %."""

    def __init__(self) -> None:
        self._counts = array("Q", bytes(8 * _BUCKETS))
        self.count = 0

    def add(self, seconds: float) -> None:
        clipped = min(max(seconds, _SHORTEST_S), _LONGEST_S)
        self._counts[int(log(clipped / _SHORTEST_S) / log(_GROWTH))] += 1
        self.count += 1

    def percentile_s(self, percent: float) -> float | None:
        """The duration that this share did not exceed; None before the first one."""
        if not self.count:
            return None
        wanted, seen = ceil(self.count * percent / 100), 0
        for bucket, number in enumerate(self._counts):
            seen += number
            if seen >= wanted:
                return _SHORTEST_S * exp((bucket + 0.5) * log(_GROWTH))
        raise AssertionError("the histogram lost a value")

    def summary(self) -> dict[str, float | None]:
        return {f"p{percent}_s": _rounded(self.percentile_s(percent)) for percent in (50, 95, 99)}


@dataclass(slots=True)
class Meter:
    """What a load run has done so far; a report is one message of one box."""

    boxes: int = 0
    connections: int = 0
    planned: int = 0
    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    receipted: int = 0
    resent: int = 0
    readings: int = 0
    bytes_sent: int = 0
    reconnects: int = 0
    first_sent_s: float | None = None
    last_sent_s: float = 0.0
    last_receipt_s: float = 0.0
    acknowledging: Durations = field(default_factory=Durations)
    receipting: Durations = field(default_factory=Durations)

    def note_sent(self, at_s: float, readings: int, size: int) -> None:
        """One new report is with the client library."""
        if self.first_sent_s is None:
            self.first_sent_s = at_s
        self.last_sent_s = at_s
        self.sent += 1
        self.readings += readings
        self.bytes_sent += size

    def note_acknowledged(self, at_s: float, sent_s: float) -> None:
        self.acknowledged += 1
        self.acknowledging.add(at_s - sent_s)

    def note_receipted(self, at_s: float, sent_s: float) -> None:
        self.receipted += 1
        self.last_receipt_s = at_s
        self.receipting.add(at_s - sent_s)

    def as_dict(self) -> dict[str, object]:
        """For machines; rates are reports a second from the first one sent."""
        return {
            "boxes": self.boxes,
            "connections": self.connections,
            "planned": self.planned,
            "sent": self.sent,
            "acknowledged": self.acknowledged,
            "receipted": self.receipted,
            "refused": self.refused,
            "resent": self.resent,
            "readings": self.readings,
            "bytes": self.bytes_sent,
            "reconnects": self.reconnects,
            "sent_per_s": self._rate(self.sent, self.last_sent_s),
            "receipted_per_s": self._rate(self.receipted, self.last_receipt_s),
            "publish_to_puback": self.acknowledging.summary(),
            "publish_to_receipt": self.receipting.summary(),
        }

    def _rate(self, number: int, until_s: float) -> float | None:
        if self.first_sent_s is None or until_s <= self.first_sent_s:
            return None
        return round(number / (until_s - self.first_sent_s), 1)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)
