"""Pages that open by a link alone show nothing that tells of people: each field has its class."""

import dataclasses
import typing
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from services.api.schemas.base import Answer
from services.api.schemas.shipments import Leg, Shipment
from services.core.domain.governance.data_class import NOTHING_OF_PEOPLE, DataClass
from services.core.runtime.data_rules import field_classes
from services.core.storage.notices import Errand


def _chains(template: Path) -> set[tuple[str, ...]]:
    """What a template reads: ("shipment", "site", "zone") of `shipment.site.zone`."""
    parsed = Environment(autoescape=True).parse(template.read_text())
    found = set()
    for node in parsed.find_all(nodes.Getattr):
        names: list[str] = []
        at: nodes.Node = node
        while isinstance(at, nodes.Getattr):
            names.insert(0, at.attr)
            at = at.node
        if isinstance(at, nodes.Name):
            found.add((at.name, *names))
    return found


def _class_of(kind: type[Answer], names: tuple[str, ...]) -> DataClass | None:
    """The class of the last of them, walking through the answers inside; the gravest on the way."""
    one = field_classes().of(kind.__name__, names[0])
    inner = [
        arg
        for arg in typing.get_args(kind.model_fields[names[0]].annotation)
        or (kind.model_fields[names[0]].annotation,)
        if isinstance(arg, type) and issubclass(arg, Answer)
    ]
    if len(names) == 1 or not inner or one is not DataClass.NONE:
        return one
    return _class_of(inner[0], names[1:])


@pytest.fixture
def templates(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "services/api/templates"


def test_s74_whatever_a_shared_link_shows_of_a_shipment_is_trade_and_transport(
    templates: Path,
) -> None:
    shown = _chains(templates / "shared.html")
    of_shipment = [names[1:] for names in shown if names[0] == "shipment"]
    of_leg = [names[1:] for names in shown if names[0] == "leg"]
    assert len(of_shipment) >= 10
    assert len(of_leg) >= 4
    classes = {names: _class_of(Shipment, names) for names in of_shipment}
    classes |= {names: _class_of(Leg, names) for names in of_leg}
    assert {names for names, one in classes.items() if one is not DataClass.NONE} == set()


def test_s74_a_courier_is_told_fields_that_have_a_class_and_no_other(templates: Path) -> None:
    known = {field.name for field in dataclasses.fields(Errand)}
    classes = {name: field_classes().of("page.errand", name) for name in known}
    assert set(classes.values()) == {DataClass.NONE}
    read = {names[1] for names in _chains(templates / "errand.html") if names[0] == "errand"}
    assert read <= known
    kept, held = field_classes().split(
        "page.errand", {"box_id": "CB-0001", "patient": "Kim Canary"}, NOTHING_OF_PEOPLE
    )
    assert (kept, held) == ({"box_id": "CB-0001", "patient": ""}, ["patient"])
