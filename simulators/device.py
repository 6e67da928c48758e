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
from simulators.devicelog import DeviceLog, Record, Unreadable
from simulators.faults.power import PowerFaults
from simulators.faults.timekeeping import DeviceClock
from simulators.sensed import Sensed

_BATTERY_LIFE = timedelta(days=14)  # own choice; trackers last one to four weeks by their makers
_LOW_BATTERY_PCT = 15.0
_COLDEST_C, _HOTTEST_C = -273.15, 1000.0  # beyond these no service takes a number


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


class Device:
    """What measures in one box; a reboot gives it another log."""

    def __init__(
        self,
        *,
        box_id: BoxId,
        probe: str,
        log: DeviceLog,
        booted_at: datetime,
        sampling: Sampling,
        limits: Limits,
        clock: DeviceClock | None = None,
        power: PowerFaults | None = None,
    ) -> None:
        self.box_id = box_id
        self.log = log
        self._probe = probe
        self._booted_at = self._charged_at = booted_at
        self._clock, self._power = clock or DeviceClock(), power or PowerFaults()
        self._sampling = sampling
        self.limits = limits
        self._asked_interval_s: int | None = None
        self._last_sample: datetime | None = None
        self._out_of_limits = False
        self._battery_warned = False
        self.record("powered_on", booted_at)

    def due(self, at: datetime) -> bool:
        """Is it time for the next reading?"""
        if self._last_sample is None:
            return True
        return (at - self._last_sample).total_seconds() >= self._interval_s(at)

    def measure(self, at: datetime, sensed: Sensed) -> None:
        """Write one reading to the log."""
        self._last_sample = at
        self._out_of_limits = not self.limits.contain(sensed.temp_c)
        battery_pct = self._battery_pct(at)
        lost = self.log.append(self._reading(at, sensed, battery_pct))
        if lost:
            self.record("log_truncated", at, {"lost": lost, "first_seq": self.log.start_seq})
        if battery_pct < _LOW_BATTERY_PCT and not self._battery_warned:
            self._battery_warned = True
            self.record("low_battery", at, {"battery_pct": round(battery_pct, 1)})

    def reboot(self, log: DeviceLog, at: datetime) -> None:
        """Begin anew: another log, a sequence from nought, settings of the factory."""
        self.log, self._booted_at = log, at
        self._charged_at = self._power.charged_at(at) or self._charged_at
        self._asked_interval_s, self._last_sample = None, None
        self._out_of_limits = self._battery_warned = False
        self.record("powered_on", at)

    def note_clock(self, before: datetime, at: datetime) -> None:
        """Log that the clock was set right, when it was."""
        if self._clock.set_between(before, at):
            self.record("clock_set", at)

    def _reading(self, at: datetime, sensed: Sensed, battery_pct: float) -> Record:
        t, state = self._clock.shows(at, self._booted_at)
        seq, mono_ms, fix = self.log.next_seq, self._mono_ms(at), sensed.fix
        if not _COLDEST_C <= sensed.temp_c <= _HOTTEST_C:
            return Unreadable(seq=seq, t=t, temp_c=sensed.temp_c, mono_ms=mono_ms)
        return TelemetryReading(
            seq=seq,
            t=t,
            temp_c=round(sensed.temp_c, 2),
            mono_ms=mono_ms,
            clock=state,
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

    def record(
        self, kind: EventKind, at: datetime, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Write one event to the log; it takes its number in the same sequence."""
        t, state = self._clock.shows(at, self._booted_at)
        self.log.append(
            EventMessage(
                v=VERSION,
                boot=self.log.boot,
                seq=self.log.next_seq,
                t=t,
                kind=kind,
                detail=dict(detail) if detail else None,
                mono_ms=self._mono_ms(at),
                clock=state,
            )
        )

    def obey(self, command: Command, at: datetime, log: DeviceLog | None = None) -> None:
        """Carry out a command and log the reply; `log`: of the boot that it asks for."""
        match command:
            case Backfill():
                self._backfill(command, at, log or self.log)
            case SampleInterval():
                self._asked_interval_s = command.interval_s
                result = {"result": "ok", "interval_s": command.interval_s}
                self.record("command_reply", at, {"id": command.id, **result})
            case Identify():
                self.record("command_reply", at, {"id": command.id, "result": "ok"})
            case _:
                assert_never(command)

    def _backfill(self, command: Backfill, at: datetime, log: DeviceLog) -> None:
        queued, gone = 0, 0
        if command.boot == log.boot:
            queued, gone = log.requeue_range(command.from_seq, command.to_seq)
        result = "ok" if queued and not gone else "partial" if queued else "not_held"
        detail = {"id": command.id, "result": result, "queued": queued, "not_held": gone}
        self.record("command_reply", at, detail)

    def _interval_s(self, at: datetime) -> int:
        sampling = self._sampling
        usual_s = sampling.live_s if at >= sampling.live_from else sampling.history_s
        wanted_s = self._asked_interval_s or usual_s
        return min(wanted_s, sampling.alert_s) if self._out_of_limits else wanted_s

    def _battery_pct(self, at: datetime) -> float:
        left_pct = 100.0 * (1 - (at - self._charged_at) / _BATTERY_LIFE)
        return max(1.0, min(left_pct, self._power.battery_cap_pct(at)))

    def _mono_ms(self, at: datetime) -> int:
        return round((at - self._booted_at) / timedelta(milliseconds=1))
