"""The HTTP interface as types for the browser code; `make generate` writes them down."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from scripts.openapi import current

TYPES = "services/api/types/api.d.ts"
_HEAD = """\
// Written by `make generate` from the HTTP interface; do not edit by hand.
// What the API answers and wants, for JSDoc: `@param {Api.Shipment} shipment`.
declare namespace Api {
"""
_PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
_PREFIX = "/api/v1"
Schema = dict[str, Any]


def types_text() -> str:
    """Every schema as an interface, and every call by its method and path."""
    document = current()
    return "".join(
        [_HEAD, *_declarations(document["components"]["schemas"]), _calls(document["paths"]), "}\n"]
    )


def _declarations(schemas: dict[str, Schema]) -> Iterator[str]:
    for name, schema in sorted(schemas.items()):
        words = schema.get("description", "")
        if words:
            yield f"  /** {' '.join(words.split()).replace('*/', '* /')} */\n"
        if schema.get("properties"):
            yield f"  interface {_name(name)} {_object(schema, '  ')}\n"
        else:
            yield f"  type {_name(name)} = {type_of(schema, '  ')};\n"


def _name(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _object(schema: Schema, margin: str) -> str:
    required = set(schema.get("required", ()))
    lines = [
        f"{margin}  {_key(key)}{'' if key in required else '?'}: {type_of(value, margin + '  ')};\n"
        for key, value in schema["properties"].items()
    ]
    return "{\n" + "".join(lines) + margin + "}"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z_]\w*", key) else json.dumps(key)


def type_of(schema: Schema, margin: str) -> str:
    """A schema as TypeScript says it."""
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return " | ".join(dict.fromkeys(type_of(each, margin) for each in schema[word]))
    if "allOf" in schema:
        return " & ".join(type_of(each, margin) for each in schema["allOf"])
    if "$ref" in schema:
        return _name(schema["$ref"].rsplit("/", 1)[-1])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema["enum"])
    return _by_kind(schema, margin)


def _by_kind(schema: Schema, margin: str) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(type_of({**schema, "type": each}, margin) for each in kind)
    if kind == "array":
        return f"Array<{type_of(schema.get('items', {}), margin)}>"
    if schema.get("properties"):
        return _object(schema, margin)
    if kind == "object":
        more = schema.get("additionalProperties", True)
        return f"Record<string, {type_of(more, margin) if isinstance(more, dict) else 'any'}>"
    return _PLAIN.get(kind or "", "any")


def _calls(paths: dict[str, Schema]) -> str:
    calls = sorted(
        f"{method.upper()} {path.removeprefix(_PREFIX)}"
        for path, operations in paths.items()
        if path.startswith(_PREFIX)
        for method in operations
    )
    rows = "".join(f"    | {json.dumps(call)}\n" for call in calls)
    return (
        f"  /** A call as docs/reference/access.md names it. */\n  type Call =\n{rows.rstrip()};\n"
    )
