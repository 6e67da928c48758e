"""S21 for what changes something: a stranger's act on an object is as on one that is not there.

The matrix of `test_sharing` asks with an empty body, which most routes refuse before they look for
the object. Here each act comes with a body that fits, made from the API's own description.
"""

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode

from services.api.rules import RULES
from services.core.domain.governance.access import Role
from services.core.storage.database import Database
from tests.integration.api.belongings import ABSENT, belongings
from tests.integration.api.sharing import CANARIES, Headers, House
from tests.support.api import at, local_client
from tests.support.firms import firm, key_of, kind_with
from tests.support.fuzzing.run import Operation, operations
from tests.support.fuzzing.sending import put, request_of

Route = tuple[str, str]

TRIES = 8
PUBLIC = {"site_id": "PVG", "bay_id": "PVG-C1"}
"""Sites are seen by everybody: they are no secret, and are the same in both questions."""
ABSENT_NAMES = {"box_id": "CB-9999", "probe_id": "SN-9", **ABSENT}
BODIES: dict[Route, dict[str, Any]] = {
    ("POST", "/probes/{probe_id}/calibrations"): {
        "points": [{"read_c": 5.1, "true_c": 5.0}],
        "certificate": "KAL-1",
        "valid_from": at(-1),
        "valid_until": at(1000),
    }
}
"""What chance does not make: two instants in their order."""


async def test_s21_act_of_a_stranger_on_an_object_is_answered_as_on_one_that_does_not_exist(
    app: FastAPI, house: House, database: Database
) -> None:
    theirs = {**await house.objects(database), **await belongings(house, database)}
    absent = {name: ABSENT_NAMES.get(name, str(uuid4())) for name in theirs} | PUBLIC
    strangers, known = await _strangers(house), operations(app)
    proven: dict[Route, bool] = {}
    async with local_client(app) as bare:
        for route in sorted(known.keys() & RULES.keys()):
            roles = sorted(RULES[route].roles & strangers.keys())
            if not roles or not _names_an_object(known[route], route, theirs):
                continue
            proven[route] = False
            for case in _fitting(known[route], route):
                nothing = await _sent(bare, case, absent, strangers[roles[0]])
                if nothing.status_code in {400, 422, 428}:
                    continue  # refused before the object is looked for
                hidden = await _sent(bare, case, theirs, strangers[roles[0]])
                said = _said(hidden, theirs)
                assert said == _said(nothing, absent), (route, roles[0])
                assert not any(canary in said for canary in CANARIES), route
                proven[route] = True
                break
    assert [route for route, found in proven.items() if not found] == []
    assert len(proven) > 60


async def _strangers(house: House) -> dict[Role, Headers]:
    """Somebody in each role, of a firm to which nothing was shown."""
    found = {}
    for role in set(Role) - {Role.DEVICE}:
        name = f"other-{role}".replace("_", "-")
        await firm(house.client, name, kind_with(role))
        found[role] = await key_of(house.client, name, role)
    return found


def _names_an_object(operation: Operation, route: Route, objects: Mapping[str, str]) -> bool:
    """Whether it changes something that its path or its body names."""
    method, path = route
    secret = objects.keys() - PUBLIC.keys()
    named = any(f"{{{name}}}" in path for name in secret)
    body = json.dumps(operation.definition.raw.get("requestBody", {}))
    return method != "GET" and (named or any(f'"{name}"' in body for name in secret))


def _fitting(operation: Operation, route: Route) -> Iterator[Case[Any]]:
    """Some cases that fit the description, the same each time."""
    found: list[Case[Any]] = []

    @seed(len(route[1]))
    @settings(
        max_examples=TRIES,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def collect(case: Case[Any]) -> None:
        found.append(case)

    collect()
    for case in found:
        if route in BODIES:
            case.body = dict(BODIES[route])
        yield case


async def _sent(
    client: httpx.AsyncClient, case: Case[Any], ids: Mapping[str, str], headers: Headers
) -> httpx.Response:
    put(case, {name: [value] for name, value in ids.items()}, Random(0))
    sent = {**headers, "if-match": '"1"'}
    return await client.send(request_of(case, "http://localhost", sent))


def _said(answer: httpx.Response, ids: Mapping[str, str]) -> str:
    """The answer without what was asked for: its own address may stand in a refusal."""
    text = json.dumps({**answer.json(), "instance": None}) if answer.content else ""
    text = f"{answer.status_code} {text}"
    for name, value in ids.items():
        text = text.replace(value, name)
    return text
