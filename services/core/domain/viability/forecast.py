"""When limits will be reached, in closed form: by the trend, and by the drift of a silent box."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

from services.core.domain.units import HOUR_US, from_us, hours
from services.core.domain.viability.rules import SideRule
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.trend import SIGNIFICANCE, Line

HORIZON = timedelta(hours=12)
"""Beyond this a straight line through the last half hour says nothing. Own choice, grade O."""


OPEN_TAU_H = 2.0
"""How fast a payload follows the air through an open lid: 836 J/K (0.2 kg) against a quarter of
0.4 W/K (0.05 m² at 8 W/m²K) is 2.3 h; rounded down. Own calculation, grade O."""

OPEN_IN_C = 30.0
"""What is around an open box that does not measure it. Own choice, grade O."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """When a limit will be reached: likely (P50) and, nine times in ten, not before (P10)."""

    p10: datetime | None = None
    p50: datetime | None = None


NEVER = Crossing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is known at the last reading: the line, its instant, and whether the box is silent.

    `since` is where the silence began: the last reading, or where its value stood still.
    `fast` is the same line over a fifth of the time, for the moment when the trend breaks.
    `settling`: just moved to another box. `lid_open_in_c`: the lid is open, in surroundings of so
    many degrees.
    """

    at: datetime
    since: datetime
    temp_c: float
    line: Line | None
    fast: Line | None
    silent: bool
    settling: bool = False
    lid_open_in_c: float | None = None

    def crossing(self, rule: SideRule, limit_c: float, *, out: bool) -> Crossing:
        """When this limit is reached on this side. `out`: the label is left there already.

        A trend counts when it is significant, or when the label is left already; it reaches as
        far as the horizon. In silence the cautious bound also drifts, without a horizon; while the
        lid is open it does not count on the container. Right after a move a trend moves only the
        cautious bound: probe and payload follow one another.
        """
        by_line = self._by_line(rule, limit_c, out=out)
        cautious = [by_line.p10, self._by_lid(rule, limit_c)]
        if self.silent:
            cautious.append(self._by_drift(rule, limit_c))
        known = [p10 for p10 in cautious if p10 is not None]
        return Crossing(p10=min(known, default=None), p50=None if self.settling else by_line.p50)

    def _by_line(self, rule: SideRule, limit_c: float, *, out: bool) -> Crossing:
        sign = round(rule.sign)
        lines = [
            line
            for line in self._standing(sign)
            if line.significant(sign) or (out and line is not self.fast)
        ]
        cautious = [self._within(line.hours_to(limit_c, sign, cautious=True)) for line in lines]
        likely = self.likely_line(sign)
        return Crossing(
            p10=min((p10 for p10 in cautious if p10 is not None), default=None),
            p50=self._within(likely.hours_to(limit_c, sign, cautious=False))
            if likely in lines and likely is not None
            else None,
        )

    def likely_line(self, sign: int) -> Line | None:
        """The best guess: the fast line once it is clearly steeper, else the slow one."""
        if self.fast is None or self.line is None:
            return self.line
        steeper_k_per_h = sign * (self.fast.slope_k_per_h - self.line.slope_k_per_h)
        broke = steeper_k_per_h > SIGNIFICANCE * self.fast.slope_error_k_per_h
        if broke and self.fast.significant(sign):
            return self.fast
        return self.fast if self._is_over(sign) else self.line

    def _standing(self, sign: int) -> list[Line]:
        """The lines that count: the slow one no more once its movement is over."""
        slow = None if self._is_over(sign) else self.line
        return [line for line in (slow, self.fast) if line is not None]

    def _is_over(self, sign: int) -> bool:
        """Whether the slow line still tells of a movement that the fast one knows has ended."""
        if self.fast is None or self.line is None:
            return False
        steeper_k_per_h = sign * (self.line.slope_k_per_h - self.fast.slope_k_per_h)
        return steeper_k_per_h > SIGNIFICANCE * self.fast.slope_error_k_per_h

    def _by_drift(self, rule: SideRule, limit_c: float) -> datetime | None:
        distance_k = rule.sign * (limit_c - self.temp_c)
        if rule.drift_k_per_us <= 0.0:
            return None
        return self.since + hours(max(0.0, distance_k) / (rule.drift_k_per_us * HOUR_US))

    def _by_lid(self, rule: SideRule, limit_c: float) -> datetime | None:
        """From the last reading on the payload relaxes towards what is around the box."""
        if self.lid_open_in_c is None:
            return None
        distance_k = rule.sign * (limit_c - self.temp_c)
        reach_k = rule.sign * (self.lid_open_in_c - self.temp_c)
        if reach_k <= distance_k:
            return None
        if distance_k <= 0.0:
            return self.at
        return self.at + hours(OPEN_TAU_H * log(reach_k / (reach_k - distance_k)))

    def _within(self, ahead_h: float | None) -> datetime | None:
        if ahead_h is None or ahead_h * HOUR_US > HORIZON / timedelta(microseconds=1):
            return None
        return self.at + hours(ahead_h)


def outlook(
    state: JourneyState, noise_k: float, since: datetime, *, silent: bool, settling: bool = False
) -> Outlook | None:
    """The outlook from a state; None before the first judged reading. `since`: last known."""
    if state.at_us is None:
        return None
    return Outlook(
        at=from_us(state.at_us),
        since=since,
        temp_c=state.at_c,
        line=state.trend.line(noise_k),
        fast=state.fast_trend.line(noise_k),
        silent=silent,
        settling=settling,
        lid_open_in_c=_around(state),
    )


def _around(state: JourneyState) -> float | None:
    """The temperature around a box whose lid is open; None while it is shut."""
    if state.lid_since_us is None:
        return None
    measured_c = None if state.last is None else state.last.ambient_c
    return OPEN_IN_C if measured_c is None else measured_c
