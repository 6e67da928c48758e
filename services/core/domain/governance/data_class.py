"""What a field says about people, and which fields of what we send say it.

A field that nobody has classed is unknown, and what is unknown does not leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.core.domain.errors import Invalid


class DataClass(StrEnum):
    """From what anybody may know to what a country keeps to itself."""

    NONE = "none"
    """Trade and transport: temperatures, times, places of a city's exactness, firms, rules."""

    PERSONAL = "personal"
    """Somebody's name or number, and what they wrote about no shipment."""

    SENSITIVE = "sensitive"
    """What tells of a patient: pseudonyms, exact positions, treatment times, photos, papers, and
    what people wrote about a shipment."""

    HUMAN_GENETIC = "human_genetic"
    """What was found out about human material, and the numbers of permits that lead to it."""

    IMPORTANT = "important"
    """What concerns the state: here, how a customs site works and what its officers found."""


EVERY_CLASS = frozenset(DataClass)
NOTHING_OF_PEOPLE = frozenset({DataClass.NONE})
CITY_DECIMALS = 1
"""Decimals of a degree that a city's exactness has: some ten kilometres. Own choice, grade O."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldClasses:
    """By the name of an answer or notice, and of its field: the class, and whom it is about.

    `person` names the field that tells one person from another where they are counted. `coarse`
    are exact places: sensitive, but for a city's exactness of them.
    """

    classes: Mapping[str, Mapping[str, DataClass]]
    person: Mapping[str, str]
    coarse: Mapping[str, frozenset[str]]

    def nearly(self, name: str, field: str, value: float) -> float | None:
        """What of a place is none's class: a tenth of a degree; None when there is no such part."""
        known = field in self.coarse.get(name, ())
        return round(value, CITY_DECIMALS) if known else None

    def of(self, name: str, field: str) -> DataClass | None:
        """The class of a field; None when nobody has said it."""
        return self.classes.get(name, {}).get(field)

    def within(self, name: str, field: str) -> Mapping[str, DataClass]:
        """The classes of the keys of a field without a schema of its own: `facts.temp_c`."""
        prefix = f"{field}."
        return {
            key.removeprefix(prefix): one
            for key, one in self.classes.get(name, {}).items()
            if key.startswith(prefix)
        }

    def split(
        self, name: str, body: Mapping[str, Any], passes: frozenset[DataClass]
    ) -> tuple[dict[str, Any], list[str]]:
        """What of a document without a schema may pass, and the names of what may not.

        What is held back reads as empty, so that whoever writes words of it finds the name.
        """
        held: list[str] = []
        kept: dict[str, Any] = {}
        for field, value in body.items():
            inner = self.within(name, field)
            if isinstance(value, Mapping) and inner:
                kept[field] = {key: one for key, one in value.items() if inner.get(key) in passes}
                held += [f"{field}.{key}" for key in value if key not in kept[field]]
            elif self.of(name, field) in passes or value is None:
                kept[field] = value
            else:
                held.append(field)
                kept[field] = {} if isinstance(value, Mapping) else ""
        return kept, sorted(held)

    def every(self) -> Iterator[tuple[str, str, DataClass]]:
        """All that is classed, by name."""
        for name, fields in sorted(self.classes.items()):
            for field, one in sorted(fields.items()):
                yield name, field, one


def read_field_classes(document: Mapping[str, Any]) -> FieldClasses:
    """A table for each answer, a line for each class; raises Invalid at what is none."""
    classes: dict[str, dict[str, DataClass]] = {}
    for name, table in document.items():
        fields = classes.setdefault(name, {})
        for key, text in table.items():
            for one in () if key == "person" else str(text).split():
                kind = DataClass.SENSITIVE if key == "coarse" else key
                if one in fields or kind not in EVERY_CLASS:
                    raise Invalid(f"{name}.{one} is classed twice or as {key}", field=name)
                fields[one] = DataClass(kind)
    return FieldClasses(
        classes=classes,
        person={name: str(one["person"]) for name, one in document.items() if "person" in one},
        coarse={
            name: frozenset(str(one["coarse"]).split())
            for name, one in document.items()
            if "coarse" in one
        },
    )
