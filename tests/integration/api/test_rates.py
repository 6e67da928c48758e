"""Streams and exports of one person are bounded, whichever worker is asked."""

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.core.domain.governance.reach import installation
from services.core.domain.governance.throttle import EXPORTS, STREAMS, Throttle
from services.core.runtime.clock import FixedClock
from services.core.storage.attempts import AttemptRepository
from services.core.storage.database import Database
from tests.support.api import local_client
from tests.support.papers import key_of


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
        "/audit?purpose=export",
        "/sites/PVG/calendar.ics",
        f"/deviations/{uuid4()}/evidence",
        f"{inspection}/record",
        f"{inspection}/photos/{uuid4()}",
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
