"""Cold boxes as a few lumps of heat: a passive 2–8 °C box and a dry vapour shipper.

Every flow of heat is computed once a step and taken from one lump as it is given to the next, so
energy is conserved to rounding, whatever the step. Steps of 10 to 60 s are far below the shortest
time constant (about half an hour).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol

from simulators import parameters as p

# Read once: a step is taken some hundred thousand times before a fleet is up.
_MELTS_C, _LATENT = p.COOLANT_MELTS.value, p.COOLANT_LATENT.value
_SOLID, _LIQUID = p.COOLANT_SOLID_HEAT.value, p.COOLANT_LIQUID_HEAT.value
_AQUEOUS, _LINER = p.AQUEOUS_HEAT.value, p.LINER_HEAT.value
_LINER_COOLANT, _LINER_PAYLOAD = p.LINER_TO_COOLANT.value, p.LINER_TO_PAYLOAD.value
_COOLANT_PAYLOAD, _OPEN_LID = p.COOLANT_TO_PAYLOAD.value, p.OPEN_LID_FACTOR.value
_VESSEL_LEAK, _NECK_LEAK = p.VESSEL_LEAK.value, p.NECK_LEAK.value
_VESSEL, _RACK, _VESSEL_RACK = p.VESSEL_HEAT.value, p.RACK_HEAT.value, p.VESSEL_TO_RACK.value
_BOILING = p.NITROGEN_LATENT.value


@dataclass(slots=True, kw_only=True)
class Surroundings:
    """What a step happens in; one object may be changed and used again for the next step."""

    ambient_c: float
    lid_open: bool = False
    tilt_deg: float = 0.0
    leak_factor: float = 1.0


class ThermalBox(Protocol):
    """A box that warms and cools."""

    heat_in_j: float

    @property
    def payload_c(self) -> float: ...

    @property
    def air_c(self) -> float: ...

    @property
    def coolant_left(self) -> float:
        """Share of the coolant that can still melt or boil, 0 … 1."""
        ...

    @property
    def stored_j(self) -> float:
        """Heat in the box above its reference state; its change equals `heat_in_j`."""
        ...

    def step(self, around: Surroundings, dt_s: float) -> None: ...

    def lose_coolant(self, share: float) -> None:
        """That share of what is left leaks away, with the heat that is in it."""
        ...

    def recharge(self) -> None:
        """Somebody packs it anew; the heat that is carried in or out is counted."""
        ...

    def fill(self, payload_c: float) -> None:
        """A payload of that temperature takes the place of what was inside; heat is counted."""
        ...


@dataclass(slots=True, kw_only=True)
class PassiveBox:
    """Payload, phase-change coolant and liner behind one insulating wall."""

    payload_c: float = 5.0
    liner_c: float = 5.0
    coolant_j: float = 0.0  # enthalpy above just-solid at the melting point
    coolant_kg: float = p.LONG_HOLD_COOLANT.value
    payload_kg: float = p.FRESH_PAYLOAD_MASS.value
    wall_w_per_k: float = p.WALL_CONDUCTANCE.value
    heat_in_j: float = 0.0
    charge_kg: float = field(init=False)

    def __post_init__(self) -> None:
        self.charge_kg = self.coolant_kg

    @property
    def air_c(self) -> float:
        return self.liner_c

    @property
    def latent_j(self) -> float:
        return self.coolant_kg * _LATENT

    @property
    def coolant_left(self) -> float:
        return min(1.0, max(0.0, 1.0 - self.coolant_j / self.latent_j)) if self.coolant_kg else 0.0

    @property
    def coolant_c(self) -> float:
        """Temperature from enthalpy: below, at, or above the melting point."""
        if self.coolant_j < 0.0:
            heat = _SOLID * self.coolant_kg
            return _MELTS_C + self.coolant_j / heat
        over = self.coolant_j - self.latent_j
        if over <= 0.0:
            return _MELTS_C
        return _MELTS_C + over / (_LIQUID * self.coolant_kg)

    @property
    def stored_j(self) -> float:
        payload = _AQUEOUS * self.payload_kg * self.payload_c
        return payload + _LINER * self.liner_c + self.coolant_j

    def step(self, around: Surroundings, dt_s: float) -> None:
        wall = self.wall_w_per_k * around.leak_factor
        if around.lid_open:
            wall *= _OPEN_LID
        coolant_c = self.coolant_c
        inward = wall * (around.ambient_c - self.liner_c) * dt_s
        to_coolant = _LINER_COOLANT * (self.liner_c - coolant_c) * dt_s
        to_payload = _LINER_PAYLOAD * (self.liner_c - self.payload_c) * dt_s
        plates = _COOLANT_PAYLOAD * (coolant_c - self.payload_c) * dt_s
        self.heat_in_j += inward
        self.liner_c += (inward - to_coolant - to_payload) / _LINER
        self.coolant_j += to_coolant - plates
        self.payload_c += (to_payload + plates) / (_AQUEOUS * self.payload_kg)

    def lose_coolant(self, share: float) -> None:
        leaked_j = share * self.coolant_j
        self.coolant_kg *= 1 - share
        self.coolant_j -= leaked_j
        self.heat_in_j -= leaked_j

    def recharge(self) -> None:
        before_j = self.stored_j
        self.payload_c, self.liner_c = 5.1, 6.8
        self.coolant_kg, self.coolant_j = self.charge_kg, 0.0
        self.heat_in_j += self.stored_j - before_j

    def fill(self, payload_c: float) -> None:
        before_j = self.stored_j
        self.payload_c = payload_c
        self.heat_in_j += self.stored_j - before_j


@dataclass(slots=True, kw_only=True)
class DryShipper:
    """Absorbed nitrogen, the vessel around it and the rack of payload in its cold vapour."""

    payload_c: float = -195.0
    vessel_c: float = p.NITROGEN_BOILS.value
    nitrogen_kg: float = p.NITROGEN_CHARGE.value
    unit_factor: float = 1.0  # this unit's leak against its model's
    heat_in_j: float = 0.0
    boiled_kg: float = 0.0

    @property
    def air_c(self) -> float:
        return self.payload_c

    @property
    def coolant_left(self) -> float:
        return self.nitrogen_kg / p.NITROGEN_CHARGE.value

    @property
    def stored_j(self) -> float:
        solid = _RACK * self.payload_c + _VESSEL * self.vessel_c
        return solid + self.boiled_kg * _BOILING

    def step(self, around: Surroundings, dt_s: float) -> None:
        vessel_leak = _VESSEL_LEAK * self.unit_factor * around.leak_factor
        neck_leak = _NECK_LEAK * self.unit_factor
        if around.lid_open:
            neck_leak *= _OPEN_LID
        if self.nitrogen_kg > 0.0:
            vessel_leak *= tilt_factor(around.tilt_deg)
        through_wall = vessel_leak * (around.ambient_c - self.vessel_c) * dt_s
        through_neck = neck_leak * (around.ambient_c - self.payload_c) * dt_s
        to_vessel = _VESSEL_RACK * (self.payload_c - self.vessel_c) * dt_s
        self.heat_in_j += through_wall + through_neck
        self.payload_c += (through_neck - to_vessel) / _RACK
        self._warm_vessel(through_wall + to_vessel)

    def _warm_vessel(self, heat_j: float) -> None:
        """Heat boils nitrogen while there is any; what is left over warms the vessel."""
        boiled = min(self.nitrogen_kg, max(0.0, heat_j / _BOILING))
        self.nitrogen_kg -= boiled
        self.boiled_kg += boiled
        self.vessel_c += (heat_j - boiled * _BOILING) / _VESSEL

    def lose_coolant(self, share: float) -> None:
        self.nitrogen_kg *= 1 - share  # liquid at its boiling point holds no heat that counts

    def recharge(self) -> None:
        before_j = self.stored_j
        self.payload_c, self.vessel_c = -195.0, p.NITROGEN_BOILS.value
        self.nitrogen_kg = p.NITROGEN_CHARGE.value
        self.heat_in_j += self.stored_j - before_j

    def fill(self, payload_c: float) -> None:
        before_j = self.stored_j
        self.payload_c = payload_c
        self.heat_in_j += self.stored_j - before_j


@dataclass(slots=True, kw_only=True)
class RoomAir:
    """The air of a cold store, which a logger on its wall measures; it holds no payload."""

    payload_c: float = 5.0
    heat_in_j: float = 0.0

    @property
    def air_c(self) -> float:
        return self.payload_c

    @property
    def coolant_left(self) -> float:
        return 0.0

    @property
    def stored_j(self) -> float:
        return self.heat_in_j

    def step(self, around: Surroundings, dt_s: float) -> None:
        """Well mixed: as what is around the boxes in it."""
        self.payload_c = around.ambient_c

    def lose_coolant(self, share: float) -> None:
        """It has none."""

    def recharge(self) -> None:
        """Nobody packs a room."""

    def fill(self, payload_c: float) -> None:
        """Nor fills it."""


def tilt_factor(tilt_deg: float) -> float:
    """How many times faster nitrogen boils off at this angle from upright."""
    begins, side = p.TILT_BEGINS.value, p.SIDE_FACTOR.value
    if tilt_deg <= begins:
        return 1.0
    if tilt_deg <= 90.0:
        return 1.0 + (side - 1.0) * (tilt_deg - begins) / (90.0 - begins)
    return side + (p.UPSIDE_DOWN_FACTOR.value - side) * (min(tilt_deg, 180.0) - 90.0) / 90.0


@dataclass(slots=True)
class Probe:
    """A temperature probe that follows what it sits in with a lag."""

    temp_c: float
    lag_s: float = p.BUFFERED_LAG.value
    in_air: bool = False

    def step(self, box: ThermalBox, dt_s: float) -> None:
        """Exact for a target that stands still during the step."""
        target = box.air_c if self.in_air else box.payload_c
        self.temp_c += (target - self.temp_c) * -math.expm1(-dt_s / self.lag_s)
