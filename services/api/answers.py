"""Answers as JSON, with the entity tags that caches and lost-update checks need."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request, Response

from services.api.leaving import as_shown, current_passage, leave_file
from services.api.refusals import HttpRefusal
from services.api.schemas.base import Answer
from services.core.domain.errors import StaleRevision

_NAMED = 20
"""Fields that a header names."""


def _if_match(description: str, *, required: bool) -> dict[str, Any]:
    return {
        "parameters": [
            {
                "name": "If-Match",
                "in": "header",
                "required": required,
                "description": description,
                "schema": {"type": "string", "examples": ['"3"']},
            }
        ]
    }


MATCH_DEMANDED = _if_match(
    "The ETag of what you read: 428 without it, 412 when it has changed since.", required=True
)
"""For the description of a route that calls `require_match` every time."""
MATCH_IN_CASE = _if_match(
    "The ETag of what you read, where there is something that could have changed since.",
    required=False,
)
"""For one that does so now and then."""


def tag(*numbers: int) -> str:
    """A strong entity tag."""
    return '"' + ".".join(str(number) for number in numbers) + '"'


def as_json(
    answer: Answer, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Serialise once, without checking again what we built ourselves.

    Only the fields that whoever asked may see.
    """
    body = as_shown(answer).model_dump_json(by_alias=True)
    return Response(
        body,
        status_code=status,
        media_type="application/json",
        headers={**(headers or {}), **_held_back()},
    )


def _held_back() -> dict[str, str]:
    """Says to somebody abroad which fields read as empty because they may not leave."""
    passage = current_passage.get()
    if passage is None or not passage.held:
        return {}
    names = sorted(passage.held)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return {"coldlane-held-back": ", ".join(names[:_NAMED]) + more}


def packed_json(request: Request, answer: Answer) -> Response:
    """The same, compressed lightly for who takes it: worth it for rows of numbers."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return as_json(answer)
    shown = as_shown(answer).model_dump_json(by_alias=True)
    body = gzip.compress(shown.encode(), 3, mtime=0)
    headers = {"content-encoding": "gzip", "vary": "Accept-Encoding", **_held_back()}
    return Response(body, media_type="application/json", headers=headers)


def tagged(request: Request, answer: Answer, etag: str) -> Response:
    """One object with its tag; 304 without a body when the caller holds it already."""
    headers = {"etag": etag, "cache-control": "no-cache"}
    if etag in _tags(request.headers.get("if-none-match", "")):
        leave_file(())
        return Response(status_code=304, headers=headers)
    return as_json(answer, headers=headers)


def require_match(request: Request, *, numbers: Iterable[int], prefix: int | None = None) -> None:
    """Refuse a change that was made without seeing the present state.

    A tag matches when it is one of `numbers`, or when its first part is `prefix`.
    """
    given = request.headers.get("if-match")
    if given is None:
        raise HttpRefusal(
            428,
            "a change must say which state it was made from",
            field="If-Match",
            remedy="send the ETag of your last read in If-Match",
        )
    accepted = {tag(number) for number in numbers}
    for one in _tags(given):
        if one in accepted:
            return
        if prefix is not None and "." in one and one.split(".", 1)[0] == f'"{prefix}':
            return
    raise StaleRevision(
        "the object has changed since you read it",
        field="If-Match",
        remedy="read it again, look at what changed, then send the change with the new ETag",
    )


def _tags(header: str) -> list[str]:
    return [one.strip().removeprefix("W/") for one in header.split(",")]
