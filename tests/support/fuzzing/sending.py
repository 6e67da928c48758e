"""Turns a made-up case into bytes on the wire, now and then with identifiers that exist."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, cast

import httpx
import requests
from schemathesis import Case


def settled(case: Case[Any], known: Mapping[str, list[str]], luck: Random) -> None:
    """Put real identifiers in the place of made-up ones in half of the cases, in path and body."""
    if luck.random() < 0.5:
        return
    put(case, known, luck)


def put(case: Case[Any], known: Mapping[str, list[str]], luck: Random) -> None:
    """Put real identifiers in the place of made-up ones, in path, query and body."""
    for place in (case.path_parameters, case.query, case.body):
        _settle(place, known, luck)


def _settle(value: Any, known: Mapping[str, list[str]], luck: Random) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in known and isinstance(inner, str):
                value[name] = luck.choice(known[name])
            else:
                _settle(inner, known, luck)
    elif isinstance(value, list):
        for inner in value:
            _settle(inner, known, luck)


def request_of(case: Case[Any], base: str, headers: Mapping[str, str]) -> httpx.Request:
    """The request, encoded as schemathesis would send it, with our headers over it."""
    wanted = case.as_transport_kwargs(base_url=base)
    plain = {name: wanted.get(name) for name in ("method", "url", "params", "data", "json")}
    prepared = requests.Request(
        **plain,
        headers={**(wanted.get("headers") or {}), **headers},
        cookies=wanted.get("cookies"),
        files=wanted.get("files"),
    ).prepare()
    body = prepared.body
    return httpx.Request(
        str(prepared.method),
        str(prepared.url),
        headers=[(name.encode(), _latin(value)) for name, value in prepared.headers.items()],
        content=body.encode() if isinstance(body, str) else cast("bytes | None", body),
    )


def _latin(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1", "replace")
