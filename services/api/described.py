"""What the framework does not say of the API by itself: how refusals look, and who is asked how."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from services.api.rules import OPEN
from services.api.schemas.base import Problem

_PREFIX = "/api/v1"
_SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key: `coldlane key create`. Where no sign-in is demanded, whoever sits at"
        " the machine itself needs neither key nor session.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-coldlane",
        "description": "The session that `POST /sign-in` began. A change also sends our own"
        " `Origin`, and `X-Coldlane-Token`. Without TLS, on the machine itself, the cookie's name"
        " is `coldlane-local`, with a hyphen and the port.",
    },
    "observer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of `COLDLANE_METRICS_TOKEN_FILE`.",
    },
}
_SIGNED_IN = ("key", "session")


def describe(app: FastAPI) -> None:
    """Complete the document when it is first asked for."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = make()
            _describe_problems(document["components"]["schemas"])
            _describe_proofs(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _describe_problems(schemas: dict[str, Any]) -> None:
    """Put the problem body among the schemas, in place of the framework's own error body."""
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    described = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(described.pop("$defs", {}))
    schemas["Problem"] = described


def _describe_proofs(document: dict[str, Any]) -> None:
    """Every route asks for a key or a session, but for those that anybody may call."""
    document["components"]["securitySchemes"] = _SCHEMES
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["security"] = [{name: []} for name in _proofs(method.upper(), path)]


def _proofs(method: str, path: str) -> tuple[str, ...]:
    """One of them is enough."""
    if path == "/metrics":
        return ("observer",)
    open_to_all = (method, path.removeprefix(_PREFIX)) in OPEN
    return () if open_to_all or not path.startswith(_PREFIX) else _SIGNED_IN
