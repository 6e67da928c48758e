"""Every table says who may see its rows, every answer which fields a restricted view shows."""

import typing
from collections.abc import Iterator

import pytest
from pydantic.fields import FieldInfo

from services.api.app import create_app
from services.api.fields import EVERY, FIELDS, withheld
from services.api.rules import RULES
from services.api.schemas.base import Answer
from services.api.sight import View, view_of
from services.core.domain.governance.access import Role
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database
from services.core.storage.isolation.rights import Service
from services.core.storage.isolation.tables import TABLES
from services.core.storage.schema import metadata
from tests.support.routes import api_routes


def test_every_table_says_who_may_do_what_and_see_which_rows() -> None:
    """A new table: add its row to its room in services/core/storage/isolation/rooms/."""
    assert set(metadata.tables) - set(TABLES) == set()
    assert set(TABLES) - set(metadata.tables) == set()


def test_a_table_without_a_policy_says_why(pytestconfig: pytest.Config) -> None:
    open_ones = {name: rule.rows.why for name, rule in TABLES.items() if rule.rows.seen is None}
    assert all(len(why) > 20 for why in open_ones.values())
    assert set(open_ones) == {
        "reading",
        "worklist",
        "service_heartbeat",
        "applied_rule",
        "checklist_template",
        "membership",
        "paper_rule",
    }
    page = (pytestconfig.rootpath / "docs/explanation/isolation.md").read_text()
    assert [name for name in open_ones if f"`{name}`" not in page] == []


def test_only_one_service_may_change_the_rows_of_a_table() -> None:
    """What is put by one and claimed by another is named here; each beats in its own row."""
    shared = {"worklist", "reprocess_request", "service_heartbeat", "notification_outbox"}
    shared |= {"data_decision"}
    for name, rule in TABLES.items():
        writers = [one for one, right in rule.rights.items() if right != "SELECT"]
        assert len(writers) <= 1 or name in shared, name


def test_the_api_has_no_right_at_all_on_readings() -> None:
    assert Service.API not in TABLES["reading"].rights


@pytest.fixture(scope="module")
def answers() -> dict[tuple[str, str], type[Answer]]:
    """What each route of the API answers with; those that send no object are left out."""
    app = create_app(SystemClock(), Database("postgresql+psycopg://nobody@localhost/nowhere"))
    found = {}
    for route in api_routes(app.routes):
        for method in route.methods or ():
            key = (method, route.path.removeprefix("/api/v1"))
            if key in RULES and isinstance(route.response_model, type):
                found[key] = route.response_model
    assert len(found) > 50
    return found


def _within(kind: object) -> Iterator[type[Answer]]:
    """The answers that a type is made of, not those inside of them."""
    if isinstance(kind, type) and issubclass(kind, Answer):
        yield kind
    for one in typing.get_args(kind):
        yield from _within(one)


def _all_within(kind: type[Answer], seen: dict[str, type[Answer]]) -> None:
    if kind.__name__ in seen:
        return
    seen[kind.__name__] = kind
    for field in kind.model_fields.values():
        for one in _within(field.annotation):
            _all_within(one, seen)


def _views(roles: frozenset[Role]) -> set[View]:
    return {view_of(role) for role in roles} - {View.FULL}


def test_each_answer_of_a_route_has_its_fields_listed_for_each_view_that_reaches_it(
    answers: dict[tuple[str, str], type[Answer]],
) -> None:
    """A new answer, or field, is withheld until services/api/fields.py lists it."""
    for (method, path), model in answers.items():
        if (method, path) == ("GET", "/stream"):
            continue
        for view in _views(RULES[method, path].roles):
            _check_listed(model, view, f"{method} {path}")


@pytest.mark.parametrize("view", [View.PARTY, View.CARRIER, View.CUSTOMS])
def test_each_answer_that_a_shared_shipment_narrows_can_be_narrowed(
    answers: dict[tuple[str, str], type[Answer]], view: View
) -> None:
    """Whoever sees all at home sees of a shared shipment what it was shared as, or nothing."""
    narrowed = set()
    for (method, path), model in answers.items():
        parts = list(_within(model))
        if all(one.__name__.partition("[")[0] in FIELDS[view] for one in parts + _items(model)):
            _check_listed(model, view, f"{method} {path}")
            narrowed.add(path)
    assert {"/shipments", "/shipments/{shipment_id}", "/alarms"} <= narrowed


def _items(model: type[Answer]) -> list[type[Answer]]:
    """What a page is made of: what a view does not list is left out of it."""
    field = model.model_fields.get("items")
    return [] if field is None else list(_within(field.annotation))


def _check_listed(model: type[Answer], view: View, where: str) -> None:
    shown = FIELDS[view].get(model.__name__.partition("[")[0])
    assert shown is not None, f"{where}: {view} lists nothing of {model.__name__}"
    for name, field in model.model_fields.items():
        if name not in shown and shown is not EVERY:
            _check_withheld(field, f"{where}: {view}: {model.__name__}.{name}")
            continue
        for part in _within(field.annotation):
            _check_listed(part, view, f"{where} {name}")


def _check_withheld(field: FieldInfo, where: str) -> None:
    try:
        withheld(field)
    except TypeError as error:
        pytest.fail(f"{where} is not listed in services/api/fields.py, and {error}")


def test_no_list_names_a_field_that_is_gone(
    answers: dict[tuple[str, str], type[Answer]],
) -> None:
    known: dict[str, set[str]] = {"Gone": {"type", "id"}, "Health": {"status"}}
    known["Readiness"] = {"status", "warnings"}
    for model in answers.values():
        found: dict[str, type[Answer]] = {}
        _all_within(model, found)
        for name, one in found.items():
            known.setdefault(name.partition("[")[0], set()).update(one.model_fields)
    for lists in FIELDS.values():
        for name, shown in lists.items():
            named = {field.partition(".")[0] for field in shown - EVERY}
            assert named <= known[name], name


def test_customs_sees_neither_pseudonym_nor_position_nor_people() -> None:
    """S22, S72: what customs views withhold, by name."""
    lists = FIELDS[View.CUSTOMS]
    assert "reference" not in lists["Payload"]
    assert not {"last_reading.lat", "last_reading.lon", "last_reading"} & lists["Shipment"]
    assert not {"needed_by", "needed_by_attested_by", "summary"} & lists["Shipment"]
    assert not {"call", "config", "facts"} & lists["Alarm"]
    assert "booked_by" not in lists["Appointment"]
    assert "by" not in lists["Acknowledged"] | lists["Shelved"]
