"""Excursion bands: how long a payload may be beyond a temperature, in one stay and in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.core.domain.errors import Invalid
from services.core.domain.viability.numbers import (
    ProfileNumber,
    check_number,
    choice_in,
    number_in,
    number_out,
    text_in,
)


class Side(StrEnum):
    """Too warm or too cold."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcursionBand:
    """A threshold at or beyond the label, and the time allowed beyond it.

    `single` is for one uninterrupted stay, `cumulative` for all stays of the journey together.
    Beyond means strictly beyond; the allowance is used up when the time is reached.
    """

    name: str
    side: Side
    threshold: ProfileNumber
    single: ProfileNumber | None = None
    cumulative: ProfileNumber | None = None

    @property
    def allowances(self) -> Mapping[str, ProfileNumber]:
        """What is allowed, by the name it has in documents, budgets and alarms."""
        given = {"single": self.single, "cumulative": self.cumulative}
        return {kind: number for kind, number in given.items() if number is not None}


_UNITS = {"threshold_c": "°C", "single_min": "min", "cumulative_min": "min"}


def band_out(band: ExcursionBand) -> dict[str, Any]:
    """A band as JSON."""
    numbers = {
        "threshold_c": band.threshold,
        "single_min": band.single,
        "cumulative_min": band.cumulative,
    }
    return {
        "name": band.name,
        "side": band.side.value,
        "numbers": {key: number_out(one) for key, one in numbers.items() if one is not None},
    }


def bands_in(raw: Any) -> tuple[ExcursionBand, ...]:
    """Read the bands of a document; raises Invalid naming the field."""
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise Invalid("bands is no list", field="bands", remedy="give a list, it may be empty")
    return tuple(_band_in(one, f"bands[{index}]") for index, one in enumerate(raw))


def _band_in(raw: Any, field: str) -> ExcursionBand:
    numbers = raw.get("numbers") if isinstance(raw, Mapping) else None
    if not isinstance(numbers, Mapping) or "threshold_c" not in numbers:
        raise Invalid(
            f"{field} has no threshold_c among its numbers",
            field=f"{field}.numbers.threshold_c",
            remedy="give name, side, and numbers with threshold_c, single_min or cumulative_min",
        )
    read = {key: number_in(one, f"{field}.numbers.{key}") for key, one in numbers.items()}
    for key, number in read.items():
        check_number(number, key, _UNITS.get(key), f"{field}.numbers.{key}")
    return ExcursionBand(
        name=text_in(raw.get("name"), f"{field}.name"),
        side=choice_in(Side, raw.get("side"), f"{field}.side"),
        threshold=read["threshold_c"],
        single=read.get("single_min"),
        cumulative=read.get("cumulative_min"),
    )


def check_bands(bands: Sequence[ExcursionBand], label: Mapping[Side, float | None]) -> None:
    """Raises Invalid when a band is inside the label, allows nothing, or has another's name."""
    for index, band in enumerate(bands):
        field, limit_c = f"bands[{index}]", label[band.side]
        sign = 1.0 if band.side is Side.HIGH else -1.0
        if limit_c is None or sign * (band.threshold.value - limit_c) < 0:
            raise Invalid(
                f"the threshold of {band.name} lies inside the label",
                field=f"{field}.numbers.threshold_c",
                remedy="put it at the label's limit or beyond",
            )
        if not band.allowances or any(one.value <= 0 for one in band.allowances.values()):
            raise Invalid(
                f"{band.name} allows no time",
                field=f"{field}.numbers",
                remedy="give single_min or cumulative_min, greater than 0",
            )
    names = [band.name for band in bands]
    if len(set(names)) != len(names):
        raise Invalid("two bands have one name", field="bands", remedy="name each band apart")
