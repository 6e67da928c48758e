"""The device's clock: right, off by a step, drifting, or never set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from simulators.faults.fault import Fault

ClockState = Literal["synced", "free", "unset"]

_NEVER_SET = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S = 86_400.0


class DeviceClock:
    """What the device believes at a true instant, and what it says about its belief."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._faults = [fault for fault in faults if fault.nature.acts_on == "clock"]

    def shows(self, at: datetime, booted_at: datetime) -> tuple[datetime, ClockState]:
        """The clock's time and its state; a clock that lost its source says `free`."""
        shown, state = at, "synced"
        for fault in self._faults:
            if not fault.covers(at):
                continue
            if fault.kind == "clock_never_set":
                return _NEVER_SET + (at - booted_at), "unset"
            shown, state = shown + _error(fault, at), "free"
        return shown, "free" if state == "free" else "synced"

    def set_between(self, before: datetime, at: datetime) -> bool:
        """Was a wrong clock set right in this stretch of true time?"""
        return any(fault.ends is not None and before < fault.ends <= at for fault in self._faults)


def _error(fault: Fault, at: datetime) -> timedelta:
    if fault.kind == "clock_drift":
        return (at - fault.begins) * (fault.value / _DAY_S)
    return timedelta(seconds=fault.value)
