"""A simulated box: a world, and a device in it that measures and logs.

What it logs up to an instant depends on scenario, seed and start alone (and on the commands it was
given), never on the network or on how often it is asked to advance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random
from typing import Any, Protocol

from services.core.domain.identifiers import BoxId
from services.core.wire.payload import Backfill, Command, EventKind
from simulators.device import Device
from simulators.devicelog import DeviceLog
from simulators.faults.fault import Fault
from simulators.faults.power import PowerFaults
from simulators.faults.sensors import SensorFaults
from simulators.geography import Fix, noisy_fix
from simulators.route import Segment
from simulators.sensed import Sensed
from simulators.world import World

_UNDER_OPEN_SKY_M, _UNDER_A_ROOF_M = 8.0, 35.0  # accuracy of fixes (grade K)


class Witness(Protocol):
    """Sees a box after every step, from the inside; the box does not notice."""

    def look(self, box: SimulatedBox) -> None: ...


class SimulatedBox:
    """World and device of one box, advanced together."""

    def __init__(
        self,
        world: World,
        device: Device,
        *,
        noise_c: float,
        lots: Random,
        faults: Sequence[Fault] = (),
        name_boot: Callable[[int], str] | None = None,
    ) -> None:
        """`name_boot` names the boots after the first, from 1."""
        self.world, self.device = world, device
        self.faults = tuple(faults)
        self.logs = [device.log]
        self._sensors, self._power = SensorFaults(faults), PowerFaults(faults)
        self._name_boot = name_boot or (lambda number: f"{number:016x}")
        self._noise_c = noise_c
        self._lots = lots
        self._segment = world.segment
        self._radio_on = world.segment.radio_on
        self._is_off = False
        self._finished = False
        self._begun: set[int] = set()
        self.witness: Witness | None = None

    @property
    def box_id(self) -> BoxId:
        return self.device.box_id

    @property
    def log(self) -> DeviceLog:
        return self.device.log

    @property
    def radio_on(self) -> bool:
        """Can it speak now? Not in flight, not without a network or power."""
        return self._radio_on

    @property
    def fell_silent(self) -> bool:
        """Was the radio lost without time for a goodbye?"""
        return not self._radio_on and self._segment.radio_on

    @property
    def awaited(self) -> bool:
        """Is there a record that might have been sent and that no receipt covers?"""
        return any(log.awaited for log in self.logs)

    @property
    def pending(self) -> int:
        """Records that wait to be sent."""
        return sum(log.pending for log in self.logs)

    @property
    def segment(self) -> Segment:
        """What it is doing."""
        return self._segment

    @property
    def finished(self) -> bool:
        """The journey is over and the box switched off."""
        return self._finished

    def advance(self, until: datetime) -> None:
        """Live through the time up to `until`, and not a step beyond it."""
        while not self._finished and self._next_at() <= until:
            before, lid_was_open = self.world.at, self.world.lid_open
            self.world.step(closely=self._closely)
            at = self.world.at
            self._mind_power(before, at)
            self._enter(self.world.segment)
            self._switch_radio(at)
            self._log_handling(lid_was_open)
            if not self._is_off and self.device.due(at):
                self._measure()
            if at >= self.world.journey.ends:
                self._record("unpacked")
                self._finished = True
            if self.witness is not None:
                self.witness.look(self)

    @property
    def _closely(self) -> bool:
        """By the true probe: what a broken one says must not change the world's steps."""
        return not self.device.limits.contain(self.world.probe.temp_c)

    def _next_at(self) -> datetime:
        return self.world.next_at(closely=self._closely)

    def obey(self, command: Command, at: datetime) -> None:
        """Carry out a command; a backfill may ask for an earlier boot."""
        log = self.log
        if isinstance(command, Backfill):
            log = next((log for log in self.logs if log.boot == command.boot), log)
        self.device.obey(command, at, log)

    def _mind_power(self, before: datetime, at: datetime) -> None:
        if not self.faults:
            return
        self._is_off = self._power.is_off(at)
        if self._is_off:
            return
        if self._power.boots_between(before, at):
            log = DeviceLog(self._name_boot(len(self.logs)), booted_at=at)
            log.horizon = None if self._radio_on else -1
            self.logs.append(log)
            self.device.reboot(log, at)
        self.device.note_clock(before, at)

    def _switch_radio(self, at: datetime) -> None:
        """While it is off, what is logged waits; what was logged before may still be on its way."""
        silenced = bool(self.faults) and (self._is_off or self._power.is_cut_off(at))
        radio_on = self._segment.radio_on and not silenced
        if radio_on is self._radio_on:
            return
        self._radio_on = radio_on
        for log in self.logs:
            log.horizon = None if radio_on else log.next_seq - 1

    def _record(self, kind: EventKind, detail: dict[str, Any] | None = None) -> None:
        if not self._is_off:
            self.device.record(kind, self.world.at, detail)

    def _enter(self, segment: Segment) -> None:
        """Log what a change of segment means to the box."""
        left, self._segment = self._segment, segment
        if segment is left:
            return
        if segment.step.name == "turnaround":
            self._record("unpacked")
        if left.step.name == "packing":
            self._record("packed")
        if left.radio_on and not segment.radio_on:
            self._record("radio_off", {"reason": "flight"})
        if segment.radio_on and not left.radio_on:
            self._record("radio_on")

    def _log_handling(self, lid_was_open: bool) -> None:
        if self.world.lid_open != lid_was_open:
            self._record("lid_opened" if self.world.lid_open else "lid_closed")
        for index, spell in enumerate(self.world.spells):
            if index in self._begun or not spell.is_on(self.world.at):
                continue
            self._begun.add(index)
            if spell.kind == "vacuum_lost":  # the blow that cracked the jacket
                self._record("shock", {"shock_g": 9.4})
            if spell.kind == "shock":
                self._record("shock", {"shock_g": spell.value})
            if spell.kind == "tilted":
                self._record("tilt", {"tilt_deg": spell.value})
            if spell.kind == "recharged":
                self._record("refilled")

    def _measure(self) -> None:
        world = self.world
        sensed = Sensed(
            temp_c=world.probe.temp_c + self._lots.gauss(0.0, self._noise_c),
            ambient_c=world.ambient_c,
            pressure_hpa=world.journey.pressure_hpa(world.at),
            tilt_deg=world.tilt_deg,
            shock_g=world.shock_g,
            lid_open=world.lid_open,
            fix=self._fix() if self._segment.radio_on else None,  # no satellite is heard in a hold
        )
        if self.faults:
            sensed = self._sensors.distort(sensed, world.at)
        self.device.measure(world.at, sensed)

    def _fix(self) -> Fix:
        under_open_sky = self._segment.step.setting in {"apron", "truck"}
        accuracy_m = _UNDER_OPEN_SKY_M if under_open_sky else _UNDER_A_ROOF_M
        true = self.world.journey.position(self.world.at)
        return noisy_fix(true, accuracy_m, self._lots)
