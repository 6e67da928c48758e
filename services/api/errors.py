"""Turns errors into answers: the one place where HTTP statuses are chosen (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

from services.api.allowed import methods_of
from services.api.refusals import HttpRefusal, Replay, SeeOther, TooOften, is_plain
from services.api.schemas.base import Problem, ProblemPart
from services.api.schemas.patterns import in_words
from services.core.domain.errors import (
    AlreadyExists,
    ColdlaneError,
    Conflict,
    IllegalTransition,
    Invalid,
    NotFound,
    NotInTime,
    NotYours,
    SlotTaken,
    StaleRevision,
    Unavailable,
)

PROBLEM_JSON = "application/problem+json"
_UNREADABLE = "There was an error parsing the body"  # the framework's words
_AS_JSON = "send a JSON object in UTF-8, as application/json"

# The first class that fits decides: narrower ones stand before wider ones.
_BY_CLASS: tuple[tuple[type[ColdlaneError], int, str], ...] = (
    (NotFound, 404, "not-found"),
    (SlotTaken, 409, "slot-taken"),
    (NotInTime, 409, "no-slot-in-time"),
    (AlreadyExists, 409, "already-exists"),
    (IllegalTransition, 409, "illegal-transition"),
    (StaleRevision, 412, "stale-revision"),
    (Conflict, 409, "conflict"),
    (Invalid, 422, "invalid"),
    (NotYours, 403, "forbidden"),
    (Unavailable, 503, "unavailable"),
)


def problem(
    request: Request,
    status: int,
    slug: str,
    detail: str,
    *,
    errors: Sequence[ProblemPart] = (),
    remedy: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer that says what went wrong."""
    body = Problem(
        type=f"/problems/{slug}",
        title=slug.replace("-", " ").capitalize(),
        status=status,
        detail=detail,
        instance=f"urn:uuid:{request_id_of(request.scope)}",
        errors=list(errors),
        remedy=remedy,
    )
    return Response(
        body.model_dump_json(exclude_none=True),
        status_code=status,
        media_type=PROBLEM_JSON,
        headers=dict(headers or {}),
    )


def request_id_of(scope: Scope) -> str:
    """The number of a request, as its answer's header and our log have it."""
    return str(scope.get("state", {}).get("request_id", UUID(int=0)))


def install(app: FastAPI) -> None:
    """Register the handlers; nothing else in the API turns an error into a status."""
    app.add_exception_handler(ColdlaneError, _on_coldlane_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Replay, _on_replay)
    app.add_exception_handler(SeeOther, _on_see_other)
    app.add_exception_handler(Exception, _on_defect)


async def _on_coldlane_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, ColdlaneError):  # pragma: no cover - registered for this class only
        raise error
    status, slug = _status_of(error)
    parts = []
    if error.field is not None:
        parts.append(ProblemPart(pointer=error.field, detail=error.detail, remedy=error.remedy))
    return problem(
        request,
        status,
        slug,
        error.detail,
        errors=parts,
        remedy=error.remedy,
        headers=_headers(error, status),
    )


def _headers(error: ColdlaneError, status: int) -> dict[str, str] | None:
    if isinstance(error, TooOften):
        return {"retry-after": str(error.retry_after_s)}
    return {"retry-after": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None


def _status_of(error: ColdlaneError) -> tuple[int, str]:
    if isinstance(error, HttpRefusal):
        return error.status, _slug(error.status)
    for kind, status, slug in _BY_CLASS:
        if isinstance(error, kind):
            return status, slug
    return 500, "internal-server-error"


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    """Name each fault by its JSON pointer; never send back what was sent."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    parts = [
        ProblemPart(pointer=_pointer(one.get("loc", ())), detail=_message(one))
        for one in found[:20]
    ]
    where = parts[0] if parts else ProblemPart(pointer="#", detail="cannot be read")
    detail = f"{where.pointer}: {where.detail}"
    return problem(request, 422, "invalid", detail, errors=parts)


def _pointer(location: Sequence[Any]) -> str:
    if not location:
        return "#"
    place, *rest = location
    if place == "body" and rest and isinstance(rest[0], int):
        return "#"  # where in a body that is no JSON the parser stopped, not a field
    if place != "body":
        return ".".join(map(_named, rest)) or str(place)
    return "/".join(["#", *map(_named, rest)])


def _named(part: object) -> str:
    """A field by its name, a place in a list by its number; what is no name is not sent back."""
    return str(part) if isinstance(part, int) or is_plain(str(part)) else "?"


def _message(error: Mapping[str, Any]) -> str:
    kind = error.get("type")
    if kind == "json_invalid":
        return "the body is not JSON"
    if kind in ("model_attributes_type", "model_type", "dict_type") and len(error["loc"]) == 1:
        return "the body must be a JSON object, sent as application/json"
    if kind == "string_pattern_mismatch":
        return in_words(str(error.get("ctx", {}).get("pattern", "")))
    return str(error.get("msg", "is not acceptable")).removeprefix("Value error, ")[:300]


async def _on_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):  # pragma: no cover - registered for this class only
        raise error
    if error.detail == _UNREADABLE:
        part = ProblemPart(pointer="#", detail="the body is not text in UTF-8", remedy=_AS_JSON)
        return problem(request, 400, "bad-request", part.detail, errors=[part], remedy=_AS_JSON)
    return problem(
        request,
        error.status_code,
        _slug(error.status_code),
        str(error.detail),
        headers=_headers_of(request, error),
    )


def _headers_of(request: Request, error: HTTPException) -> Mapping[str, str] | None:
    """Where a method is missing, all that the path has: the framework names the first route's."""
    if error.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return error.headers
    known = methods_of(request.scope["path"])
    return {"allow": ", ".join(known)} if known else error.headers


async def _on_defect(request: Request, error: Exception) -> Response:
    return defect(request)


def defect(request: Request) -> Response:
    """A fault of ours: said as such, without its inside; the server logs it by itself."""
    return problem(
        request,
        500,
        "internal-server-error",
        "The server failed at this request. Nothing of it was stored.",
        remedy="try again; when it fails again, send `instance` to your operator",
    )


def _slug(status: int) -> str:
    return HTTPStatus(status).phrase.lower().replace(" ", "-").replace("'", "")


async def _on_replay(request: Request, error: Exception) -> Response:
    if not isinstance(error, Replay):  # pragma: no cover - registered for this class only
        raise error
    return JSONResponse(
        error.body, status_code=error.status, headers={"idempotency-replayed": "true"}
    )


async def _on_see_other(request: Request, error: Exception) -> Response:
    if not isinstance(error, SeeOther):  # pragma: no cover - registered for this class only
        raise error
    return RedirectResponse(error.address, 303, headers={"cache-control": "no-store"})


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of a route, for OpenAPI."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM_JSON: {"schema": json.loads(json.dumps(schema))}},
        }
        for status in statuses
    }
