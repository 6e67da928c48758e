"""Faults of the probe and of the satellite receiver: what the sensors say instead of the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from simulators.faults.fault import Fault
from simulators.geography import Fix
from simulators.sensed import Sensed

_SHORT_OF_THE_POLE = 89.0
_KM_PER_DEGREE = 111.2
_SPIKE_AT_LEAST = 0.3  # of the value


class SensorFaults:
    """What goes wrong between the world and the numbers that the device is handed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._probe = [fault for fault in faults if fault.nature.acts_on == "probe"]
        self._position = [fault for fault in faults if fault.nature.acts_on == "position"]
        self._stuck_at: dict[int, float] = {}

    def distort(self, sensed: Sensed, at: datetime) -> Sensed:
        """What the device gets to see at this true instant."""
        temp_c, fix = sensed.temp_c, sensed.fix
        for fault in self._probe:
            struck = fault.strikes(at)
            temp_c = self._distort_probe(fault, temp_c, at) if struck else temp_c
            if not struck:
                self._stuck_at.pop(id(fault), None)
        for fault in self._position:
            if fix is not None and fault.strikes(at):
                fix = _moved(fix, fault.value) if fault.kind == "teleport" else None
        return replace(sensed, temp_c=temp_c, fix=fix)

    def _distort_probe(self, fault: Fault, temp_c: float, at: datetime) -> float:
        match fault.kind:
            case "probe_stuck":
                return self._stuck_at.setdefault(id(fault), temp_c)
            case "probe_disconnected":
                return fault.value
            case "spikes":
                height = fault.value * max(_SPIKE_AT_LEAST, fault.chance(at, "height"))
                return temp_c + (height if fault.chance(at, "side") < 0.5 else -height)
            case "probe_offset":
                return temp_c + fault.value
            case _:  # wrong_unit
                return temp_c * 1.8 + 32.0


def _moved(fix: Fix, north_km: float) -> Fix:
    lat = fix.lat + north_km / _KM_PER_DEGREE
    if abs(lat) > _SHORT_OF_THE_POLE:
        lat = fix.lat - north_km / _KM_PER_DEGREE
    return replace(fix, lat=round(max(-_SHORT_OF_THE_POLE, min(_SHORT_OF_THE_POLE, lat)), 5))
