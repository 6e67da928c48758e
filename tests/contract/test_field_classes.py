"""Every field of every answer has a class: what nobody has classed does not leave the country."""

import importlib
import pkgutil
import re
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
        if not name.startswith(("notice.", "page."))
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
            known = classes.nearly(name, field, 0.0) is not None
            if whole is not DataClass.NONE and kind not in _ABOUT_REQUESTS and not known:
                blank(info)


def test_whom_persons_are_told_apart_by_is_a_field() -> None:
    answers = _answers()
    for name, field in field_classes().person.items():
        assert name not in answers or field in answers[name]


_WRITTEN = re.compile(r"(^|_)(reason|note|words|caption|description|mismatch|last_error)$")
_OURS = {
    ("KeptVerdict", "reason"),
    ("RejectedMessage", "reason"),
    ("Shipment", "rank_reason"),
    ("ShipmentAfterNews", "rank_reason"),
    ("Ruling", "words"),
    ("DataDecision", "words"),
}
"""Called so, and one of a few words of ours, or the words of a rule, which are there to be read."""


def test_s74_what_people_write_by_hand_is_of_no_harmless_class() -> None:
    """Nobody can tell whether free text names somebody."""
    harmless = {
        (name, field)
        for name, field, one in field_classes().every()
        if _WRITTEN.search(field) and one is DataClass.NONE
    }
    assert harmless == _OURS


def test_s74_who_did_it_is_of_no_harmless_class() -> None:
    """`booked_by` names somebody, `answer_by` an instant."""
    for kind in _below(Answer):
        name = kind.__name__.partition("[")[0]
        for field, info in kind.model_fields.items():
            if re.search(r"(^|_)by$", field) and info.annotation in (str, str | None):
                assert field_classes().of(name, field) is not DataClass.NONE, (name, field)


def test_s72_exact_places_of_a_journey_are_told_abroad_as_a_citys() -> None:
    """S72: a site's own place is known to everybody; a hospital's at a time tells of a patient."""
    classes = field_classes()
    places = {
        (name, field): one
        for name, field, one in classes.every()
        if re.search(r"(^|_|\.)(lat|lon)$", field) and name != "Site"
    }
    assert len(places) >= 8
    assert set(places.values()) == {DataClass.SENSITIVE}
    assert classes.nearly("Leg", "from_lat", 31.14345) == 31.1
    assert classes.nearly("Shipment", "last_reading.lat", 31.14345) is None


def test_s72_pseudonyms_and_exact_places_tell_of_a_patient() -> None:
    """S72: where one patient's product is, and when it was taken, counts as health data."""
    classes = field_classes()
    for name, field in (
        ("Photo", "caption"),
        ("Deviation", "description"),
        ("ShiftNote", "words"),
        ("Payload", "reference"),
        ("Payload", "collection_end"),
        ("Shipment", "needed_by"),
        ("Shipment", "last_reading.lat"),
        ("Shipment", "last_reading.lon"),
        ("Declaration", "donation_number"),
        ("IdentityMark", "code"),
    ):
        assert classes.of(name, field) is DataClass.SENSITIVE


def test_s74_numbers_of_permits_count_as_what_they_lead_to() -> None:
    """A permit on human genetic resources names the project, and so the hospital and the donor."""
    classes = field_classes()
    for name in ("Paper", "AttachedPaper", "NeededPaper"):
        assert classes.of(name, "number") is DataClass.HUMAN_GENETIC
    assert classes.of("ChecklistItem", "answer") is DataClass.IMPORTANT
