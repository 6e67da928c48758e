"""How long a container keeps cold: what its charge has lost to tilting, or to a warm ambient."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TILT_EVENT_DEG = 45.0
"""A box leans when it is tilted by more; the default of the domain paper (1.4). Grade O."""


class ContainerKind(StrEnum):
    """What keeps the payload cold."""

    DRY_SHIPPER = "dry_shipper"
    PASSIVE_BOX = "passive_box"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerRule:
    """A container made ready for the fold; numbers that are not known change nothing.

    `hold_us` is the nominal hold time; `cautious_us` the same, derated.
    """

    kind: ContainerKind
    hold_us: float
    cautious_us: float
    tilt_over_deg: float | None
    tilt_factor: float
    inverted_over_deg: float | None
    inverted_factor: float
    melts_c: float | None
    ambient_c: float | None
    binding: bool

    def factor(self, tilt_deg: float | None, ambient_c: float | None) -> float:
        """How many times faster than by the clock the charge is used up."""
        if self.kind is ContainerKind.DRY_SHIPPER:
            return self._leaning(tilt_deg)
        if self.melts_c is None or self.ambient_c is None or ambient_c is None:
            return 1.0
        return max(0.0, (ambient_c - self.melts_c) / (self.ambient_c - self.melts_c))

    def _leaning(self, tilt_deg: float | None) -> float:
        if tilt_deg is None:
            return 1.0
        if self.inverted_over_deg is not None and tilt_deg > self.inverted_over_deg:
            return self.inverted_factor
        if self.tilt_over_deg is not None and tilt_deg > self.tilt_over_deg:
            return self.tilt_factor
        return 1.0
