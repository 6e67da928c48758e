"""The material profile: what a product tolerates, each number with its source, grade and basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from services.core.domain.errors import Invalid
from services.core.domain.identifiers import ProfileId
from services.core.domain.units import hours, minutes
from services.core.domain.viability.bands import (
    ExcursionBand,
    Side,
    band_out,
    bands_in,
    check_bands,
)
from services.core.domain.viability.container import ContainerKind
from services.core.domain.viability.digest import digest
from services.core.domain.viability.numbers import (
    Basis,
    Grade,
    ProfileNumber,
    check_numbers,
    choice_in,
    number_in,
    number_out,
    text_in,
)
from services.core.domain.viability.rates import RateTable, table_in, table_out

__all__ = [
    "Basis",
    "ClockStart",
    "Grade",
    "Limit",
    "LimitKind",
    "MaterialProfile",
    "ProfileNumber",
    "Side",
]


class ClockStart(StrEnum):
    """The instant from which the hold time counts."""

    COLLECTION_END = "collection_end"
    PACK_CLOSED = "pack_closed_at"


class LimitKind(StrEnum):
    """What a temperature limit is; `label` comes first, the others lie beyond it."""

    LABEL = "label"
    GLASS_TRANSITION = "glass_transition"
    ABSOLUTE = "absolute"
    FREEZE_POINT = "freeze_point"


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
    bands: tuple[ExcursionBand, ...] = ()
    rate_table: RateTable | None = None
    container: ContainerKind | None = None
    digest: str = field(init=False, repr=False, compare=False)
    _ladders: Mapping[Side, tuple[Limit, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_numbers(self.numbers)
        _check_order(self.numbers)
        check_bands(self.bands, {Side.HIGH: self.label_hi_c, Side.LOW: self.label_lo_c})
        _check_container(self.container, self.numbers)
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
        """The profile as JSON, as it is stored and shown; what it does not have is left out."""
        document: dict[str, Any] = {
            "profile_id": self.profile_id,
            "version": self.version,
            "name_en": self.name_en,
            "name_zh": self.name_zh,
            "clock_start": self.clock_start.value,
            "numbers": {name: number_out(number) for name, number in self.numbers.items()},
        }
        if self.bands:
            document["bands"] = [band_out(band) for band in self.bands]
        if self.rate_table is not None:
            document["rate_table"] = table_out(self.rate_table)
        if self.container is not None:
            document["container"] = self.container.value
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> MaterialProfile:
        """Read a stored or imported profile; raises Invalid naming the field."""
        numbers = document.get("numbers")
        if not isinstance(numbers, Mapping):
            raise Invalid("the profile has no numbers", field="numbers", remedy="give an object")
        container = document.get("container")
        return cls(
            profile_id=ProfileId(text_in(document.get("profile_id"), "profile_id")),
            version=_version_in(document.get("version")),
            name_en=text_in(document.get("name_en"), "name_en"),
            name_zh=text_in(document.get("name_zh"), "name_zh"),
            clock_start=choice_in(ClockStart, document.get("clock_start"), "clock_start"),
            numbers={name: number_in(raw, f"numbers.{name}") for name, raw in numbers.items()},
            bands=bands_in(document.get("bands", ())),
            rate_table=table_in(document.get("rate_table")),
            container=container and choice_in(ContainerKind, container, "container"),
        )


def _version_in(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 1:
        raise Invalid("version is no whole number from 1 on", field="version")
    return raw


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


def _check_container(kind: ContainerKind | None, numbers: Mapping[str, ProfileNumber]) -> None:
    if kind is not None and "container_hold_h" not in numbers:
        raise Invalid(
            "a container without a hold time", field="numbers.container_hold_h", remedy="give it"
        )
