"""The description of the API as people read it, made from our own OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.api.rules import RULES

_PREFIX = "/api/v1"
_REF = "#/components/schemas/"
_METHODS = ("get", "post", "put", "patch", "delete")
_MOST_SHAPES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call in a list."""

    operation_id: str
    method: str
    path: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The calls about one kind of thing."""

    name: str
    description: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A parameter or a field: what it may be, in words, and the shape it refers to."""

    name: str
    kind: str
    description: str
    required: bool = False
    place: str = ""
    example: str = ""
    shape: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A body, or a part of one, with its fields."""

    name: str
    description: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What may come back."""

    status: str
    description: str
    shape: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """One call with everything that one must know to make it."""

    call: Call
    group: str
    description: str
    roles: tuple[str, ...]
    parameters: tuple[Value, ...]
    body: str
    replies: tuple[Reply, ...]
    shapes: tuple[Shape, ...] = field(default=())


def groups_of(document: Mapping[str, Any]) -> list[Group]:
    """Every call, by what it is about, in the order of the document's tags."""
    told = {one["name"]: one.get("description", "") for one in document.get("tags", ())}
    calls: dict[str, list[Call]] = {name: [] for name in told}
    for path, method, operation in _operations(document):
        calls.setdefault(_tag(operation), []).append(_call(path, method, operation))
    return [
        Group(name=name, description=told.get(name, ""), calls=tuple(found))
        for name, found in calls.items()
        if found
    ]


def details_of(document: Mapping[str, Any], operation_id: str) -> Details | None:
    """One call; None when there is none of this name."""
    for path, method, operation in _operations(document):
        if operation.get("operationId") == operation_id:
            return _details(document, path, method, operation)
    return None


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield path, method, methods[method]


def _tag(operation: Mapping[str, Any]) -> str:
    return str((operation.get("tags") or ["other"])[0])


def _call(path: str, method: str, operation: Mapping[str, Any]) -> Call:
    return Call(
        operation_id=str(operation["operationId"]),
        method=method.upper(),
        path=path,
        summary=str(operation.get("summary", "")),
    )


def _details(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Details:
    body = _schema_of(operation.get("requestBody", {}))
    replies = [
        Reply(status=status, description=one["description"], shape=_shape_name(_schema_of(one)))
        for status, one in operation.get("responses", {}).items()
    ]
    begins = [_shape_name(body), *(one.shape for one in replies if one.status.startswith("2"))]
    rule = RULES.get((method.upper(), path.removeprefix(_PREFIX)))
    return Details(
        call=_call(path, method, operation),
        group=_tag(operation),
        description=str(operation.get("description", "")),
        roles=tuple(sorted(rule.roles)) if rule else (),
        parameters=tuple(_parameter(one) for one in operation.get("parameters", ())),
        body=_shape_name(body),
        replies=tuple(replies),
        shapes=tuple(_reached(document, begins)),
    )


def _schema_of(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a body: of the first kind of content that has one."""
    for content in holder.get("content", {}).values():
        found: Mapping[str, Any] = content.get("schema", {})
        return found
    return {}


def _parameter(one: Mapping[str, Any]) -> Value:
    schema = one.get("schema", {})
    return Value(
        name=one["name"],
        place=one["in"],
        kind=_kind(schema),
        description=str(one.get("description", "")),
        required=bool(one.get("required")),
        example=_example(schema),
    )


def _reached(document: Mapping[str, Any], begins: list[str]) -> Iterator[Shape]:
    """The shapes of the bodies, and those that they are made of, each once."""
    known = document["components"]["schemas"]
    waiting, seen = [one for one in begins if one], set[str]()
    while waiting and len(seen) < _MOST_SHAPES:
        name = waiting.pop(0)
        if name in seen or name not in known:
            continue
        seen.add(name)
        shape = _shape(name, known[name])
        waiting += [one.shape for one in shape.values if one.shape]
        yield shape


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    needed = set(schema.get("required", ()))
    values = [
        Value(
            name=field_name,
            kind=_kind(one),
            description=str(one.get("description", "")),
            required=field_name in needed,
            example=_example(one),
            shape=_shape_name(one),
        )
        for field_name, one in schema.get("properties", {}).items()
    ]
    return Shape(name=name, description=str(schema.get("description", "")), values=tuple(values))


def _shape_name(schema: Mapping[str, Any]) -> str:
    """The shape that a schema refers to, itself, as one of several, or as an item."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF)
    for one in (schema.get("items"), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if isinstance(one, Mapping) and (name := _shape_name(one)):
            return name
    return ""


def _kind(schema: Mapping[str, Any]) -> str:
    """What it may be, such as `string (date-time) or null`."""
    if "$ref" in schema:
        return _shape_name(schema)
    if alternatives := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(_kind(one) for one in alternatives))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    marks = [str(schema["format"])] if "format" in schema else []
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None or high is not None:
        marks.append("…".join("" if end is None else f"{end:.10g}" for end in (low, high)))
    if "maxLength" in schema:
        marks.append(f"≤ {schema['maxLength']} characters")
    return f"{kind} ({', '.join(marks)})" if marks else kind


def _example(schema: Mapping[str, Any]) -> str:
    examples = schema.get("examples") or ()
    return "" if not examples else str(examples[0])
