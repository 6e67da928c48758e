"""What is served, what the description says and what is written down are the same: S28."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from scripts.openapi import DOCUMENT
from services.api.app import create_app
from services.api.gate import Gate
from services.api.menu import PAGES
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database
from tests.support.api import local_client
from tests.support.routes import api_routes

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(SystemClock(), Database("postgresql+psycopg://nobody@127.0.0.1:1/none"))


@pytest.fixture(scope="module")
def described(pytestconfig: pytest.Config) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((pytestconfig.rootpath / DOCUMENT).read_text())
    return found


def _beside(app: FastAPI, described: dict[str, Any]) -> set[tuple[str, str]]:
    """Method and path of each route that is not in the description."""
    known = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in described["paths"].items()
        for method in methods
    }
    served = [(route, m) for route in api_routes(app.router.routes) for m in route.methods or ()]
    of_the_api = {(m, route.path) for route, m in served if route.include_in_schema}
    assert {(m, path.removeprefix("/api/v1")) for m, path in of_the_api} == known
    return {(m, route.path) for route, m in served if not route.include_in_schema}


def test_s28_what_is_served_beside_the_api_is_written_down_and_nothing_else(
    app: FastAPI, described: dict[str, Any], pytestconfig: pytest.Config
) -> None:
    """A new route: put it into the description, the menu, or the table of docs/reference."""
    page = (pytestconfig.rootpath / "docs/reference/http-api.md").read_text()
    written = set(re.findall(r"`(/[^`…]*)`", page.partition("## Beside the API")[2]))
    beside = _beside(app, described)
    menu = {plan.path for plan in PAGES}
    assert {path for _, path in beside} - menu - {"/docs"} == written - menu
    assert {one for one in beside if one[0] != "GET"} == {("POST", "/errand/{token}")}
    kinds = {type(route).__name__ for route in app.router.routes}
    assert kinds <= {"APIRoute", "_IncludedRouter"}


async def test_s28_no_method_beside_the_described_ones_is_served(
    app: FastAPI, described: dict[str, Any]
) -> None:
    async with local_client(app) as client:
        for path in described["paths"]:
            address = "http://localhost" + re.sub(r"\{\w+\}", "CB-0001", path)
            for method in METHODS:
                if not _is_described(method, path, described):
                    answer = await client.request(method, address)
                    assert answer.status_code in {404, 405}, (method, path)


def _is_described(method: str, path: str, described: dict[str, Any]) -> bool:
    """Itself, or as one of which a part may be any name."""
    return any(
        method.lower() in methods
        for other, methods in described["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", other), path)
    )


@pytest.mark.parametrize(
    "path",
    [
        *("/api/v0/boxes", "/api/v2/boxes", "/api/boxes", "/v1/boxes", "/api/v1.0/boxes"),
        *("/api/v1", "/api/V1/boxes", "/api/v1/boxes/", "/api/v1//boxes", "/boxes.json"),
        *("/redoc", "/swagger", "/docs/", "/graphql", "/admin", "/.git/config", "/.env"),
        *(
            "/static/../app.py",
            "/static/%2e%2e/app.py",
            "/debug",
            "/console",
            "/api/v1/openapi.json",
        ),
    ],
)
async def test_s28_other_versions_and_addresses_are_not_there(app: FastAPI, path: str) -> None:
    async with local_client(app) as client:
        answer = await client.get(httpx.URL(f"http://localhost{path}"))
    assert answer.status_code == 404
    assert Path(path).name not in answer.text or path.endswith("/")


async def test_s28_description_is_that_of_what_runs_and_not_for_strangers(
    app: FastAPI, described: dict[str, Any]
) -> None:
    async with local_client(app) as client:
        assert (await client.get("http://localhost/openapi.json")).json() == described
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    closed = create_app(SystemClock(), nowhere, gate=Gate(demanded=True))
    async with local_client(closed) as stranger:
        answer = await stranger.get("http://localhost/openapi.json")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "paths" not in answer.json()
