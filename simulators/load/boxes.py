"""The boxes of a load run: names, readings as long as real ones, and what each still awaits."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import pi, sin

from services.core.domain.identifiers import BoxId
from services.core.wire.payload import TelemetryReading, split_batches
from services.core.wire.topics import receipt_topic, telemetry_topic

_MS = timedelta(milliseconds=1)
_WAVE_PER_MS = 2 * pi / 21_600_000  # six hours, so that readings are not all alike
_UPTIME = timedelta(hours=2)


def load_box_id(number: int) -> BoxId:
    """`LOAD-00001` and so on: the same boxes in every run."""
    return BoxId(f"LOAD-{number + 1:05d}")


@dataclass(frozen=True, slots=True)
class Report:
    """One message of one box: what is published, and what its receipt must cover."""

    box: LoadBox
    last_seq: int
    readings: int
    payload: bytes


@dataclass(slots=True, eq=False)
class LoadBox:
    """One box with one boot; it keeps no log, only what was sent and is not receipted.

    `topic`: another one than the box's own only to measure what a broker takes.
    `sent`: last sequence number and time of every report that waits for its receipt.
    """

    number: int
    boot: str
    begins: datetime
    topic: str = ""
    next_seq: int = 0
    contiguous: int = -1
    sent: deque[tuple[int, float]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.topic = self.topic or telemetry_topic(self.box_id)

    @property
    def box_id(self) -> BoxId:
        return load_box_id(self.number)

    @property
    def receipt_topic(self) -> str:
        return receipt_topic(self.box_id)

    def reports(self, count: int, since: datetime, until: datetime) -> list[Report]:
        """The next `count` readings, evenly after `since` and up to `until`, split by bytes."""
        first = self.next_seq
        self.next_seq += count
        found = []
        for payload in split_batches(self.boot, self._readings(first, count, since, until)):
            held = payload.count(b'"seq":')
            first += held
            found.append(Report(self, first - 1, held, payload))
        return found

    def _readings(
        self, first: int, count: int, since: datetime, until: datetime
    ) -> list[TelemetryReading]:
        """Whole milliseconds; what is the same for all is computed once: there are many."""
        pace_ms = (until - since) // _MS // count
        mono_ms = (since - self.begins + _UPTIME) // _MS
        since = since.replace(microsecond=since.microsecond // 1000 * 1000)
        probe, lat, lon = f"{self.box_id}.P1", _degrees(31.0, self.number), _degrees(121.0, first)
        readings = []
        for n in range(1, count + 1):
            offset_ms = n * pace_ms
            wave = sin(self.number + (mono_ms + offset_ms) * _WAVE_PER_MS)
            readings.append(
                TelemetryReading(
                    seq=first + n - 1,
                    t=since + offset_ms * _MS,
                    temp_c=round(5.0 + wave, 2),
                    mono_ms=mono_ms + offset_ms,
                    clock="synced",
                    probe=probe,
                    ambient_c=round(20.0 + 4 * wave, 1),
                    lat=lat,
                    lon=lon,
                    acc_m=8.0,
                    battery_pct=90.0,
                    lid_open=False,
                )
            )
        return readings


def _degrees(base: float, number: int) -> float:
    return round(base + number % 1000 * 1e-3, 5)
