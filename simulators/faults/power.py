"""Faults of power and radio: reboots, an empty battery, times without a connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from simulators.faults.fault import Fault

_DECLINE = timedelta(hours=2)
_DECLINES_FROM_PCT, _DIES_AT_PCT = 22.0, 1.0


class PowerFaults:
    """When the device is off, boots anew, or cannot be heard."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._dead = [fault for fault in faults if fault.kind == "battery_dead"]
        self._cuts = [fault for fault in faults if fault.nature.acts_on == "radio"]
        reboots = [fault.begins for fault in faults if fault.kind == "reboot"]
        charged = [fault.ends for fault in self._dead if fault.ends is not None]
        self._boots = sorted([*reboots, *charged])
        self._charged = sorted(charged)

    def is_off(self, at: datetime) -> bool:
        """Is the battery empty?"""
        return any(fault.covers(at) for fault in self._dead)

    def is_cut_off(self, at: datetime) -> bool:
        """Is there no way to the broker, the flight aside?"""
        return any(fault.strikes(at) for fault in self._cuts)

    def boots_between(self, before: datetime, at: datetime) -> int:
        """How many boots fall into this stretch of true time."""
        return sum(before < boot <= at for boot in self._boots)

    def charged_at(self, at: datetime) -> datetime | None:
        """The last time the battery was charged because it had died."""
        return max((charged for charged in self._charged if charged <= at), default=None)

    def battery_cap_pct(self, at: datetime) -> float:
        """The most that the battery can show: less and less before it dies."""
        cap = 100.0
        for fault in self._dead:
            left = (fault.begins - at) / _DECLINE
            if 0.0 <= left < 1.0:
                cap = _DIES_AT_PCT + (_DECLINES_FROM_PCT - _DIES_AT_PCT) * left
        return cap
