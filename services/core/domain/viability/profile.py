"""The material profile: what a product tolerates, each number with its source, grade and basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from math import isfinite
from typing import Any

from services.core.domain.errors import Invalid
from services.core.domain.identifiers import ProfileId
from services.core.domain.units import hours, minutes
from services.core.domain.viability.digest import digest


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


class ClockStart(StrEnum):
    """The instant from which the hold time counts."""

    COLLECTION_END = "collection_end"
    PACK_CLOSED = "pack_closed_at"


class Side(StrEnum):
    """Too warm or too cold."""

    HIGH = "high"
    LOW = "low"


class LimitKind(StrEnum):
    """What a temperature limit is; `label` comes first, the others lie beyond it."""

    LABEL = "label"
    GLASS_TRANSITION = "glass_transition"
    ABSOLUTE = "absolute"
    FREEZE_POINT = "freeze_point"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A temperature that must not be passed on one side; standing exactly on it is allowed.

    `key` is its name in checkpoints and alarms, such as "label_high".
    """

    kind: LimitKind
    side: Side
    temperature_c: float
    binding: bool
    key: str


UNITS: Mapping[str, str] = {
    "label_lo_c": "°C",
    "label_hi_c": "°C",
    "absolute_lo_c": "°C",
    "absolute_hi_c": "°C",
    "glass_transition_c": "°C",
    "freeze_point_c": "°C",
    "hold_h": "h",
    "assumed_before_packing_h": "h",
    "max_gap_min": "min",
    "gap_drift_up_k_per_h": "K/h",
    "gap_drift_down_k_per_h": "K/h",
    "deadband_k": "K",
    "on_delay_min": "min",
    "off_delay_min": "min",
    "trend_time_constant_min": "min",
    "trend_noise_k": "K",
    "early_warning_h": "h",
}
"""Every number a profile may carry, with its unit."""

REQUIRED = frozenset(UNITS) - {
    "label_lo_c",
    "absolute_lo_c",
    "absolute_hi_c",
    "glass_transition_c",
    "freeze_point_c",
}

_LADDER = (
    (LimitKind.LABEL, Side.HIGH, "label_hi_c"),
    (LimitKind.GLASS_TRANSITION, Side.HIGH, "glass_transition_c"),
    (LimitKind.ABSOLUTE, Side.HIGH, "absolute_hi_c"),
    (LimitKind.LABEL, Side.LOW, "label_lo_c"),
    (LimitKind.FREEZE_POINT, Side.LOW, "freeze_point_c"),
    (LimitKind.ABSOLUTE, Side.LOW, "absolute_lo_c"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialProfile:
    """What one kind of product tolerates; a version is frozen once a shipment has used it."""

    profile_id: ProfileId
    version: int
    name_en: str
    name_zh: str
    clock_start: ClockStart
    numbers: Mapping[str, ProfileNumber]
    digest: str = field(init=False, repr=False, compare=False)
    _ladders: Mapping[Side, tuple[Limit, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_numbers(self.numbers)
        object.__setattr__(self, "_ladders", {side: _ladder(self.numbers, side) for side in Side})
        object.__setattr__(self, "digest", digest(self.to_document()))

    def __hash__(self) -> int:
        return hash(self.digest)

    def value(self, name: str) -> float:
        """A number that every profile has."""
        return self.numbers[name].value

    def optional(self, name: str) -> float | None:
        """A number that a profile may lack."""
        number = self.numbers.get(name)
        return None if number is None else number.value

    @property
    def label_lo_c(self) -> float | None:
        return self.optional("label_lo_c")

    @property
    def label_hi_c(self) -> float:
        return self.value("label_hi_c")

    @property
    def absolute_lo_c(self) -> float | None:
        return self.optional("absolute_lo_c")

    @property
    def absolute_hi_c(self) -> float | None:
        return self.optional("absolute_hi_c")

    @property
    def glass_transition_c(self) -> float | None:
        return self.optional("glass_transition_c")

    @property
    def freeze_point_c(self) -> float | None:
        return self.optional("freeze_point_c")

    @property
    def hold(self) -> timedelta:
        return hours(self.value("hold_h"))

    @property
    def max_gap(self) -> timedelta:
        return minutes(self.value("max_gap_min"))

    def limits(self, side: Side) -> tuple[Limit, ...]:
        """The limits of one side from the label outwards."""
        return self._ladders[side]

    def to_document(self) -> dict[str, Any]:
        """The profile as JSON, as it is stored and shown."""
        return {
            "profile_id": self.profile_id,
            "version": self.version,
            "name_en": self.name_en,
            "name_zh": self.name_zh,
            "clock_start": self.clock_start.value,
            "numbers": {name: _number_out(number) for name, number in self.numbers.items()},
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> MaterialProfile:
        """Read a stored or imported profile; raises Invalid naming the field."""
        try:
            return cls(
                profile_id=ProfileId(document["profile_id"]),
                version=int(document["version"]),
                name_en=document["name_en"],
                name_zh=document["name_zh"],
                clock_start=ClockStart(document["clock_start"]),
                numbers={name: _number_in(raw) for name, raw in document["numbers"].items()},
            )
        except (KeyError, TypeError, ValueError) as exc:
            raise Invalid(
                f"the profile document cannot be read: {exc}",
                field="document",
                remedy="give every number value, unit, source, grade and basis",
            ) from exc


def _ladder(numbers: Mapping[str, ProfileNumber], side: Side) -> tuple[Limit, ...]:
    found = [
        Limit(
            kind=kind,
            side=of_side,
            temperature_c=numbers[name].value,
            binding=numbers[name].binding,
            key=f"{kind}_{of_side}",
        )
        for kind, of_side, name in _LADDER
        if of_side is side and name in numbers
    ]
    found.sort(key=lambda limit: limit.temperature_c, reverse=side is Side.LOW)
    return tuple(found)


def _number_out(number: ProfileNumber) -> dict[str, Any]:
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


def _number_in(raw: Mapping[str, Any]) -> ProfileNumber:
    return ProfileNumber(
        value=float(raw["value"]),
        unit=raw["unit"],
        source=raw["source"],
        grade=Grade(raw["grade"]),
        basis=Basis(raw["basis"]),
        url=raw.get("url"),
        switched_on=raw.get("switched_on"),
    )


def _check_numbers(numbers: Mapping[str, ProfileNumber]) -> None:
    missing = sorted(REQUIRED - numbers.keys())
    if missing:
        raise Invalid(f"the profile lacks {', '.join(missing)}", field=f"numbers.{missing[0]}")
    for name, number in numbers.items():
        if UNITS.get(name) != number.unit or not isfinite(number.value):
            raise Invalid(
                f"{name} is no number of a profile in {number.unit}",
                field=f"numbers.{name}",
                remedy=f"use {UNITS.get(name, 'one of the known names')}",
            )
        if not number.source.strip():
            raise Invalid(f"{name} has no source", field=f"numbers.{name}.source")
    _check_order(numbers)


def _check_order(numbers: Mapping[str, ProfileNumber]) -> None:
    ladder = ("absolute_lo_c", "label_lo_c", "label_hi_c", "glass_transition_c", "absolute_hi_c")
    values = [numbers[name].value for name in ladder if name in numbers]
    freeze, low = numbers.get("freeze_point_c"), numbers.get("label_lo_c")
    if values != sorted(values) or (freeze and low and freeze.value > low.value):
        raise Invalid(
            "the limits are not in order",
            field="numbers",
            remedy="order them absolute low ≤ label low < label high ≤ T_g ≤ absolute high",
        )
