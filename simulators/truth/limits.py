"""The numbers of a profile as its document gives them: limits on each side, delays, hold time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from services.core.domain.errors import Invalid

Side = Literal["high", "low"]
SIDES: tuple[Side, Side] = ("high", "low")
SIGN: Mapping[Side, float] = {"high": 1.0, "low": -1.0}

_NAMES: Mapping[Side, tuple[tuple[str, str], ...]] = {
    "high": (
        ("label", "label_hi_c"),
        ("glass_transition", "glass_transition_c"),
        ("absolute", "absolute_hi_c"),
    ),
    "low": (
        ("label", "label_lo_c"),
        ("freeze_point", "freeze_point_c"),
        ("absolute", "absolute_lo_c"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A temperature that must not be passed on one side."""

    kind: str
    side: Side
    level_c: float

    @property
    def name(self) -> str:
        """Such as label_high."""
        return f"{self.kind}_{self.side}"

    def beyond(self, temp_c: float) -> float:
        """How far a temperature lies beyond, in K; negative inside."""
        return SIGN[self.side] * (temp_c - self.level_c)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """When leaving the label counts, and when it is over."""

    deadband_k: float
    on_delay_s: float
    off_delay_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """What a product tolerates; bounds of each side in the order in which they are passed."""

    bounds: tuple[Bound, ...]
    delays: Delays
    hold: timedelta
    counts_from: Literal["collection_end", "pack_closed_at"]

    def label(self, side: Side) -> Bound | None:
        """The label's limit on a side, if the label has one there."""
        found = [bound for bound in self.bounds if bound.side == side and bound.kind == "label"]
        return found[0] if found else None


def read_tolerances(document: Mapping[str, Any]) -> Tolerances:
    """Read a profile's document; only numbers that may bind count. Raises Invalid."""
    try:
        numbers: Mapping[str, Mapping[str, Any]] = document["numbers"]
        return Tolerances(
            bounds=tuple(
                Bound(kind=kind, side=side, level_c=float(numbers[name]["value"]))
                for side in SIDES
                for kind, name in _NAMES[side]
                if name in numbers and numbers[name]["binding"]
            ),
            delays=Delays(
                deadband_k=float(numbers["deadband_k"]["value"]),
                on_delay_s=60.0 * float(numbers["on_delay_min"]["value"]),
                off_delay_s=60.0 * float(numbers["off_delay_min"]["value"]),
            ),
            hold=timedelta(hours=float(numbers["hold_h"]["value"])),
            counts_from=document["clock_start"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(
            f"a profile cannot be read: {error}",
            field="profile",
            remedy="verify with the version that wrote the file",
        ) from None
