"""The minutes that a shipment's latest start is counted by: those of the bay that fits it best."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from services.core.domain.clearance.slots import also_in, bay_class_for

_NONE = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BayMinutes:
    """How much longer an inspection takes in a bay than elsewhere at its site, and the way there.

    `longer` is negative where it is quicker.
    """

    bay_id: str | None = None
    bay_class: str = ""
    equipment: frozenset[str] = frozenset()
    longer: timedelta = _NONE
    transfer: timedelta = _NONE

    def serves(self, need: BayNeed) -> bool:
        """Whether the bay keeps the range of the goods and has what they need."""
        return self.bay_class in need.classes and need.equipment <= self.equipment


AS_ITS_SITE = BayMinutes()
"""Any bay without minutes of its own, and what is known where no bay fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BayNeed:
    """What a shipment asks of a bay."""

    bay_class: str
    also: frozenset[str] = frozenset()
    equipment: frozenset[str] = frozenset()

    @property
    def classes(self) -> frozenset[str]:
        """Its own class, and those that serve it beside."""
        return self.also | {self.bay_class}

    @classmethod
    def of(cls, label_hi_c: float | None, mode: str, equipment: Iterable[str]) -> BayNeed:
        """By the top of its label range, how it is inspected, and what it needs beside."""
        return cls(
            bay_class=bay_class_for(label_hi_c),
            also=also_in(mode),
            equipment=frozenset(equipment),
        )


def best_bay(bays: Iterable[BayMinutes], need: BayNeed) -> BayMinutes:
    """Of some bays the one that fits and leaves most time."""
    return best_of(bay for bay in bays if bay.serves(need))


def best_of(fitting: Iterable[BayMinutes]) -> BayMinutes:
    """Of bays that fit the one that leaves most time: the shortest way and inspection."""
    return min(fitting, key=_cost, default=AS_ITS_SITE)


def _cost(bay: BayMinutes) -> tuple[timedelta, timedelta, str]:
    return bay.longer + bay.transfer, bay.longer, bay.bay_id or ""
