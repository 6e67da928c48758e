"""One stored reading or event, placed in time, as the fold takes it in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from services.core.domain.units import Microseconds

PROBE_FAULTS_C = frozenset({-127.0, 85.0})
"""What a common digital probe reports when it is disconnected or was reset; never a measurement."""

COLDEST_C = -273.15
HOTTEST_C = 150.0


class Sample(NamedTuple):
    """A row of many, so a tuple: its first four fields are its place in the order.

    `event` is None for a measured reading. `clock_suspect`: its place in time was corrected.
    """

    placed_us: Microseconds
    boot: str
    seq: int
    box_id: str
    temp_c: float | None
    event: str | None = None
    received_us: Microseconds = 0
    lat: float | None = None
    lon: float | None = None
    acc_m: float | None = None
    battery_pct: float | None = None
    lid_open: bool | None = None
    tilt_deg: float | None = None
    ambient_c: float | None = None
    clock_suspect: bool = False
    probe: str | None = None


def is_measured(temp_c: float | None) -> bool:
    """Whether a temperature counts: a number, physically possible, and no probe's error value."""
    # What is no number compares as false with everything.
    return temp_c is not None and COLDEST_C <= temp_c <= HOTTEST_C and temp_c not in PROBE_FAULTS_C


def in_order(samples: Iterable[Sample]) -> list[Sample]:
    """Samples by (time, boot, sequence), with time never running back inside one boot.

    A box whose clock was set back in the middle of a boot still wrote its log in order.
    """
    ordered: list[Sample] = []
    log: tuple[str, str] | None = None
    latest = 0
    for sample in sorted(samples, key=_log_key):
        if log != (sample.box_id, sample.boot):
            log, latest = (sample.box_id, sample.boot), sample.placed_us
        elif sample.placed_us < latest:
            sample = sample._replace(placed_us=latest)
        else:
            latest = sample.placed_us
        ordered.append(sample)
    ordered.sort()
    return ordered


def _log_key(sample: Sample) -> tuple[str, str, int]:
    return sample.box_id, sample.boot, sample.seq
