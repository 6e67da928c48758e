"""What an officer goes through in an inspection: a versioned list, kept as data.

The shipped list follows what was checked of stem cells at Xiamen in 2018 without X-ray and without
unpacking, in under ten minutes (baijiapai.com/2018-03/20/content_20846276.htm, grade S). Sites put
their own in its place; a version that was used once never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.core.domain.clearance.inspection import InspectionMode, opens_box
from services.core.domain.errors import Invalid


class Section(StrEnum):
    """The steps of an inspection, in order."""

    IDENTITY = "identity"
    TEMPERATURE = "temperature"
    DOCUMENTS = "documents"
    PHYSICAL = "physical"
    DECISION = "decision"


class Answer(StrEnum):
    """What an officer says to an item."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to look at. `opens`: the lid is opened for it. `xray`: by X-ray, or without."""

    key: str
    section: Section
    text_en: str
    text_zh: str
    modes: frozenset[InspectionMode]
    required: bool = True
    opens: bool = False
    xray: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A checklist in one version, with where it comes from."""

    template_id: str
    version: int
    name_en: str
    name_zh: str
    source: str
    items: tuple[Item, ...]

    def to_document(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "name_en": self.name_en,
            "name_zh": self.name_zh,
            "source": self.source,
            "items": [_item_out(one) for one in self.items],
        }


def items_for(
    template: Template, mode: InspectionMode, *, no_open: bool, no_xray: bool
) -> tuple[Item, ...]:
    """What is to be looked at this time: nothing that opens what stays shut, no forbidden X-ray."""
    may_open = opens_box(mode, no_open=no_open)
    return tuple(
        one
        for one in template.items
        if mode in one.modes
        and (may_open or not one.opens)
        and (one.xray is None or one.xray is not no_xray)
    )


def unanswered(items: Iterable[Item], answers: Mapping[str, Answer]) -> list[str]:
    """Keys of what must be answered and is not yet."""
    return [one.key for one in items if one.required and one.key not in answers]


def failed(items: Iterable[Item], answers: Mapping[str, Answer]) -> list[str]:
    """Keys of what was found wrong."""
    return [one.key for one in items if answers.get(one.key) is Answer.FAILED]


def check_item(items: Sequence[Item], key: str) -> Item:
    """The item; raises Invalid when it is not asked for this time."""
    for one in items:
        if one.key == key:
            return one
    raise Invalid(
        "the checklist does not ask for that in this inspection",
        field="key",
        remedy="one of " + ", ".join(one.key for one in items),
    )


def template_from(template_id: str, version: int, document: Mapping[str, Any]) -> Template:
    """Read a stored list; raises Invalid naming what is wrong with it."""
    items = tuple(_item_in(raw, place) for place, raw in enumerate(document["items"]))
    keys = [one.key for one in items]
    for key in keys:
        if keys.count(key) > 1:
            raise Invalid(f"the key {key} stands twice", field="items", remedy="name each once")
    return Template(
        template_id=template_id,
        version=version,
        name_en=document["name_en"],
        name_zh=document["name_zh"],
        source=document["source"],
        items=items,
    )


def _item_out(one: Item) -> dict[str, Any]:
    return {
        "key": one.key,
        "section": one.section.value,
        "text_en": one.text_en,
        "text_zh": one.text_zh,
        "modes": sorted(one.modes),
        "required": one.required,
        "opens": one.opens,
        "xray": one.xray,
    }


def _item_in(raw: Mapping[str, Any], place: int) -> Item:
    if not raw["modes"]:
        raise Invalid(
            "the item is asked for in no mode",
            field=f"#/items/{place}/modes",
            remedy="one of " + ", ".join(InspectionMode),
        )
    return Item(
        key=raw["key"],
        section=Section(raw["section"]),
        text_en=raw["text_en"],
        text_zh=raw["text_zh"],
        modes=frozenset(InspectionMode(mode) for mode in raw["modes"]),
        required=raw["required"],
        opens=raw["opens"],
        xray=raw["xray"],
    )
