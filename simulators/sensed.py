"""What the sensors of a box hand to its device."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.geography import Fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensed:
    """What the sensors give at one instant."""

    temp_c: float
    ambient_c: float
    pressure_hpa: float
    tilt_deg: float
    shock_g: float
    lid_open: bool
    fix: Fix | None
