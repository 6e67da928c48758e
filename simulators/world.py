"""One box on its way: journey, physics and mishaps advance together in small steps.

The order of the draws is fixed, one set a step, so the same seed gives the same world whatever
else happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, sqrt
from random import Random
from typing import Literal

from simulators.box import Probe, Surroundings, ThermalBox
from simulators.route import Journey

_AMBIENT_LAG_S = 600.0  # the outside of a box takes minutes to follow a change of place
_HALL_C = 20.0
_WHIM_S, _WHIM_C = 3600.0, 0.8  # slow wandering of the ambient: correlation time, one sigma

SpellKind = Literal[
    "lid_open", "tilted", "shock", "vacuum_lost", "coolant_lost", "recharged", "filled", "power_cut"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Something that is wrong with a box for a while; without an end it lasts.

    `value`: degrees for `tilted`, g for `shock`, the factor on the leak for `vacuum_lost`, the
    share for `coolant_lost`, °C of what is put into the box for `filled`, kelvin an hour of a cold
    store without power for `power_cut`.
    """

    kind: SpellKind
    begins: datetime
    ends: datetime | None = None
    value: float = 0.0
    where: str | None = None  # the cold store of a power cut

    def is_on(self, at: datetime) -> bool:
        return self.begins <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Coarse steps through the long past, fine ones from `fine_from` on."""

    fine: timedelta
    coarse: timedelta
    fine_from: datetime


FINE_ONLY = Steps(
    fine=timedelta(seconds=10),
    coarse=timedelta(seconds=10),
    fine_from=datetime(1970, 1, 1, tzinfo=UTC),
)


@dataclass(frozen=True, slots=True)
class _Pace:
    """What one length of step needs, computed once."""

    step: timedelta
    step_s: float
    whim_keeps: float
    whim_shakes: float
    ambient_follows: float

    @classmethod
    def of(cls, step: timedelta) -> _Pace:
        step_s = step.total_seconds()
        keeps = exp(-step_s / _WHIM_S)
        shakes = _WHIM_C * sqrt(1 - keeps**2)
        return cls(step, step_s, keeps, shakes, 1 - exp(-step_s / _AMBIENT_LAG_S))


class World:
    """The true state of one box at `at`; `step` moves it on."""

    def __init__(
        self,
        journey: Journey,
        box: ThermalBox,
        probe: Probe,
        *,
        lots: Random,
        spells: Sequence[Spell] = (),
        steps: Steps = FINE_ONLY,
        cryogenic: bool = False,
    ) -> None:
        self.journey, self.box, self.probe = journey, box, probe
        self.spells = tuple(spells)
        self.at = journey.begins
        self._lots = lots
        self._steps = steps
        self._cryogenic = cryogenic
        self._whim_c = 0.0
        self._happened: set[int] = set()  # spells that act once
        self._fine, self._coarse = _Pace.of(steps.fine), _Pace.of(steps.coarse)
        self.segment = journey.at(self.at)
        self.ambient_c = journey.ambient_in(self.segment, self.at, cryogenic=cryogenic)
        self.tilt_deg, self.shock_g, self.lid_open = 2.0, 0.0, False
        self._around = Surroundings(ambient_c=self.ambient_c)

    def hurry(self) -> None:
        """From now on coarse steps only: nobody measures any more."""
        self._fine = self._coarse

    def left_at_the_end_of(self, journey: Journey) -> World:
        """A copy that stays where this journey ends and is not charged anew."""
        twin = deepcopy(self)
        twin.journey, twin.segment = journey, journey.segments[-1]
        twin.spells = tuple(spell for spell in self.spells if spell.kind != "recharged")
        return twin

    def next_at(self, *, closely: bool = False) -> datetime:
        """Where the next step would lead: a box never lives ahead of its clock."""
        return self.at + self._pace(closely=closely).step

    def _pace(self, *, closely: bool) -> _Pace:
        fine = closely or self.at + self._steps.coarse > self._steps.fine_from
        return self._fine if fine else self._coarse

    def step(self, *, closely: bool = False) -> None:
        """One step of time for everything: a fine one near the present, or when asked to."""
        pace = self._pace(closely=closely)
        self.at += pace.step
        if self.at >= self.segment.ends:
            self.segment = self.journey.at(self.at)
        self._draw_ambient(pace)
        self._draw_handling()
        around = self._around
        around.ambient_c = self.ambient_c
        if self.spells:
            self._apply_spells(around)
        self.box.step(around, pace.step_s)
        self.probe.step(self.box, pace.step_s)

    def _draw_ambient(self, pace: _Pace) -> None:
        self._whim_c = self._whim_c * pace.whim_keeps + self._lots.gauss(0.0, pace.whim_shakes)
        base_c = self.journey.ambient_in(self.segment, self.at, cryogenic=self._cryogenic)
        if self.spells and self.segment.step.setting == "cold_store":
            base_c = self._without_power(base_c)
        self.ambient_c += (base_c + self._whim_c - self.ambient_c) * pace.ambient_follows

    def _draw_handling(self) -> None:
        gauss = self._lots.gauss
        moving = self.segment.step.mode is not None
        self.shock_g = abs(gauss(0.0, 0.25 if moving else 0.03))
        self.tilt_deg = abs(gauss(2.0, 1.2 if moving else 0.2))

    def _apply_spells(self, around: Surroundings) -> None:
        values = {s.kind: s.value for s in self.spells if s.is_on(self.at)}
        self.lid_open = "lid_open" in values
        self.tilt_deg = values.get("tilted", self.tilt_deg)
        around.lid_open, around.tilt_deg = self.lid_open, self.tilt_deg
        around.leak_factor = values.get("vacuum_lost", 1.0)
        self.shock_g = max(self.shock_g, values.get("shock", 0.0))
        for index, spell in enumerate(self.spells):
            if index not in self._happened and spell.begins <= self.at:
                self._happened.add(index)
                self._happen(spell)

    def _happen(self, spell: Spell) -> None:
        if spell.kind == "coolant_lost":
            self.box.lose_coolant(spell.value)
        if spell.kind == "recharged":
            self.box.recharge()
            self.probe.temp_c = self.box.payload_c
        if spell.kind == "filled":
            self.box.fill(spell.value)

    def _without_power(self, base_c: float) -> float:
        """A cold store whose machines stand still warms towards the hall around it."""
        for spell in self.spells:
            if spell.kind != "power_cut" or spell.where != self.segment.step.at:
                continue
            lasted = min(self.at, spell.ends or self.at) - spell.begins
            warmed = spell.value * max(0.0, lasted.total_seconds()) / 3600
            if spell.ends is not None and self.at > spell.ends:  # cooled again four times as fast
                warmed -= 4 * spell.value * (self.at - spell.ends).total_seconds() / 3600
            base_c = min(_HALL_C, base_c + max(0.0, warmed))
        return base_c
