"""Watches one box from the inside: its true temperatures and every record it wrote."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from services.core.wire.payload import EventMessage, TelemetryReading
from simulators.devicelog import DeviceLog, Record
from simulators.route import Journey
from simulators.simulated import SimulatedBox
from simulators.truth.series import Floats
from simulators.world import World


@dataclass(slots=True)
class Written:
    """The records of one boot, in columns; `t_ms` is what the box said."""

    log: DeviceLog
    seen: int = 0
    seqs: array[int] = field(default_factory=lambda: array("q"))
    t_ms: array[int] = field(default_factory=lambda: array("q"))
    true_ms: array[int] = field(default_factory=lambda: array("q"))
    temps_c: array[float] = field(default_factory=lambda: array("d"))
    events: list[tuple[int, int, str]] = field(default_factory=list)

    def take(self, true_at: datetime) -> None:
        """Note what was written since the last time."""
        for record in self.log.since(self.seen):
            self._note(record, true_at)
        self.seen = self.log.next_seq

    def _note(self, record: Record, true_at: datetime) -> None:
        said_ms = to_ms(record.t)
        match record:
            case TelemetryReading():
                self.seqs.append(record.seq)
                self.t_ms.append(said_ms)
                self.true_ms.append(to_ms(true_at))
                self.temps_c.append(record.temp_c)
            case EventMessage():
                self.events.append((record.seq, said_ms, record.kind))


class Witness:
    """What one box truly lived through; 24 bytes a step and 32 a reading."""

    def __init__(self, former: Journey | None = None) -> None:
        """`former`: a journey that the box made with another bag, before."""
        self._former = former
        self.times = array("d")
        self.payload_c = array("d")
        self.probe_c = array("d")
        self.boots: dict[str, Written] = {}
        self.left_behind: World | None = None
        self._boot: Written | None = None

    def measured_s(self, start_s: float, end_s: float) -> Floats:
        """When the box measured in that time, whatever its clock said."""
        times_ms = [at_ms for written in self.boots.values() for at_ms in written.true_ms]
        times_s = np.sort(np.array(times_ms, dtype=float)) / 1000
        chosen: Floats = times_s[(times_s >= start_s) & (times_s <= end_s)]
        return chosen

    def look(self, box: SimulatedBox) -> None:
        """Called after every step."""
        world = box.world
        if self._former is not None and self.left_behind is None and world.at >= self._former.ends:
            self.left_behind = world.left_at_the_end_of(self._former)
        self.times.append(world.at.timestamp())
        self.payload_c.append(world.box.payload_c)
        self.probe_c.append(world.probe.temp_c)
        boot = self._boot
        if boot is None or boot.log is not box.log:
            if boot is not None:
                boot.take(world.at)
            boot = self._boot = self.boots.setdefault(box.log.boot, Written(box.log))
        if boot.seen < box.log.next_seq:
            boot.take(world.at)


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970."""
    return round(instant.timestamp() * 1000)
