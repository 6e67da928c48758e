"""The description of the API as people read it: every call, and every shape it is made of."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.api.apidocs import details_of, groups_of

DOCUMENT = Path(__file__).parents[3] / "docs/reference/openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return found


def test_every_call_stands_in_one_group(document: dict[str, Any]) -> None:
    calls = [call.operation_id for group in groups_of(document) for call in group.calls]
    ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert sorted(calls) == sorted(ids)
    assert all(group.description for group in groups_of(document))


def test_a_call_says_who_may_and_what_it_is_made_of(document: dict[str, Any]) -> None:
    found = details_of(document, "create_box")
    assert found is not None
    assert (found.call.method, found.call.path, found.body) == ("POST", "/api/v1/boxes", "NewBox")
    assert "operator" in found.roles
    assert {"NewBox", "NewProbe", "Box", "BoxTopics"} <= {one.name for one in found.shapes}
    values = {one.name: one for one in found.shapes[0].values}
    assert values["box_id"].required
    assert values["kind"].kind == "box | room"
    assert values["probes"].kind == "list of NewProbe"
    assert values["report_interval_s"].kind == "integer (1…86400)"


def test_every_shape_that_is_named_is_there_too(document: dict[str, Any]) -> None:
    for group in groups_of(document):
        for call in group.calls:
            found = details_of(document, call.operation_id)
            assert found is not None
            there = {one.name for one in found.shapes}
            named = {value.shape for one in found.shapes for value in one.values if value.shape}
            assert named <= there, call.operation_id


def test_a_call_that_is_not_there_is_none(document: dict[str, Any]) -> None:
    assert details_of(document, "no_such_call") is None
