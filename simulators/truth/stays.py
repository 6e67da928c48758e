"""Stays outside the label, by definition: on-delay, deadband and off-delay on a line of points.

A stay begins where the line leaves the label, is inside again where it is back by the deadband,
and is over when it has stayed inside for the off-delay. One that is inside again before the
on-delay has passed never was one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulators.truth.limits import SIGN, Bound, Delays, Side
from simulators.truth.series import Series, crossing


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One stay outside the label; times in seconds since 1970, None while it lasts."""

    side: Side
    began_s: float
    peak_c: float
    inside_s: float | None = None
    over_s: float | None = None

    def overlaps(self, other: Stay, slack_s: float = 0.0) -> bool:
        """Do the two share time outside, within `slack_s`?"""
        forever = float("inf")
        mine = forever if self.inside_s is None else self.inside_s
        its = forever if other.inside_s is None else other.inside_s
        return (
            self.side == other.side
            and self.began_s <= its + slack_s
            and other.began_s <= mine + slack_s
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharpness:
    """How sure a stay must be: the label `margin_k` further out, the on-delay `longer_s` longer.

    Negative for stays that are only just possible.
    """

    margin_k: float = 0.0
    longer_s: float = 0.0

    def applied(self, label: Bound, delays: Delays) -> tuple[Bound, Delays]:
        level_c = label.level_c + SIGN[label.side] * self.margin_k
        on_delay_s = max(0.0, delays.on_delay_s + self.longer_s)
        return replace(label, level_c=level_c), replace(delays, on_delay_s=on_delay_s)


EXACT = Sharpness()


def find_stays(
    series: Series, label: Bound, delays: Delays, sharpness: Sharpness = EXACT
) -> list[Stay]:
    """Every stay beyond the label on its side that outlasts the on-delay."""
    label, delays = sharpness.applied(label, delays)
    if series.first_beyond(SIGN[label.side], label.level_c) is None:
        return []
    walk = _Walk(label, delays)
    for at_s, temp_c in zip(series.times.tolist(), series.temps_c.tolist(), strict=True):
        walk.go_to(at_s, temp_c)
    return walk.end()


class _Walk:
    """Goes along the points of one side."""

    def __init__(self, label: Bound, delays: Delays) -> None:
        self._label, self._delays = label, delays
        self._last: tuple[float, float] | None = None
        self._stay: Stay | None = None
        self._found: list[Stay] = []

    def go_to(self, at_s: float, temp_c: float) -> None:
        here = (at_s, self._label.beyond(temp_c))
        before = self._last or here
        self._last = here
        if self._stay is None:
            self._leave(before, here, temp_c)
        elif self._stay.inside_s is None:
            self._stay_out(before, here, temp_c)
        else:
            self._stay_in(before, here, temp_c)
        self._close(at_s)

    def end(self) -> list[Stay]:
        """Everything found; the last one may still last."""
        if self._stay is not None and self._last is not None:
            until_s = self._stay.inside_s or self._last[0]
            if until_s - self._stay.began_s >= self._delays.on_delay_s:
                self._found.append(self._stay)
        return self._found

    def _leave(self, before: tuple[float, float], here: tuple[float, float], temp_c: float) -> None:
        if here[1] > 0:
            began_s = here[0] if before[1] > 0 else crossing(before, here, 0.0)
            self._stay = Stay(side=self._label.side, began_s=began_s, peak_c=temp_c)

    def _stay_out(
        self, before: tuple[float, float], here: tuple[float, float], temp_c: float
    ) -> None:
        stay = self._with_peak(temp_c)
        if here[1] > -self._delays.deadband_k:
            self._stay = stay
            return
        inside_s = crossing(before, here, -self._delays.deadband_k)
        counts = inside_s - stay.began_s >= self._delays.on_delay_s
        self._stay = replace(stay, inside_s=inside_s) if counts else None

    def _stay_in(
        self, before: tuple[float, float], here: tuple[float, float], temp_c: float
    ) -> None:
        stay = self._stay
        if stay is None or stay.inside_s is None or here[1] <= 0:
            return
        out_s = crossing(before, here, 0.0)
        if out_s - stay.inside_s >= self._delays.off_delay_s:
            self._close(out_s)
            self._stay = Stay(side=self._label.side, began_s=out_s, peak_c=temp_c)
        else:
            self._stay = replace(self._with_peak(temp_c), inside_s=None)

    def _with_peak(self, temp_c: float) -> Stay:
        stay = self._stay
        if stay is None:
            raise ValueError("there is no stay")
        further = self._label.beyond(temp_c) > self._label.beyond(stay.peak_c)
        return replace(stay, peak_c=temp_c) if further else stay

    def _close(self, at_s: float) -> None:
        stay = self._stay
        if stay is None or stay.inside_s is None:
            return
        if at_s - stay.inside_s >= self._delays.off_delay_s:
            over_s = stay.inside_s + self._delays.off_delay_s
            self._found.append(replace(stay, over_s=over_s))
            self._stay = None
