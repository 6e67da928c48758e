"""Streams and exports of one person are bounded, whichever worker is asked."""

import asyncio
import json
import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from scripts.openapi import DOCUMENT
from services.api.app import create_app
from services.core.domain.governance.reach import installation
from services.core.domain.governance.throttle import EXPORTS, STREAMS, Throttle
from services.core.runtime.clock import FixedClock
from services.core.storage.attempts import AttemptRepository
from services.core.storage.database import Database
from tests.support.api import NOW, at, box, local_client, made
from tests.support.papers import key_of
from tests.support.served import StandingClock, served


@pytest.fixture
def clock() -> FixedClock:
    return StandingClock(NOW)


async def _asked(app: FastAPI, path: str, headers: dict[str, str]) -> httpx.Response:
    """What a worker says; of a stream only that it is refused, since one that runs has no end."""
    async with local_client(app) as client:
        return await client.get(path, headers=headers)


async def _so_far(
    database: Database, clock: FixedClock, what: str, count: int, of: Throttle
) -> None:
    for _ in range(count):
        async with database.unit_of_work(installation(clock.now())) as unit:
            await AttemptRepository(unit).count(f"{what} of wang.li", of, clock.now())


async def test_s24_exports_of_one_person_are_bounded_over_two_workers(
    app: FastAPI, api_database: Database, at_site: httpx.AsyncClient, clock: FixedClock
) -> None:
    officer = await key_of(at_site, "auditor", "wang.li")
    other = await key_of(at_site, "auditor", "zhao.min")
    workers = (app, create_app(clock, api_database))
    inspection = f"/inspections/{uuid4()}"
    paths = (
        "/sites/PVG/figures.csv",
        "/shipments.csv",
        "/audit?purpose=export",
        "/sites/PVG/calendar.ics",
        f"/deviations/{uuid4()}/evidence",
        f"{inspection}/record",
        f"{inspection}/photos/{uuid4()}",
        "/profiles/acme/1/trial",
        f"/profile-proposals/{uuid4()}/trial",
    )
    await _so_far(api_database, clock, "exports", EXPORTS.free - 2, EXPORTS)
    for worker in workers:
        answer = await _asked(worker, paths[0], officer)
        assert answer.status_code == 200, answer.text
    for worker in workers:
        for path in paths:
            refused = await _asked(worker, path, officer)
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "1"), path
        assert (await _asked(worker, "/audit", officer)).status_code == 200
        assert (await _asked(worker, paths[0], other)).status_code == 200
    assert (await at_site.get(paths[0])).status_code == 200
    clock.advance(EXPORTS.most)
    assert [(await _asked(one, paths[0], officer)).status_code for one in workers] == [200, 429]


@pytest.mark.parametrize("worker", [0, 1])
async def test_s24_streams_of_one_person_are_bounded_over_two_workers(
    app: FastAPI, api_database: Database, at_site: httpx.AsyncClient, clock: FixedClock, worker: int
) -> None:
    officer = await key_of(at_site, "customs_officer", "wang.li")
    workers = (app, create_app(clock, api_database))
    await _so_far(api_database, clock, "streams", STREAMS.free, STREAMS)
    refused = await _asked(workers[worker], "/stream", officer)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json()["detail"] == "too many streams in a short time"


async def test_s24_many_at_once_over_two_sockets_are_no_more_than_one_after_the_other(
    app: FastAPI, api_database: Database, at_site: httpx.AsyncClient, clock: FixedClock
) -> None:
    """Three of each are left; ten are asked for at once, of two servers over HTTP."""
    officer = await key_of(at_site, "customs_officer", "wang.li")
    await _so_far(api_database, clock, "exports", EXPORTS.free - 3, EXPORTS)
    await _so_far(api_database, clock, "streams", STREAMS.free - 3, STREAMS)
    async with served(app) as one, served(create_app(clock, api_database)) as other:
        for path in ("/stream", "/sites/PVG/figures.csv"):
            answers = await asyncio.gather(
                *(_head(f"{(one, other)[turn % 2]}/api/v1{path}", officer) for turn in range(10))
            )
            assert sorted(status for status, _ in answers) == [200] * 3 + [429] * 7, path
            assert {after for status, after in answers if status == 429} == {"1"}


async def _head(url: str, headers: dict[str, str]) -> tuple[int, str | None]:
    """What the answer begins with; of a stream the rest is not waited for."""
    async with (
        httpx.AsyncClient(timeout=60, trust_env=False) as client,
        client.stream("GET", url, headers=headers) as answer,
    ):
        return answer.status_code, answer.headers.get("retry-after")


def _asking(*names: str) -> list[str]:
    """Each route of the API that takes all of these in its query, with something in its path."""
    document = json.loads((Path(__file__).parents[3] / DOCUMENT).read_text())
    places = {"site_id": "PVG", "box_id": "CB-0001"}
    return [
        re.sub(r"\{(\w+)\}", lambda found: places.get(found[1], str(uuid4())), path)
        for path, methods in document["paths"].items()
        if set(names) <= {one["name"] for one in methods.get("get", {}).get("parameters", [])}
    ]


async def test_s24_list_that_asks_for_more_than_its_most_is_refused(
    still: httpx.AsyncClient,
) -> None:
    paths = _asking("limit")
    assert len(paths) > 15
    for path in paths:
        for limit in ("0", "-1", "1000000000", "1e3", ""):
            answer = await still.get(path.removeprefix("/api/v1"), params={"limit": limit})
            assert answer.status_code == 422, (path, limit)


async def test_s24_stretch_without_end_is_refused(at_site: httpx.AsyncClient) -> None:
    """A list that comes part by part may be of any time; so may what is bounded by its number."""
    await made(at_site, "/boxes", box())
    parts = {*_asking("limit"), "/api/v1/exchange/bookings"}
    paths = [path for path in _asking("from", "to") if path not in parts]
    assert len(paths) >= 5
    days = [path for path in paths if "/figures" in path]
    for path in paths:
        first, last = ("1926-01-01", "2026-01-01") if path in days else (at(-876_000), at(0))
        for begin, end in ((first, last), (last, first)):
            asked = {"from": begin, "to": end}
            answer = await at_site.get(path.removeprefix("/api/v1"), params=asked)
            assert answer.status_code == 422, (path, asked)
