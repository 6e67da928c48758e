"""Every field of every answer has a class: what nobody has classed does not leave the country."""

import importlib
import pkgutil
from collections.abc import Iterator

from services.api import schemas
from services.api.leaving import blank
from services.api.schemas.base import Answer, Problem, ProblemPart
from services.core.domain.governance.data_class import DataClass
from services.core.runtime.data_rules import field_classes

_ABOUT_REQUESTS = {Problem, ProblemPart}
"""What is wrong with a request; says nothing of what is kept."""


def _answers() -> dict[str, set[str]]:
    """The fields of each answer; two that bear one name count as one."""
    for module in pkgutil.iter_modules(schemas.__path__):
        importlib.import_module(f"{schemas.__name__}.{module.name}")
    found: dict[str, set[str]] = {}
    for one in _below(Answer):
        if one not in _ABOUT_REQUESTS:
            found.setdefault(one.__name__.partition("[")[0], set()).update(one.model_fields)
    return found


def _below(kind: type[Answer]) -> Iterator[type[Answer]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_s74_every_field_of_every_answer_has_a_class() -> None:
    """A new field: class it in services/core/runtime/rules/field_classes.toml."""
    answers = _answers()
    assert len(answers) > 100
    classes = field_classes()
    unclassed = [
        f"{name}.{field}"
        for name, fields in answers.items()
        for field in sorted(fields)
        if classes.of(name, field) is None and not classes.within(name, field)
    ]
    assert unclassed == []


def test_s74_no_class_is_given_to_a_field_that_is_gone() -> None:
    answers = _answers()
    gone = [
        f"{name}.{field}"
        for name, field, _ in field_classes().every()
        if not name.startswith("notice.")
        and field.partition(".")[0] not in answers.get(name, set())
    ]
    assert gone == []


def test_s74_whatever_may_be_held_back_can_be_empty() -> None:
    """Text, or what can be null or empty; else the field must become so."""
    classes = field_classes()
    for kind in _below(Answer):
        name = kind.__name__.partition("[")[0]
        for field, info in kind.model_fields.items():
            whole = classes.of(name, field)
            if whole is not DataClass.NONE and kind not in _ABOUT_REQUESTS:
                blank(info)


def test_whom_persons_are_told_apart_by_is_a_field() -> None:
    answers = _answers()
    for name, field in field_classes().person.items():
        assert name not in answers or field in answers[name]


def test_s72_pseudonyms_and_exact_places_tell_of_a_patient() -> None:
    """S72: where one patient's product is, and when it was taken, counts as health data."""
    classes = field_classes()
    for name, field in (
        ("Payload", "reference"),
        ("Payload", "collection_end"),
        ("Shipment", "needed_by"),
        ("Shipment", "last_reading.lat"),
        ("Shipment", "last_reading.lon"),
        ("Declaration", "donation_number"),
        ("IdentityMark", "code"),
    ):
        assert classes.of(name, field) is DataClass.SENSITIVE
