"""A simulated box: a world, and a device in it that measures and logs.

What it logs up to an instant depends on scenario, seed and start alone (and on the commands it was
given), never on the network or on how often it is asked to advance.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Protocol

from services.core.domain.identifiers import BoxId
from simulators.device import Device, Sensed
from simulators.devicelog import DeviceLog
from simulators.geography import Fix, noisy_fix
from simulators.route import Segment
from simulators.world import World

_UNDER_OPEN_SKY_M, _UNDER_A_ROOF_M = 8.0, 35.0  # accuracy of fixes (grade K)


class Witness(Protocol):
    """Sees a box after every step, from the inside; the box does not notice."""

    def look(self, box: SimulatedBox) -> None: ...


class SimulatedBox:
    """World and device of one box, advanced together."""

    def __init__(self, world: World, device: Device, *, noise_c: float, lots: Random) -> None:
        self.world, self.device = world, device
        self._noise_c = noise_c
        self._lots = lots
        self._segment = world.segment
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
        """Can it speak now? Not in flight."""
        return self._segment.radio_on

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
            lid_was_open = self.world.lid_open
            self.world.step(closely=self.device.out_of_limits)
            self._enter(self.world.segment)
            self._log_handling(lid_was_open)
            if self.device.due(self.world.at):
                self._measure()
            if self.world.at >= self.world.journey.ends:
                self.device.record("unpacked", self.world.at)
                self._finished = True
            if self.witness is not None:
                self.witness.look(self)

    def _next_at(self) -> datetime:
        return self.world.next_at(closely=self.device.out_of_limits)

    def _enter(self, segment: Segment) -> None:
        """Log what a change of segment means to the box."""
        left, self._segment = self._segment, segment
        if segment is left:
            return
        if left.step.name == "packing":
            self.device.record("packed", self.world.at)
        if left.radio_on and not segment.radio_on:
            self.device.record("radio_off", self.world.at, {"reason": "flight"})
            self.log.horizon = self.log.next_seq - 1
        if segment.radio_on and not left.radio_on:
            self.device.record("radio_on", self.world.at)
            self.log.horizon = None

    def _log_handling(self, lid_was_open: bool) -> None:
        if self.world.lid_open != lid_was_open:
            self.device.record("lid_opened" if self.world.lid_open else "lid_closed", self.world.at)
        for index, spell in enumerate(self.world.spells):
            if index in self._begun or not spell.is_on(self.world.at):
                continue
            self._begun.add(index)
            if spell.kind == "vacuum_lost":  # the blow that cracked the jacket
                self.device.record("shock", self.world.at, {"shock_g": 9.4})
            if spell.kind == "tilted":
                self.device.record("tilt", self.world.at, {"tilt_deg": spell.value})

    def _measure(self) -> None:
        world = self.world
        sensed = Sensed(
            temp_c=world.probe.temp_c + self._lots.gauss(0.0, self._noise_c),
            ambient_c=world.ambient_c,
            pressure_hpa=world.journey.pressure_hpa(world.at),
            tilt_deg=world.tilt_deg,
            shock_g=world.shock_g,
            lid_open=world.lid_open,
            fix=self._fix() if self.radio_on else None,  # no satellite is heard in a hold
        )
        self.device.measure(world.at, sensed)

    def _fix(self) -> Fix:
        under_open_sky = self._segment.step.setting in {"apron", "truck"}
        accuracy_m = _UNDER_OPEN_SKY_M if under_open_sky else _UNDER_A_ROOF_M
        true = self.world.journey.position(self.world.at)
        return noisy_fix(true, accuracy_m, self._lots)
