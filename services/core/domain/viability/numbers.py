"""The numbers of a profile: each with its unit, source, grade and basis, checked when read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

from services.core.domain.errors import Invalid


class Basis(StrEnum):
    """On whose word a number stands."""

    LABEL = "label"
    SPONSOR_VALIDATED = "sponsor_validated"
    LITERATURE_PROXY = "literature_proxy"


class Grade(StrEnum):
    """How the source was checked: read, general knowledge, or our own choice or calculation."""

    SOURCE_READ = "S"
    GENERAL_KNOWLEDGE = "K"
    OWN_CHOICE = "O"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileNumber:
    """One number of a profile and everything needed to doubt it.

    A literature number is advisory: it shortens nothing until `switched_on` says why it may.
    """

    value: float
    unit: str
    source: str
    grade: Grade
    basis: Basis
    url: str | None = None
    switched_on: str | None = None

    @property
    def binding(self) -> bool:
        """Whether a deadline may come from this number."""
        return self.basis is not Basis.LITERATURE_PROXY or self.switched_on is not None


UNITS: Mapping[str, str] = {
    "label_lo_c": "°C",
    "label_hi_c": "°C",
    "absolute_lo_c": "°C",
    "absolute_hi_c": "°C",
    "glass_transition_c": "°C",
    "freeze_point_c": "°C",
    "hold_h": "h",
    "assumed_before_packing_h": "h",
    "age_budget_h": "h",
    "lag_tau_min": "min",
    "max_gap_min": "min",
    "gap_drift_up_k_per_h": "K/h",
    "gap_drift_down_k_per_h": "K/h",
    "deadband_k": "K",
    "on_delay_min": "min",
    "off_delay_min": "min",
    "trend_time_constant_min": "min",
    "trend_noise_k": "K",
    "early_warning_h": "h",
    "container_hold_h": "h",
    "container_derate": "1",
    "tilt_over_deg": "°",
    "tilt_factor": "1",
    "inverted_over_deg": "°",
    "inverted_factor": "1",
    "coolant_melts_c": "°C",
    "ambient_qualified_c": "°C",
    "viability_at_start_percent": "%",
    "loss_p10_per_h": "1/h",
    "loss_p50_per_h": "1/h",
    "loss_p90_per_h": "1/h",
    "battery_low_percent": "%",
    "battery_critical_percent": "%",
    "lid_open_min": "min",
    "inspection_lid_min": "min",
    "tilt_event_min": "min",
    "warning_min": "min",
    "wrong_place_km": "km",
    "left_site_km": "km",
    "off_route_km": "km",
}
"""Every number a profile may carry, with its unit."""

REQUIRED = frozenset(
    {
        "label_hi_c",
        "hold_h",
        "assumed_before_packing_h",
        "max_gap_min",
        "gap_drift_up_k_per_h",
        "gap_drift_down_k_per_h",
        "deadband_k",
        "on_delay_min",
        "off_delay_min",
        "trend_time_constant_min",
        "trend_noise_k",
        "early_warning_h",
    }
)

_POSITIVE = frozenset(
    {"hold_h", "age_budget_h", "max_gap_min", "trend_time_constant_min", "container_hold_h",
     "container_derate", "tilt_factor", "inverted_factor", "viability_at_start_percent"}
)  # fmt: skip

_NOT_NEGATIVE = frozenset(
    {"assumed_before_packing_h", "lag_tau_min", "gap_drift_up_k_per_h", "gap_drift_down_k_per_h",
     "deadband_k", "on_delay_min", "off_delay_min", "trend_noise_k", "early_warning_h",
     "inspection_lid_min", "loss_p10_per_h", "loss_p50_per_h", "loss_p90_per_h"}
)  # fmt: skip


def number_out(number: ProfileNumber) -> dict[str, Any]:
    """A number as JSON."""
    return {
        "value": number.value,
        "unit": number.unit,
        "source": number.source,
        "grade": number.grade.value,
        "basis": number.basis.value,
        "url": number.url,
        "switched_on": number.switched_on,
        "binding": number.binding,
    }


def number_in(raw: Any, field: str) -> ProfileNumber:
    """Read a number; raises Invalid naming the field."""
    if not isinstance(raw, Mapping):
        raise Invalid(f"{field} is no number with a source", field=field, remedy=_GIVE)
    return ProfileNumber(
        value=_value(raw.get("value"), f"{field}.value"),
        unit=text_in(raw.get("unit"), f"{field}.unit"),
        source=text_in(raw.get("source"), f"{field}.source"),
        grade=choice_in(Grade, raw.get("grade"), f"{field}.grade"),
        basis=choice_in(Basis, raw.get("basis"), f"{field}.basis"),
        url=raw.get("url"),
        switched_on=raw.get("switched_on"),
    )


_GIVE = "give value, unit, source, grade and basis"


def _value(raw: Any, field: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not isfinite(raw):
        raise Invalid(f"{field} is no finite number", field=field, remedy=_GIVE)
    return float(raw)


def text_in(raw: Any, field: str) -> str:
    """A text that says something; raises Invalid naming the field."""
    if not isinstance(raw, str) or not raw.strip():
        raise Invalid(f"{field} is missing", field=field, remedy="give it as text")
    return raw


_E = TypeVar("_E", bound=StrEnum)


def choice_in(kind: type[_E], raw: Any, field: str) -> _E:
    """One of a closed list; raises Invalid naming the field."""
    try:
        return kind(raw)
    except ValueError:
        one_of = ", ".join(kind)
        raise Invalid(f"{field} is none of {one_of}", field=field, remedy=f"use {one_of}") from None


def check_number(number: ProfileNumber, name: str, unit: str | None, field: str) -> None:
    """Raises Invalid when a number has not its unit, no source, or an impossible value."""
    if unit != number.unit:
        raise Invalid(
            f"{name} is no number of a profile in {number.unit}",
            field=field,
            remedy=f"use {unit or 'one of the known names'}",
        )
    if not number.source.strip():
        raise Invalid(f"{name} has no source", field=f"{field}.source")
    too_small = (name in _POSITIVE and number.value <= 0) or (
        name in _NOT_NEGATIVE and number.value < 0
    )
    if too_small or not isfinite(number.value):
        raise Invalid(f"{name} cannot be {number.value:g}", field=f"{field}.value")


def check_numbers(numbers: Mapping[str, ProfileNumber]) -> None:
    """Raises Invalid when one is missing, unknown or impossible."""
    missing = sorted(REQUIRED - numbers.keys())
    if missing:
        raise Invalid(f"the profile lacks {', '.join(missing)}", field=f"numbers.{missing[0]}")
    for name, number in numbers.items():
        check_number(number, name, UNITS.get(name), f"numbers.{name}")
