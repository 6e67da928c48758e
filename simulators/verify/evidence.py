"""What the box delivered, as a line of its own: what a service without faults could know."""

from __future__ import annotations

from simulators.truth.document import BoxTruth
from simulators.truth.limits import SIDES, Tolerances
from simulators.truth.series import Series
from simulators.truth.stays import Sharpness, Stay, find_stays
from simulators.verify.answers import text_ms

# What common digital probes report when they are disconnected or were reset (DS18B20 data sheet:
# 85 °C after power-on; -127 °C is its driver's sign of a missing probe), and what cannot be.
_FAULT_CODES = frozenset({-127.0, 85.0})
_COLDEST_C, _HOTTEST_C = -273.15, 150.0


def delivered(truth: BoxTruth) -> Series:
    """The temperatures the box delivered in the judged time, at their true times."""
    points = []
    for log in truth.logs:
        withheld = set(log.undelivered)
        points += [
            (true_ms / 1000, temp_c)
            for seq, _, temp_c, true_ms in log.readings
            if temp_c is not None and seq not in withheld and _is_measured(temp_c)
        ]
    points.sort()
    series = Series((at for at, _ in points), (temp_c for _, temp_c in points))
    return series.between(text_ms(truth.judged_from) / 1000, text_ms(truth.judged_until) / 1000)


def stays_in(series: Series, tolerances: Tolerances, sharpness: Sharpness) -> list[Stay]:
    """The stays on both sides."""
    labels = [label for side in SIDES if (label := tolerances.label(side))]
    return [
        stay for label in labels for stay in find_stays(series, label, tolerances.delays, sharpness)
    ]


def _is_measured(temp_c: float) -> bool:
    return _COLDEST_C <= temp_c <= _HOTTEST_C and temp_c not in _FAULT_CODES
