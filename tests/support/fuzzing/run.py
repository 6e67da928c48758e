"""Tries every operation that somebody may call, and collects what was wrong with the answers."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import httpx
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.support.fuzzing.probing import BASE, made_at, misshapen, probes_through, seen_now
from tests.support.fuzzing.sending import put, request_of, settled

_NEVER_ENDS = "/api/v1/stream"
_TRAIL = "/api/v1/audit"
TAKEN = ["2xx", "401", "403", "404", "409", "412", "422", "428", "429", "503"]
"""What may come of data that fits: it is taken, or refused for what stands in the database. 422 is
both that and what a description cannot say: letters that nobody sees, instants in their order.
"""


@dataclass(slots=True, kw_only=True)
class Findings:
    """What was sent, what came back by status, and one example of each thing that was wrong."""

    sent: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """Who sends: their headers, and what must never be shown to them."""

    name: str
    headers: Mapping[str, str]
    hidden: Collection[str] = ()


Operation = APIOperation[Any, Any, Any, Any]


def operations(app: FastAPI) -> dict[tuple[str, str], Operation]:
    """Operations of the description, by method and path under /api/v1."""
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.config.generation.update(with_security_parameters=False)  # we send true ones, or none
    schema.config.checks.positive_data_acceptance.expected_statuses = TAKEN
    schema.config.checks.missing_required_header.expected_statuses = ["428"]
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return {
        (one.method.upper(), one.path.removeprefix("/api/v1")): one
        for one in found
        if one.path != _NEVER_ENDS
    }


def shared_out(routes: Collection[tuple[str, str]], name: str, parts: int) -> list[tuple[str, str]]:
    """One of so many parts, another for each name: together they come to all of them."""
    return [one for one in sorted(routes) if zlib.crc32(f"{name} {one}".encode()) % parts == 0]


class Fuzzer:
    """Sends over one event loop, since the pool of connections belongs to one."""

    def __init__(
        self,
        runner: asyncio.Runner,
        client: httpx.AsyncClient,
        known: Mapping[str, list[str]],
        told: set[str],
    ) -> None:
        self._runner = runner
        self._client = client
        self._known = known
        self._told = told
        self._proven: set[str] = set()
        self._probed = 0
        self.findings = Findings()

    def attack(self, one: Operation, who: Somebody, examples: int) -> None:
        """Cases that fit the description, and cases that just do not."""
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            number = zlib.crc32(f"{who.name} {one.label} {mode}".encode())
            attempt = partial(self._try, who=who, luck=Random(number))
            with suppress(Unsatisfiable):  # an operation without input cannot be asked wrongly
                _each(one.as_strategy(generation_mode=mode), examples, number, attempt)

    def misshape(self, one: Operation, who: Somebody, methods: Collection[str]) -> None:
        """Methods that the path has not, and requests that lack something."""
        luck = Random(zlib.crc32(one.label.encode()))
        for case in misshapen(one, methods):
            put(case, self._known, luck)
            self._send(case, who)

    def refuse(self, case: Case[Any], who: Somebody) -> None:
        """A case that fits, of somebody who may not: nobody looks at what it asks for."""
        request, answer = self._answered(case, who)
        if answer.status_code != 403:
            self._note(case, f"{answer.status_code} to {who.name}", request, answer)

    def _try(self, case: Case[Any], *, who: Somebody, luck: Random) -> None:
        settled(case, self._known, luck)
        if _fits(case):
            if isinstance(case.query, dict):
                case.query.pop("cursor", None)  # opaque: only the one that an answer gave is good
            if luck.random() < 0.5:
                seen_now(case, partial(self._ask, who=who))
        self._send(case, who)

    def _send(self, case: Case[Any], who: Somebody) -> None:
        request, answer = self._answered(case, who)
        for problem in [*self._broken(case, answer, who), *self._lost(case, answer, who)]:
            self._note(case, problem, request, answer)

    def _answered(self, case: Case[Any], who: Somebody) -> tuple[httpx.Request, httpx.Response]:
        request = request_of(case, BASE, who.headers)
        answer = self._ask(request)
        found = self.findings
        found.sent += 1
        found.statuses[answer.status_code] = found.statuses.get(answer.status_code, 0) + 1
        if answer.is_success and request.method != "GET":
            sent = f"{request.url} {request.content!r}"
            self._told.update(name for name in who.hidden if name in sent)
        for problem in self._leaks(request, answer, who):
            self._note(case, problem, request, answer)
        return request, answer

    def _ask(self, request: httpx.Request, who: Somebody | None = None) -> httpx.Response:
        request.headers.update(who.headers if who is not None else {})
        return self._runner.run(self._client.send(request))

    def _probe(self, request: httpx.Request) -> httpx.Response:
        self._probed += 1
        return self._ask(request)

    @property
    def has_probed(self) -> bool:
        """Whether a proof was taken away wherever one was said to be demanded."""
        return self._probed >= len(self._proven)

    def _note(
        self, case: Case[Any], problem: str, request: httpx.Request, answer: httpx.Response
    ) -> None:
        key = f"{case.operation.label}: {problem}"
        self.findings.wrong.setdefault(key, _told(request, answer))

    def _broken(self, case: Case[Any], answer: httpx.Response, who: Somebody) -> list[str]:
        """What schemathesis says against the answer; of each route once whether proof is demanded.

        A proof is taken away from whoever sent one.
        """
        asked = answer.is_success and who.headers and case.operation.label not in self._proven
        checks = [*CHECKS, PROOF_DEMANDED] if asked else CHECKS
        try:
            with probes_through(self._probe):
                case.validate_response(answer, checks=checks, headers=dict(who.headers))
        except FailureGroup as group:
            return [f"{one.title} ({answer.status_code})" for one in group.exceptions]
        if asked:
            self._proven.add(case.operation.label)
        return []

    def _lost(self, case: Case[Any], answer: httpx.Response, who: Somebody) -> list[str]:
        """What was made must be there, for whoever made it."""
        address = made_at(case, answer)
        if address is None or self._ask(httpx.Request("GET", address), who).status_code != 404:
            return []
        return [f"made, and not there for {who.name}"]

    def _leaks(self, request: httpx.Request, answer: httpx.Response, who: Somebody) -> list[str]:
        """Names of another house in the answer, unless the request itself named them.

        The trail repeats what somebody of our own side has typed.
        """
        sent = f"{request.url} {request.content!r}"
        own = self._told if request.url.path == _TRAIL else ()
        return [
            f"shows {name} to {who.name}"
            for name in who.hidden
            if name in answer.text and name not in sent and name not in own
        ]


def _each(
    cases: SearchStrategy[Case[Any]],
    examples: int,
    number: int,
    attempt: Callable[[Case[Any]], None],
) -> None:
    """The same examples for the same number: what was found is found again."""

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def try_one(case: Case[Any]) -> None:
        attempt(case)

    try_one()


def fitting(one: Operation) -> Case[Any]:
    """One case that fits the description, the same each time."""
    found: list[Case[Any]] = []
    number = zlib.crc32(one.label.encode())
    _each(one.as_strategy(generation_mode=GenerationMode.POSITIVE), 1, number, found.append)
    return found[0]


def _fits(case: Case[Any]) -> bool:
    """Whether it was made to fit the description."""
    return case.meta is not None and case.meta.generation.mode.is_positive


def _told(request: httpx.Request, answer: httpx.Response) -> str:
    sent = f"{request.method} {request.url} {request.content[:300]!r}"
    return f"{sent}\n      -> {answer.status_code} {answer.text[:400]}"


def _checks(*names: str) -> list[Any]:
    from schemathesis.checks import CHECKS as registered
    from schemathesis.checks import load_all_checks

    load_all_checks()
    return [registered.get_one(name) for name in names]


CHECKS = _checks(
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
)
(PROOF_DEMANDED,) = _checks("ignored_auth")
"""Those that are left out could not fail here. `use_after_free` waits for a DELETE: nothing is ever
deleted. `ensure_resource_availability` follows links from the answer that made an object, of which
the description has none: `Fuzzer` reads itself what was made. `object_level_authorization` reads it
as another, which is S21, for every route and role.
"""
