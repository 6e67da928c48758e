"""The API over a database of its own, with a clock that stands still."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.isolation.rights import Service
from tests.integration.api.deviating import approve, assessed, held, proposed
from tests.integration.api.leaving import abroad
from tests.integration.api.sharing import house
from tests.support.api import NOW, local_client, made, site
from tests.support.canaries import OUR_LOGGERS, names_in_logs
from tests.support.servers import PostgresServer

__all__ = ["abroad", "approve", "assessed", "held", "house", "proposed"]


@pytest.fixture(autouse=True)
def no_change_without_entry(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """S60: whatever a test changes through the API leaves an audit entry, or says why not."""
    yield
    events = [one for one in caplog.get_records("call") if hasattr(one, "event")]
    told = [vars(one) for one in events if vars(one)["event"] == "change_without_entry"]
    assert [(one["method"], one["route"]) for one in told] == []


@pytest.fixture(autouse=True)
def s46_no_log_names_a_bag_or_a_person(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """S46: whatever a test does over HTTP, the log, which is everybody's, names nobody's bag."""
    for name in OUR_LOGGERS:
        caplog.set_level(logging.INFO, logger=name)
    yield
    assert names_in_logs(caplog) == []


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def api_database(database_url: str) -> AsyncIterator[Database]:
    """The same database as the API reaches it: by its own role, held to what may be seen."""
    handle = Database(database_url, service=Service.API)
    yield handle
    await handle.close()


@pytest.fixture
def app(api_database: Database, clock: FixedClock) -> FastAPI:
    return create_app(clock, api_database)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with local_client(app) as client:
        yield client


@pytest.fixture
async def running(app: FastAPI) -> AsyncIterator[FastAPI]:
    """The application, with the task that tells open streams what changed."""
    task = asyncio.create_task(app.state.parts.broadcaster.run())
    yield app
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture
async def at_site(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client where the site PVG with one cold bay stands."""
    await made(client, "/sites", site())
    return client


@pytest.fixture(scope="package")
def still_url(postgres_server: PostgresServer, migrated_template: str) -> Iterator[str]:
    """A database for requests that are refused: it stays as it is, so they may share it."""
    name = postgres_server.create_database(migrated_template)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
async def still(still_url: str, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """A client for requests that must change nothing."""
    database = Database(still_url, service=Service.API)
    async with local_client(create_app(clock, database)) as client:
        yield client
    await database.close()
