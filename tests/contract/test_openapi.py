"""The committed OpenAPI document is the API's, and says all that a caller must know."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.openapi import DOCUMENT, current
from services.api.rules import OPEN, RULES

Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return current()


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_committed_document_is_current(document: dict[str, Any]) -> None:
    committed = json.loads((Path(__file__).parents[2] / DOCUMENT).read_text())
    assert committed == document, "run: make generate"


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")


VERBS = frozenset(
    [
        "create",
        "list",
        "get",
        "update",
        "cancel",
        "confirm",
        "acknowledge",
        "assign",
        "take",
        "shelve",
        "unshelve",
        "open",
    ]
)


def test_every_operation_has_a_verb_a_noun_a_tag_and_a_summary(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, _, operation in operations(document):
        verb, _, noun = operation["operationId"].partition("_")
        assert verb in VERBS, path
        assert noun
        assert operation["summary"]
        assert len(operation["tags"]) == 1


def test_every_tag_is_described(document: dict[str, Any]) -> None:
    described = {tag["name"] for tag in document["tags"]}
    used = {tag for _, _, operation in operations(document) for tag in operation["tags"]}
    assert used == described


def test_every_refusal_is_a_problem(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (path, method)
        if "requestBody" in operation:
            assert "422" in operation["responses"]


def test_what_compares_states_says_by_which_header(document: dict[str, Any]) -> None:
    """428 is for a change that always has something to compare with."""
    for path, method, operation in operations(document):
        named = [one for one in operation.get("parameters", ()) if one["name"] == "If-Match"]
        assert bool(named) == ("412" in operation["responses"]), (path, method)
        assert not named or not named[0]["required"] or "428" in operation["responses"], path


def test_every_operation_says_how_its_caller_proves_who_they_are(document: dict[str, Any]) -> None:
    known = document["components"]["securitySchemes"]
    unproven = set()
    for path, method, operation in operations(document):
        assert {name for proof in operation["security"] for name in proof} <= set(known)
        if not operation["security"]:
            unproven.add((method.upper(), path.removeprefix("/api/v1")))
    assert unproven == OPEN | {("GET", "/livez"), ("GET", "/readyz")}


def test_every_field_of_every_body_is_described(document: dict[str, Any]) -> None:
    undescribed = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
        if not described.get("description")
    ]
    assert undescribed == []


def test_bodies_that_we_accept_refuse_unknown_fields(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for path, _, operation in operations(document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is None:
            continue
        names = [
            part["$ref"] for part in body["schema"].get("anyOf", [body["schema"]]) if "$ref" in part
        ]
        for name in names:
            assert schemas[name.rsplit("/", 1)[1]]["additionalProperties"] is False, path


def test_who_may_call_it_is_written_for_every_route_and_for_no_other(
    document: dict[str, Any],
) -> None:
    """`services/api/rules.py` is the single truth; a route without a row nobody may call."""
    described = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, method, _ in operations(document)
        if path.startswith("/api/v1")
    }
    assert described == set(RULES) | OPEN
    assert not OPEN & set(RULES)
