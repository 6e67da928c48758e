"""The API run through its own description in every role: no fault of ours, nothing undescribed,
nothing of another house."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.api.app import create_app
from services.api.rules import RULES
from services.core.domain.governance.access import Role
from services.core.runtime.clock import FixedClock
from services.core.runtime.sealing import new_key_line, read_seal_keys
from services.core.storage.database import Database
from services.core.storage.isolation.rights import Service
from tests.support.api import NOW, local_client
from tests.support.fuzzing.run import Fuzzer, Operation, Somebody, operations, shared_out
from tests.support.fuzzing.world import CANARIES, World, built
from tests.support.servers import PostgresServer

EXAMPLES = int(os.environ.get("COLDLANE_FUZZ", "1"))
"""Of each kind, for each operation and role; `make fuzz` asks for more."""
PARTS = 1 if "COLDLANE_FUZZ" in os.environ else 3
"""In the short form each role tries a third of what it may, and the local operator all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Two houses behind one API, and a client on this machine to whom faults are answers."""

    runner: asyncio.Runner
    client: httpx.AsyncClient
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
    app = create_app(FixedClock(NOW), ours, photo_keys=read_seal_keys(keys))
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1), raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport)

    async def build() -> World:
        async with local_client(app) as local:
            return await built(local, whole)

    with asyncio.Runner() as runner:
        try:
            world = runner.run(build())
            tried = operations(app)
            yield Stage(runner=runner, client=client, world=world, operations=tried, told=set())
        finally:
            for close in (client.aclose, ours.close, whole.close):
                runner.run(close())
    postgres_server.drop_database(name)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("role", [*sorted(Role), "everything"])
def test_s21_s22_api_answers_as_described_in_each_role_and_shows_no_other_house(
    stage: Stage, role: str
) -> None:
    who, routes = _somebody(stage, role)
    fuzzer = Fuzzer(stage.runner, stage.client, stage.world.known, stage.told)
    for route in routes:
        fuzzer.attack(stage.operations[route], who, EXAMPLES)
    found = fuzzer.findings
    assert found.sent > 5
    assert found.statuses.keys() - {401, 403}
    assert not found.wrong, "\n".join(f"{key}\n      {said}" for key, said in found.wrong.items())


def _somebody(stage: Stage, role: str) -> tuple[Somebody, list[tuple[str, str]]]:
    """Who asks, and for what."""
    if role == "everything":
        return Somebody(name=role, headers={}), list(stage.operations)
    held = Role(role)
    may = {route for route, rule in RULES.items() if held in rule.roles} & stage.operations.keys()
    who = Somebody(name=role, headers=stage.world.keys[held], hidden=CANARIES)
    return who, shared_out(may, role, PARTS)
