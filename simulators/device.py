"""The electronics of a box: it measures, writes its log, and does what commands ask.

It knows nothing of MQTT: `publisher.py` carries the log out and brings receipts and commands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from services.core.domain.identifiers import BoxId
from services.core.wire.payload import (
    VERSION,
    Backfill,
    Command,
    EventKind,
    EventMessage,
    Identify,
    SampleInterval,
    TelemetryReading,
)
from simulators.devicelog import DeviceLog
from simulators.geography import Fix

_BATTERY_LIFE = timedelta(days=14)  # own choice; trackers last one to four weeks by their makers
_LOW_BATTERY_PCT = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """Seconds between readings: in the past that is made up for, from `live_from` on, and while
    out of limits, where the smaller applies.

    China's GSP, annex 3: at most 300 s in transport, 120 s out of range.
    """

    history_s: int
    live_s: int
    alert_s: int
    live_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Set points of the device, from the profile it was programmed with."""

    low_c: float | None
    high_c: float | None

    def contain(self, temp_c: float) -> bool:
        low_ok = self.low_c is None or temp_c >= self.low_c
        return low_ok and (self.high_c is None or temp_c <= self.high_c)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensed:
    """What the sensors give at one instant."""

    temp_c: float
    ambient_c: float
    pressure_hpa: float
    tilt_deg: float
    shock_g: float
    lid_open: bool
    fix: Fix | None


class Device:
    """One boot of one box."""

    def __init__(
        self,
        *,
        box_id: BoxId,
        probe: str,
        log: DeviceLog,
        booted_at: datetime,
        sampling: Sampling,
        limits: Limits,
    ) -> None:
        self.box_id = box_id
        self.log = log
        self._probe = probe
        self._booted_at = booted_at
        self._sampling = sampling
        self._limits = limits
        self._asked_interval_s: int | None = None
        self._last_sample: datetime | None = None
        self._out_of_limits = False
        self._battery_warned = False
        self.record("powered_on", booted_at)

    @property
    def out_of_limits(self) -> bool:
        """Was the last reading outside the set points?"""
        return self._out_of_limits

    def due(self, at: datetime) -> bool:
        """Is it time for the next reading?"""
        if self._last_sample is None:
            return True
        return (at - self._last_sample).total_seconds() >= self._interval_s(at)

    def measure(self, at: datetime, sensed: Sensed) -> None:
        """Write one reading to the log."""
        self._last_sample = at
        self._out_of_limits = not self._limits.contain(sensed.temp_c)
        battery_pct = self._battery_pct(at)
        fix = sensed.fix
        lost = self.log.append(
            TelemetryReading(
                seq=self.log.next_seq,
                t=at,
                temp_c=round(sensed.temp_c, 2),
                mono_ms=self._mono_ms(at),
                clock="synced",
                probe=self._probe,
                ambient_c=round(sensed.ambient_c, 1),
                pressure_hpa=round(sensed.pressure_hpa),
                lat=fix.lat if fix else None,
                lon=fix.lon if fix else None,
                acc_m=fix.acc_m if fix else None,
                battery_pct=round(battery_pct, 1),
                lid_open=sensed.lid_open,
                tilt_deg=round(sensed.tilt_deg, 1),
                shock_g=round(sensed.shock_g, 2),
            )
        )
        if lost:
            self.record("log_truncated", at, {"lost": lost, "start_seq": self.log.start_seq})
        if battery_pct < _LOW_BATTERY_PCT and not self._battery_warned:
            self._battery_warned = True
            self.record("low_battery", at, {"battery_pct": round(battery_pct, 1)})

    def record(
        self, kind: EventKind, at: datetime, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Write one event to the log; it takes its number in the same sequence."""
        self.log.append(
            EventMessage(
                v=VERSION,
                boot=self.log.boot,
                seq=self.log.next_seq,
                t=at,
                kind=kind,
                detail=dict(detail) if detail else None,
                mono_ms=self._mono_ms(at),
                clock="synced",
            )
        )

    def obey(self, command: Command, at: datetime) -> None:
        """Carry out a command and log the reply."""
        match command:
            case Backfill():
                self._backfill(command, at)
            case SampleInterval():
                self._asked_interval_s = command.interval_s
                result = {"result": "ok", "interval_s": command.interval_s}
                self.record("command_reply", at, {"id": command.id, **result})
            case Identify():
                self.record("command_reply", at, {"id": command.id, "result": "ok"})
            case _:
                assert_never(command)

    def _backfill(self, command: Backfill, at: datetime) -> None:
        queued, gone = 0, 0
        if command.boot == self.log.boot:
            queued, gone = self.log.requeue_range(command.from_seq, command.to_seq)
        result = "ok" if queued and not gone else "partial" if queued else "not_held"
        detail = {"id": command.id, "result": result, "queued": queued, "not_held": gone}
        self.record("command_reply", at, detail)

    def _interval_s(self, at: datetime) -> int:
        sampling = self._sampling
        usual_s = sampling.live_s if at >= sampling.live_from else sampling.history_s
        wanted_s = self._asked_interval_s or usual_s
        return min(wanted_s, sampling.alert_s) if self._out_of_limits else wanted_s

    def _battery_pct(self, at: datetime) -> float:
        return max(1.0, 100.0 * (1 - (at - self._booted_at) / _BATTERY_LIFE))

    def _mono_ms(self, at: datetime) -> int:
        return round((at - self._booted_at) / timedelta(milliseconds=1))
