"""What boxes delivered of a payload, as a line: what a service without faults could know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulators.truth.document import BoxTruth, TrueInside
from simulators.truth.limits import SIDES, Tolerances
from simulators.truth.series import Series
from simulators.truth.stays import Sharpness, Stay, find_stays
from simulators.verify.answers import text_ms

# What common digital probes report when they are disconnected or were reset (DS18B20 data sheet:
# 85 °C after power-on; -127 °C is its driver's sign of a missing probe), and what cannot be.
_FAULT_CODES = frozenset({-127.0, 85.0})
_COLDEST_C, _HOTTEST_C = -273.15, 150.0


def delivered(insides: Sequence[TrueInside], boxes: Mapping[str, BoxTruth]) -> Series:
    """The temperatures that were delivered while the payload was inside, at their true times."""
    line = Series((), ())
    for inside in insides:
        window = (text_ms(inside.begins) / 1000, text_ms(inside.ends) / 1000)
        line = line.followed_by(_of_box(boxes[inside.box_id]).between(*window))
    return line


def _of_box(box: BoxTruth) -> Series:
    points = []
    for log in box.logs:
        withheld = set(log.undelivered)
        points += [
            (true_ms / 1000, temp_c)
            for seq, _, temp_c, true_ms in log.readings
            if temp_c is not None and seq not in withheld and _is_measured(temp_c)
        ]
    points.sort()
    return Series((at for at, _ in points), (temp_c for _, temp_c in points))


def stays_in(series: Series, tolerances: Tolerances, sharpness: Sharpness) -> list[Stay]:
    """The stays on both sides."""
    labels = [label for side in SIDES if (label := tolerances.label(side))]
    return [
        stay for label in labels for stay in find_stays(series, label, tolerances.delays, sharpness)
    ]


def reported_stays(series: Series, tolerances: Tolerances, sampling_s: float) -> list[Stay]:
    """What the boxes' own words excuse: stays a sampling short, and any that passed a limit.

    A limit beyond the label counts at once, so that one spike past it begins a stay.
    """
    at_once = stays_in(series, tolerances, Sharpness(longer_s=-tolerances.delays.on_delay_s))
    return [
        *stays_in(series, tolerances, Sharpness(longer_s=-sampling_s)),
        *(stay for stay in at_once if _passed_a_limit(stay, tolerances)),
    ]


def _passed_a_limit(stay: Stay, tolerances: Tolerances) -> bool:
    return any(
        bound.side == stay.side and bound.kind != "label" and bound.beyond(stay.peak_c) > 0
        for bound in tolerances.bounds
    )


def _is_measured(temp_c: float) -> bool:
    return _COLDEST_C <= temp_c <= _HOTTEST_C and temp_c not in _FAULT_CODES
