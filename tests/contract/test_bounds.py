"""Whatever a request may hold has a most: S24, read off the OpenAPI document."""

from collections.abc import Iterator
from typing import Any

import pytest

from scripts.openapi import current
from services.api.app import create_app
from services.api.rates import limit_exports, limit_streams
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database
from tests.support.routes import api_routes

Schema = dict[str, Any]

BOUNDED_BY = {
    "integer": {"maximum", "exclusiveMaximum", "enum", "const"},
    "number": {"maximum", "exclusiveMaximum", "enum", "const"},
    "string": {"maxLength", "format", "pattern", "enum", "const"},
    "array": {"maxItems"},
}
FREE_FORM = {
    "NewPasskey.credential",
    "PasskeyAnswer.credential",
    "NewPaperRule.document",
    "ExchangeRequest.messages[]",
    "NewProfile.numbers",
    "NewProfileProposal.bands[]",
    "NewProfileProposal.numbers",
    "NewProfileProposal.rate_table",
    "NewProfile.bands[]",
    "NewProfile.rate_table",
}
"""Read apart behind the schema, each with a parser of its own; a mebibyte is the most."""

COMPARED = {"If-Match"}
"""Kept nowhere and read by nothing: what is longer than a tag is another tag."""


@pytest.fixture(scope="module")
def document() -> Schema:
    return current()


class _Walk:
    """Every value inside of a schema, each schema once."""

    def __init__(self, document: Schema) -> None:
        self._schemas = document["components"]["schemas"]
        self._seen: set[str] = set()

    def values(self, name: str, schema: Schema) -> Iterator[tuple[str, Schema]]:
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            if name in self._seen:
                return
            self._seen.add(name)
            schema = self._schemas[name]
        yield name, schema
        for part in (part for kind in ("anyOf", "oneOf", "allOf") for part in schema.get(kind, [])):
            yield from self.values(name, part)
        if "items" in schema:
            yield from self.values(f"{name}[]", schema["items"])
        for field, part in schema.get("properties", {}).items():
            yield from self.values(f"{name}.{field}", part)


def _sent(document: Schema) -> Iterator[tuple[str, Schema]]:
    """Each parameter and each part of a body."""
    for path, methods in document["paths"].items():
        for operation in methods.values():
            for one in operation.get("parameters", []):
                if one["name"] in COMPARED:
                    continue
                yield f"{path} {one['name']}", one["schema"]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield path, content["schema"]


def test_s24_whatever_is_sent_has_a_most(document: Schema) -> None:
    """A new field: give it a length, a most or a pattern, or a parser and its name above."""
    walk, without, free = _Walk(document), set(), set()
    count = 0
    for where, schema in _sent(document):
        for name, value in walk.values(where, schema):
            count += 1
            kind = value.get("type")
            if kind == "object" and "properties" not in value:
                free.add(name)
            elif kind in BOUNDED_BY and not BOUNDED_BY[kind] & value.keys():
                without.add(name)
    assert count > 300
    assert (without, free) == (set(), FREE_FORM)


def test_s24_each_file_that_is_taken_out_is_counted(document: Schema) -> None:
    """What is no JSON is a file, and the stream is one without end."""
    files = {
        path.removeprefix("/api/v1")
        for path, methods in document["paths"].items()
        for kind in methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if path.startswith("/api/v1") and kind != "application/json"
    }
    app = create_app(SystemClock(), Database("postgresql+psycopg://nobody@localhost/nowhere"))
    counted = {
        route.path.removeprefix("/api/v1")
        for route in api_routes(app.routes)
        if {limit_exports, limit_streams} & {one.call for one in route.dependant.dependencies}
    }
    assert {"/stream", "/sites/{site_id}/figures.csv"} <= files
    assert files - counted == set()
