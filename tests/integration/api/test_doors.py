"""Outside /api/v1: each route has its row, and answers a stranger as the row says."""

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
from fastapi import FastAPI

from services.api.app import create_app
from services.api.doors import DOORS, Door
from services.api.gate import Gate
from services.core.storage.database import Database
from tests.support.routes import api_routes

API = "/api/v1"
METHODS = frozenset({"GET", "PUT", "POST", "PATCH", "DELETE", "TRACE"})
REFUSED = {
    Door.SIGNED_IN: {303, 307},
    Door.KNOWN: {401},
    Door.LINK: {404},
    Door.OBSERVER: {401},
}


def _outside(app: FastAPI) -> Iterator[tuple[str, str]]:
    for one in app.router.routes:
        routers = [router for router in api_routes([one]) if not router.path.startswith(API)]
        prefixed = {route.path for route in routers} & {"/boxes/batch"}  # behind /api/v1
        if not prefixed:
            yield from ((method, route.path) for route in routers for method in route.methods or ())


def test_s20_each_route_outside_the_interface_has_a_row_and_no_other(app: FastAPI) -> None:
    assert set(_outside(app)) == set(DOORS)


async def test_s20_nobody_gets_in_outside_the_interface_but_by_its_door(
    app: FastAPI, api_database: Database
) -> None:
    """A stranger through a proxy, where people sign in."""
    guarded = create_app(app.state.parts.clock, api_database, gate=Gate(demanded=True))
    transport = httpx.ASGITransport(app=guarded, client=("10.1.2.3", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="https://c.example") as stranger:
        for (method, path), door in DOORS.items():
            target = path.replace("{token}", "t" * 32).replace("{", "").replace("}", "")
            answer = await stranger.request(method, target)
            if door is Door.ANYBODY:
                assert answer.status_code < 500, path
            else:
                assert answer.status_code in REFUSED[door], path
            if door is Door.SIGNED_IN:
                assert answer.headers["location"].startswith("/sign-in"), path


async def test_s23_method_that_a_path_does_not_have_is_refused_on_every_path(
    app: FastAPI, still: httpx.AsyncClient
) -> None:
    paths = {
        re.compile(re.sub(r"\{\w+\}", "[^/]+", path)): (path, {name.upper() for name in methods})
        for path, methods in app.openapi()["paths"].items()
    }
    asked = 0
    for path, own in paths.values():
        target = re.sub(r"\{\w+\}", lambda _: str(uuid4()), path)
        taken = [has for form, (_, has) in paths.items() if form.fullmatch(target)]
        for method in sorted(METHODS - set().union(*taken))[:1]:
            answer = await still.request(method, f"http://localhost{target}")
            assert answer.status_code == 405, (method, path)
            assert set(answer.headers["allow"].split(", ")) == own, path
            asked += 1
    assert asked > 150
