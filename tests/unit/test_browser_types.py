"""The types that the browser code is checked against say what the schemas say."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.browser_types import type_of


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer"}, "number"),
        ({"type": "string", "format": "date-time"}, "string"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, "number | null"),
        ({"enum": ["a", 2]}, '"a" | 2'),
        ({"const": "a"}, '"a"'),
        ({"$ref": "#/components/schemas/Page_Box_"}, "Page_Box_"),
        ({"type": "array", "items": {"type": "boolean"}}, "Array<boolean>"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "Record<string, number>"),
        ({"type": "object"}, "Record<string, any>"),
        ({}, "any"),
    ],
)
def test_a_schema_becomes_the_type_that_says_the_same(schema: dict[str, Any], words: str) -> None:
    assert type_of(schema, "") == words


def test_what_may_be_left_out_is_marked_and_an_odd_name_is_quoted() -> None:
    schema = {"properties": {"a": {"type": "string"}, "a-b": {}}, "required": ["a"]}

    assert type_of(schema, "") == '{\n  a: string;\n  "a-b"?: any;\n}'
