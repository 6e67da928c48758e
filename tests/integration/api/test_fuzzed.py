"""The API run through its own description in every role: no fault of ours, nothing undescribed,
nothing of another house."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.api.gate import Gate
from services.api.rules import RULES
from services.core.domain.governance.access import Role
from services.core.runtime.clock import FixedClock
from services.core.runtime.sealing import new_key_line, read_seal_keys
from services.core.storage.database import Database
from services.core.storage.isolation.rights import Service
from tests.support.api import NOW, local_client
from tests.support.fuzzing.run import (
    Findings,
    Fuzzer,
    Operation,
    Somebody,
    fitting,
    operations,
    shared_out,
)
from tests.support.fuzzing.sending import put
from tests.support.fuzzing.world import CANARIES, World, built
from tests.support.servers import PostgresServer

EXAMPLES = int(os.environ.get("COLDLANE_FUZZ", "1"))
"""Of each kind, for each operation and role; `make fuzz` asks for more."""
PARTS = 1 if "COLDLANE_FUZZ" in os.environ else 3
"""In the short form each role tries a third of what it may and of what it may not, and the local
operator all of it.
"""
METHODS = ("get", "put", "post", "patch", "delete", "trace", "options")[-1 if PARTS > 1 else 0 :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Two houses behind one API, and clients to whom faults are answers: one is the person at this
    machine, the other asks where everybody must prove who they are.
    """

    runner: asyncio.Runner
    local: httpx.AsyncClient
    guarded: httpx.AsyncClient
    world: World
    operations: Mapping[tuple[str, str], Operation]
    told: set[str]
    """Names of the other house that somebody of ours has typed, and the server has taken."""


@pytest.fixture(scope="module")
def stage(
    postgres_server: PostgresServer, migrated_template: str, tmp_path_factory: Any
) -> Iterator[Stage]:
    """One for all roles: what one of them changes is what the next one finds."""
    name = postgres_server.create_database(migrated_template)
    url = postgres_server.url(name)
    ours, whole = Database(url, service=Service.API), Database(url)
    keys = tmp_path_factory.mktemp("keys") / "photo.keys"
    keys.write_text(new_key_line("1"))
    keys.chmod(0o600)
    sealed = read_seal_keys(keys)
    app = create_app(FixedClock(NOW), ours, photo_keys=sealed)
    gate = Gate(demanded=True, public_url="https://coldlane.example")
    guarded = _client(create_app(FixedClock(NOW), ours, photo_keys=sealed, gate=gate))
    local = _client(app)

    async def build() -> World:
        async with local_client(app) as client:
            return await built(client, whole)

    with asyncio.Runner() as runner:
        try:
            world = runner.run(build())
            yield Stage(
                runner=runner,
                local=local,
                guarded=guarded,
                world=world,
                operations=operations(app),
                told=set(),
            )
        finally:
            for close in (local.aclose, guarded.aclose, ours.close, whole.close):
                runner.run(close())
    postgres_server.drop_database(name)


def _client(app: FastAPI) -> httpx.AsyncClient:
    here = ("127.0.0.1", 1)
    transport = httpx.ASGITransport(app, client=here, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("role", [*sorted(Role), "everything"])
def test_s21_s22_api_answers_as_described_in_each_role_and_shows_no_other_house(
    stage: Stage, role: str
) -> None:
    who, routes = _somebody(stage, role)
    client = stage.guarded if who.headers else stage.local
    fuzzer = Fuzzer(stage.runner, client, stage.world.known, stage.told)
    for route in routes:
        fuzzer.attack(stage.operations[route], who, EXAMPLES)
    found = fuzzer.findings
    assert fuzzer.has_probed
    assert found.sent > 5
    assert found.statuses.keys() - {401, 403}
    assert not found.wrong, _listed(found)


@pytest.mark.timeout(0)
def test_s23_what_lacks_a_part_or_has_another_method_is_refused_as_described(stage: Stage) -> None:
    """Without `If-Match` by 428; with a method that the path has not by 405, and those it has."""
    fuzzer = Fuzzer(stage.runner, stage.local, stage.world.known, stage.told)
    for one in stage.operations.values():
        fuzzer.misshape(one, Somebody(name="everything", headers={}), METHODS)
    found = fuzzer.findings
    assert found.statuses[405] > 100
    assert found.statuses[428] > 10
    assert not found.wrong, _listed(found)


@pytest.mark.timeout(0)
def test_s23_request_that_fits_is_refused_to_each_role_that_may_not_make_it(stage: Stage) -> None:
    """The same one to all of them, with objects that are there."""
    fuzzer = Fuzzer(stage.runner, stage.guarded, stage.world.known, stage.told)
    for route in sorted(RULES.keys() & stage.operations.keys()):
        case = fitting(stage.operations[route])
        put(case, stage.world.known, Random(0))
        for role in sorted(set(Role) - RULES[route].roles):
            if shared_out([route], role, PARTS):
                headers = stage.world.keys[role]
                fuzzer.refuse(case, Somebody(name=role, headers=headers, hidden=CANARIES))
    found = fuzzer.findings
    assert found.sent > 300
    assert not found.wrong, _listed(found)


def _listed(found: Findings) -> str:
    return "\n".join(f"{key}\n      {said}" for key, said in found.wrong.items())


def _somebody(stage: Stage, role: str) -> tuple[Somebody, list[tuple[str, str]]]:
    """Who asks, and for what."""
    if role == "everything":
        return Somebody(name=role, headers={}), list(stage.operations)
    held = Role(role)
    may = {route for route, rule in RULES.items() if held in rule.roles} & stage.operations.keys()
    who = Somebody(name=role, headers=stage.world.keys[held], hidden=CANARIES)
    return who, shared_out(may, role, PARTS)
