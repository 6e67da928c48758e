"""What of an answer goes abroad: field by field, by class; the rest reads as null or empty."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic.fields import FieldInfo

from services.api.fields import shown_to_asker, withheld
from services.api.schemas.base import Answer
from services.core.domain.governance.data_class import NOTHING_OF_PEOPLE, DataClass
from services.core.domain.governance.data_policy import COUNTED, DataPolicy
from services.core.domain.governance.data_rules import Purpose
from services.core.domain.governance.data_transfer import Ruling, Transfer, denied
from services.core.runtime.data_rules import field_classes

Shown = TypeVar("Shown", bound=Answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """What the policy says to somebody abroad, and why, for each class."""

    policy: DataPolicy
    transfer: Transfer
    rulings: Mapping[DataClass, Ruling]


@dataclass(slots=True, kw_only=True)
class Passage:
    """One answer on its way: which classes may pass, and what of it did."""

    passes: frozenset[DataClass] = NOTHING_OF_PEOPLE
    border: Border | None = None
    purpose: Purpose = Purpose.READING
    examined: bool = False
    shown: set[DataClass] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    persons: dict[DataClass, set[str]] = field(default_factory=dict)

    def show(self, data_class: DataClass, person: str) -> None:
        """Note what passes, and whose it is."""
        self.shown.add(data_class)
        if data_class in COUNTED:
            self.persons.setdefault(data_class, set()).add(person)


class HeldBack(Exception):
    """Not even trade data may go there: nothing of the answer is sent, and nothing was done."""

    def __init__(self, ruling: Ruling) -> None:
        super().__init__(ruling.words)
        self.ruling = ruling


current_passage: ContextVar[Passage | None] = ContextVar("current_passage", default=None)
"""The way of the answer to whoever asks from abroad; none for everybody else."""


def as_shown(answer: Shown) -> Shown:
    """The answer with the fields that whoever asks may see, where they are."""
    seen = shown_to_asker(answer)
    passage = current_passage.get()
    return seen if passage is None else leave(seen, passage)


def as_kept(answer: Shown) -> Shown:
    """The same for an answer that is kept to be sent again: abroad nothing of people is in it.

    What let more of it pass may be over by then.
    """
    seen = shown_to_asker(answer)
    return seen if current_passage.get() is None else leave(seen, Passage())


def leave(answer: Shown, passage: Passage) -> Shown:
    """The answer with what may pass; what was held back is noted by name. Raises HeldBack."""
    passage.examined = True
    if DataClass.NONE not in passage.passes:
        ruling = passage.border and passage.border.rulings.get(DataClass.NONE)
        raise HeldBack(ruling or denied(DataClass.NONE))
    return _through(answer, passage, None)


def leave_file(
    classes: Iterable[DataClass],
    persons: Iterable[object] = (),
    purpose: Purpose = Purpose.EXPORT,
) -> None:
    """A file goes out whole or not at all: say what is in it, and whom it is about."""
    passage = current_passage.get()
    if passage is None:
        return
    passage.examined, passage.purpose = True, purpose
    people = [str(one) for one in persons]
    for data_class in classes:
        passage.shown.add(data_class)
        if data_class in COUNTED:
            passage.persons.setdefault(data_class, set()).update(people)


def _through(answer: Shown, passage: Passage, outer: str | None) -> Shown:
    name = type(answer).__name__.partition("[")[0]
    person = _person(answer, name) or outer
    changes = {
        one: _value(name, one, getattr(answer, one), info, passage, person or _digest(answer))
        for one, info in type(answer).model_fields.items()
    }
    return answer.model_copy(update=changes)


def _person(answer: Answer, name: str) -> str | None:
    """Whom an answer is about: an upper bound, for one person's things may count apart."""
    named = field_classes().person.get(name)
    for one in (named, "payload_id", "shipment_id", "id"):
        value = getattr(answer, one, None) if one else None
        if value is not None:
            return str(value)
    return None


def _digest(answer: Answer) -> str:
    return hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:32]


def _value(name: str, one: str, value: Any, info: FieldInfo, passage: Passage, person: str) -> Any:
    classes = field_classes()
    data_class = classes.of(name, one)
    if data_class is None and isinstance(value, dict) and (keys := classes.within(name, one)):
        return {
            key: inner
            for key, inner in value.items()
            if _passes(f"{name}.{one}.{key}", keys.get(key), inner, passage, person)
        }
    if _passes(f"{name}.{one}", data_class, value, passage, person):
        return _inside(value, passage, person)
    nearly = classes.nearly(name, one, value) if isinstance(value, float) else None
    return blank(info) if nearly is None else nearly


def _passes(
    name: str, data_class: DataClass | None, value: Any, passage: Passage, person: str
) -> bool:
    if data_class is None:
        passage.unknown.add(name)
        passage.held.add(name)
        return False
    if value in (None, "", [], {}):
        return True
    if data_class not in passage.passes:
        passage.held.add(name)
        return False
    passage.show(data_class, person)
    return True


def _inside(value: Any, passage: Passage, person: str) -> Any:
    if isinstance(value, Answer):
        return _through(value, passage, person)
    if isinstance(value, list):
        return [_inside(one, passage, person) for one in value]
    if isinstance(value, dict):
        return {key: _inside(one, passage, person) for key, one in value.items()}
    return value


def blank(info: FieldInfo) -> Any:
    """What is held back reads as null or empty; raises TypeError when it can be neither."""
    return "" if info.annotation is str else withheld(info)
