"""Requests of a wrong shape, the state a change is made from, and proofs that are taken away."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from schemathesis import Case, GenerationMode
from schemathesis.core.transport import Response
from schemathesis.generation.meta import CoverageScenario, coverage_scenario
from schemathesis.schemas import APIOperation
from schemathesis.transport.prepare import prepare_path
from schemathesis.transport.requests import REQUESTS_TRANSPORT

from tests.support.fuzzing.sending import request_of

Send = Callable[[httpx.Request], httpx.Response]

BASE = "http://localhost"
_WRONG = frozenset({CoverageScenario.UNSPECIFIED_HTTP_METHOD, CoverageScenario.MISSING_PARAMETER})


def misshapen(
    one: APIOperation[Any, Any, Any, Any], methods: Collection[str]
) -> Iterator[Case[Any]]:
    """Those methods that the path has not, and each part left out that must be there."""
    one.schema.config.phases.coverage.unexpected_methods = set(methods)
    config = one.schema.config.generation_for(operation=one)
    cases = one.schema.iter_coverage_cases(
        one, generation_modes=list(GenerationMode), generation_config=config
    )
    return (case for case in cases if coverage_scenario(case) in _WRONG)


def seen_now(case: Case[Any], send: Send) -> None:
    """Let a change be made from the state that its object has now."""
    if "If-Match" not in case.headers:
        return
    path = case.path[: case.path.rindex("}") + 1]
    read = send(httpx.Request("GET", BASE + prepare_path(path, case.path_parameters)))
    if "etag" in read.headers:
        case.headers["If-Match"] = read.headers["etag"]


def made_at(case: Case[Any], answer: httpx.Response) -> str | None:
    """Where that is read which was just made; None when it has no address of its own, or when
    what answers is that to which it was added.
    """
    if answer.status_code != 201:
        return None
    below = re.compile(re.escape(case.path) + r"/\{(\w+)\}")
    schema = case.operation.schema
    for name in (found[1] for path in schema if (found := below.fullmatch(path))):
        made, address = answer.json(), str(answer.request.url.copy_with(query=None))
        number = str(made.get(name, made.get("id", "")))
        if number and number not in address and "get" in list(schema[f"{case.path}/{{{name}}}"]):
            return f"{address}/{number}"
    return None


@contextmanager
def probes_through(send: Send) -> Iterator[None]:
    """Schemathesis asks again by itself, without proof and with a false one: over a socket, and
    here of the same application.
    """

    def sent(case: Case[Any], **_: Any) -> Response:
        return Response.from_any(send(request_of(case, BASE, {})))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(REQUESTS_TRANSPORT, "send", sent)
        yield
